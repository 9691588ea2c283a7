"""A plan as status lines, JSON or Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scaffold.files.edit import CREATE, DELETE, KEEP, MOVE, REMOVE, RENAME, Change
from scaffold.files.plan import Plan
from scaffold.files.printable import printable, printable_json, printable_lines

NOT_CHANGED = ("exists", "unchanged", "keep")
LANGUAGES = {".py": "python", ".tf": "hcl", ".toml": "toml"}


def status(plan: Plan, dry_run: bool) -> str:
    if not plan.paths:
        return "unchanged"
    return "planned" if dry_run else "done"


def as_json(
    task: str,
    plan: Plan,
    notes: Sequence[str],
    starts: Sequence[Mapping[str, object]],
    findings: Sequence[Mapping[str, object]],
    next_steps: Sequence[str],
    dry_run: bool,
) -> str:
    """notes: what the plan decides. starts: where its schedule and trigger are on. findings: what `check` reports
    because of it."""
    document = {
        "task": task,
        "status": status(plan, dry_run),
        "changes": [_as_object(change) for change in plan.changes()],
        "notes": list(notes),
        "starts": list(starts),
        "findings": list(findings),
        "next_steps": list(next_steps),
    }
    return printable_json(document)


def _as_object(change: Change) -> dict[str, object]:
    document: dict[str, object] = {
        "path": change.path,
        "part": change.part,
        "action": change.action,
        "line": change.line,
        "text": change.text,
    }
    optional = {"reason": change.reason, "target": change.target}
    return document | {key: value for key, value in optional.items() if value}


_LINES_SHOWN = 6


def as_lines(plan: Plan) -> list[tuple[str, str]]:
    """A status word and the rest of the line, for every file and part.

    All places in a file where a name changes, or is kept for the same reason, share a line.
    """
    rows: list[tuple[str, str, str, list[str]]] = []
    for change in plan.changes():
        what, line = _what(change), str(change.line)
        lines = [] if change.action in (CREATE, DELETE, MOVE) else [line]
        if rows and change.action in (RENAME, KEEP) and rows[-1][:3] == (change.action, change.path, what):
            rows[-1][3].extend(lines if line not in rows[-1][3] else [])
        else:
            rows.append((change.action, change.path, what, lines))
    places = [_place(path, lines if action == KEEP else _few(lines)) for action, path, _, lines in rows]
    width = max(map(len, places), default=0)
    shown = ((action, f"{place:<{width}}  {what}") for (action, _, what, _), place in zip(rows, places, strict=True))
    return list(dict.fromkeys(shown))


def _few(lines: list[str]) -> list[str]:
    return lines if len(lines) <= _LINES_SHOWN else [*lines[: _LINES_SHOWN - 1], f"+{len(lines) - _LINES_SHOWN + 1}"]


def _place(path: str, lines: list[str]) -> str:
    return printable(f"{path}:{','.join(lines)}" if lines else path)


def _what(change: Change) -> str:
    what = f"{change.part}: {change.reason}" if change.reason else change.part
    return printable(f"{what}, to {change.target}" if change.target else what)


def as_markdown(plan: Plan) -> str:
    """A fenced block for each file: all of a new file, the additions to an existing one, or else its diff."""
    pieces = []
    for path in plan.paths:
        changes = [change for change in plan.changes() if change.path == path and change.action not in NOT_CHANGED]
        if any(change.action in (DELETE, REMOVE, RENAME, MOVE) for change in changes):
            pieces.append(_as_diff(plan, path))
            continue
        texts = [change.text.replace("\r\n", "\n").strip("\n") for change in changes]
        text = "\n\n".join(text for text in texts if text.strip(", "))
        if not text:
            pieces.append(f"{_code(path)} (new, empty)\n")
            continue
        new = any(change.action == CREATE for change in changes)
        lines = "" if new else f", line {changes[0].line}"
        fence = "`" * max(3, _longest_run(text) + 1)
        language = LANGUAGES.get(path[path.rfind(".") :], "")
        pieces.append(f"{_code(path)}{' (new)' if new else lines}\n\n{fence}{language}\n{text}\n{fence}\n")
    return printable_lines("\n".join(pieces))


def _as_diff(plan: Plan, path: str) -> str:
    """A file that is deleted or moved, or from which something is removed, as a diff."""
    if plan.deletes(path):
        return f"{_code(path)} (deleted)\n"
    text = plan.diff_of(path).decode("utf-8", "replace").replace("\r\n", "\n").rstrip("\n")
    fence = "`" * max(3, _longest_run(text) + 1)
    to = f" (now {_code(plan.moves[path])})" if path in plan.moves else ""
    return f"{_code(path)}{to}\n\n{fence}diff\n{text}\n{fence}\n"


def _code(path: str) -> str:
    """A path as a code span."""
    fence = "`" * (_longest_run(path) + 1)
    return f"{fence}{printable(path)}{fence}"


def _longest_run(text: str) -> int:
    """The length of the longest run of backticks; a fence must be longer."""
    longest = run = 0
    for char in text:
        run = run + 1 if char == "`" else 0
        longest = max(longest, run)
    return longest
