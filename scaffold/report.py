"""A plan as people and programs read it: status words and a diff, JSON, Markdown, a patch."""

from __future__ import annotations

import json
from collections.abc import Sequence

from scaffold.edits import CREATE, DELETE, REMOVE, Change, Plan

NOT_CHANGED = ("exists", "unchanged", "keep")
LANGUAGES = {".py": "python", ".tf": "hcl", ".toml": "toml"}


def status(made: Plan, dry_run: bool) -> str:
    if not made.paths:
        return "unchanged"
    return "planned" if dry_run else "done"


def as_json(task: str, made: Plan, next_steps: Sequence[str], dry_run: bool) -> str:
    changes = [_as_object(change) for change in made.changes()]
    document = {"task": task, "status": status(made, dry_run), "changes": changes, "next_steps": list(next_steps)}
    return json.dumps(document, indent=2, ensure_ascii=False)


def _as_object(change: Change) -> dict[str, object]:
    document: dict[str, object] = {
        "path": change.path,
        "part": change.part,
        "action": change.action,
        "line": change.line,
        "text": change.text,
    }
    return document | ({"reason": change.reason} if change.reason else {})


def as_lines(made: Plan) -> list[tuple[str, str]]:
    """A status word and the rest of the line, for every file and part."""
    changes = made.changes()
    width = max((len(_place(change)) for change in changes), default=0)
    lines = [(change.action, f"{_place(change):<{width}}  {_what(change)}") for change in changes]
    return list(dict.fromkeys(lines))


def _place(change: Change) -> str:
    return change.path if change.action in (CREATE, DELETE) else f"{change.path}:{change.line}"


def _what(change: Change) -> str:
    return f"{change.part}: {change.reason}" if change.reason else change.part


def as_markdown(made: Plan) -> str:
    """A fenced block a file: a new file as it is, another one by what goes into it."""
    pieces = []
    for path in made.paths:
        changes = [change for change in made.changes() if change.path == path and change.action not in NOT_CHANGED]
        if any(change.action in (DELETE, REMOVE) for change in changes):
            pieces.append(_as_diff(made, path))
            continue
        texts = [change.text.replace("\r\n", "\n").strip("\n") for change in changes]
        text = "\n\n".join(text for text in texts if text.strip(", "))
        if not text:
            pieces.append(f"`{path}` (new, empty)\n")
            continue
        new = any(change.action == CREATE for change in changes)
        lines = "" if new else f", line {changes[0].line}"
        fence = "`" * max(3, _longest_run(text) + 1)
        language = LANGUAGES.get(path[path.rfind(".") :], "")
        pieces.append(f"`{path}`{' (new)' if new else lines}\n\n{fence}{language}\n{text}\n{fence}\n")
    return "\n".join(pieces)


def _as_diff(made: Plan, path: str) -> str:
    """A file from which something goes, or that goes altogether."""
    if made.deletes(path):
        return f"`{path}` (deleted)\n"
    text = made.diff_of(path).decode("utf-8", "replace").replace("\r\n", "\n").rstrip("\n")
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"`{path}`\n\n{fence}diff\n{text}\n{fence}\n"


def _longest_run(text: str) -> int:
    """The longest run of backticks, which a fence has to be longer than."""
    longest = run = 0
    for char in text:
        run = run + 1 if char == "`" else 0
        longest = max(longest, run)
    return longest
