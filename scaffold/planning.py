"""A command's plan: the edits of every part, and the proof that they do what was asked for and nothing else."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterable

from scaffold import hcl
from scaffold.checkout import PYPROJECT_FILE, Checkout
from scaffold.edits import CREATE, Edit, Plan
from scaffold.hcl.proof import prove


class ProofError(Exception):
    """The plan would not do what was asked for: a fault of the tool, found before anything was written."""


def plan(checkout: Checkout, edits: Iterable[Edit]) -> Plan:
    """The edits as a plan that has been proven. Raises ProofError."""
    made = tuple(edits)
    for edit in made:
        checkout.read(edit.path)
    result = Plan(made, dict(checkout.files_read))
    for path in result.paths:
        _prove_file(result, path)
    return result


def _prove_file(made: Plan, path: str) -> None:
    before, after = made.before[path], made.after(path)
    if after is None:
        if before is None or len(made.edits_of(path)) > 1:
            raise ProofError(f"{path} would be deleted, and is not there or would be changed, too")
        return
    if before is not None and any(edit.action == CREATE for edit in made.edits_of(path)):
        raise ProofError(f"{path} would be made anew, and it exists")
    try:
        if path.endswith(".tf"):
            prove(after, made.spans_after(path))
            _same_blocks(made, path)
        elif path.endswith(".py"):
            compile(after, path, "exec", flags=ast.PyCF_ONLY_AST)
        elif path == PYPROJECT_FILE:
            _other_scripts(before or b"", after)
    except (hcl.HclError, SyntaxError, ValueError) as error:
        raise ProofError(f"{path} would not parse any more: {error}") from error


def _same_blocks(made: Plan, path: str) -> None:
    """What stands outside the edited blocks is the same: the blocks that were there are there, in their order."""
    before = made.before[path] or b""
    touched = [(edit.start, edit.end) for edit in made.edits_of(path)]
    kept = [
        before[node.start : node.end]
        for node in hcl.parse(before).children()
        if not any(start < node.end and end > node.start for start, end in touched)
    ]
    after = made.text_after(path)
    nodes = iter([after[node.start : node.end] for node in hcl.parse(after).children()])
    for text in kept:
        if not any(text == other for other in nodes):
            raise ProofError(f"{path} would lose {text[:60].decode('utf-8', 'replace')!r}")


def _other_scripts(before: bytes, after: bytes) -> None:
    """One script has come or gone, and all else means what it meant."""
    old, new = (tomllib.loads(data.decode("utf-8-sig")) for data in (before, after))
    scripts, after_scripts = (document["tool"]["poetry"].pop("scripts") for document in (old, new))
    if len(scripts.items() ^ after_scripts.items()) != 1 or old != new:
        raise ProofError(f"{PYPROJECT_FILE} would change by more than one script")


def other_tasks_same(made: Plan, path: str, key: str) -> set[str]:
    """The keys of `locals.tasks` afterwards, where all but the given one are what they were. Raises ProofError."""
    before, after = _tasks(made.before[path] or b""), _tasks(made.text_after(path))
    if {**before, key: b""} != {**after, key: b""}:
        raise ProofError(f"{path} would change other tasks than {key}")
    return set(after)


def _tasks(data: bytes) -> dict[str, bytes]:
    for block in hcl.parse(data).blocks:
        found = block.attributes.get("tasks") if block.type == "locals" else None
        if found and isinstance(found.value, hcl.Object):
            items = found.value.items
            return {
                data[item.key.start : item.key.end].decode().strip('"'): data[item.start : item.end] for item in items
            }
    return {}
