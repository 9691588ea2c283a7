"""A command's plan: the edits of all parts, and the proof that they do what was asked for and nothing else."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from scaffold import hcl
from scaffold.files.checkout import Checkout
from scaffold.files.edit import CREATE, Edit, span_of
from scaffold.files.layout import PYPROJECT_FILE
from scaffold.files.plan import Plan
from scaffold.files.toml import load
from scaffold.hcl.proof import prove
from scaffold.pfml.scripts import Table, pop_scripts

_CLOSING = re.compile(rb"[ \t]*\}\Z")


class ProofError(Exception):
    """The plan would not do what was asked for: an error in the tool, found before anything was written."""


def proven(
    checkout: Checkout, edits: Iterable[Edit], scripts: Sequence[tuple[Table, str, object]] | None = None
) -> Plan:
    """The edits as a proven plan. scripts: the Poetry scripts afterwards, None if at most one is added or removed.
    Raises ProofError."""
    edits = tuple(edits)
    for edit in edits:
        checkout.read(edit.path)
        checkout.read(edit.target or edit.path)
    plan = Plan(edits, dict(checkout.files_read))
    for path in plan.paths:
        _prove_file(plan, path, scripts)
    return plan


def _prove_file(plan: Plan, path: str, scripts: Sequence[tuple[Table, str, object]] | None) -> None:
    before, after = plan.before[path], plan.after(path)
    if path in plan.moves:
        after = plan.text_after(path)
        if before is None or plan.before[plan.moves[path]] is not None or plan.deletes(path):
            raise ProofError(f"{path} would be moved, but it is missing, or its new path is taken")
    if after is None:
        if before is None or len(plan.edits_of(path)) > 1:
            raise ProofError(f"{path} would be deleted, but it is missing or would also be changed")
        return
    if before is not None and any(edit.action == CREATE for edit in plan.edits_of(path)):
        raise ProofError(f"{path} would be created, but it exists")
    try:
        if path.endswith(".tf"):
            prove(before or b"", after, [span_of(edit) for edit in plan.edits_of(path)], plan.spans_after(path))
            _same_blocks(plan, path)
        elif path.endswith(".py"):
            compile(after, path, "exec", flags=ast.PyCF_ONLY_AST)
        elif path == PYPROJECT_FILE:
            _other_scripts(before or b"", after, scripts)
    except (hcl.HclError, SyntaxError, ValueError) as error:
        raise ProofError(f"{path} would no longer parse: {error}") from error


def _same_blocks(plan: Plan, path: str) -> None:
    """The blocks that no edit touches are the same and in the same order."""
    before = plan.before[path] or b""
    touched = [(edit.start, edit.end) for edit in plan.edits_of(path)]
    kept = [
        before[node.start : node.end]
        for node in hcl.parse(before).children()
        if not any(start < node.end and end > node.start for start, end in touched)
    ]
    after = plan.text_after(path)
    nodes = iter([after[node.start : node.end] for node in hcl.parse(after).children()])
    for text in kept:
        if not any(text == node for node in nodes):
            raise ProofError(f"{path} would lose {text[:60].decode('utf-8', 'replace')!r}")


def _other_scripts(before: bytes, after: bytes, wanted: Sequence[tuple[Table, str, object]] | None) -> None:
    """One script was added or removed, or the scripts are the wanted ones; everything else is the same."""
    old, new = (load(data, PYPROJECT_FILE) for data in (before, after))
    scripts, after_scripts = pop_scripts(old), pop_scripts(new)
    if wanted is not None and wanted != after_scripts:
        raise ProofError(f"{PYPROJECT_FILE} would not have the expected scripts")
    fewer, more = sorted((scripts, after_scripts), key=len)
    one_more = len(more) == len(fewer) + 1 and [script for script in more if script in fewer] == fewer
    if (wanted is None and not one_more) or old != new:
        raise ProofError(f"{PYPROJECT_FILE} would change by more than one script")


def other_tasks_same(plan: Plan, path: str, key: str) -> set[str]:
    """The keys of `locals.tasks` afterwards. Raises ProofError if an entry other than the given one differs."""
    before, after = task_texts(plan.before[path] or b""), task_texts(plan.text_after(path))
    if {**before, key: b""} != {**after, key: b""}:
        raise ProofError(f"{path} would change tasks other than {key}")
    return set(after)


def task_texts(data: bytes) -> dict[str, bytes]:
    """The entries of `locals.tasks` by their keys, without the indentation of the brace that closes each."""
    for block in hcl.parse(data).blocks:
        tasks = block.attributes.get("tasks") if block.type == "locals" else None
        if tasks and isinstance(tasks.value, hcl.Object):
            return {entry.name(data): _CLOSING.sub(b"}", data[entry.start : entry.end]) for entry in tasks.value.items}
    return {}


def only_names_differ(plan: Plan, names: Collection[str]) -> None:
    """The files differ only in words that contain one of these names. Raises ProofError."""
    choices = "|".join(re.escape(name) for name in names)
    any_name = re.compile(rf"[\w-]*(?:{choices})[\w-]*")
    for path in plan.paths:
        before, after = (data.decode("utf-8-sig") for data in (plan.before[path] or b"", plan.text_after(path)))
        read = _statements if path.endswith(".py") else _words
        if read(before, any_name) != read(after, any_name):
            raise ProofError(f"{path} would change in more than names")


def _words(text: str, any_name: re.Pattern[str]) -> Counter[str]:
    """A whole text; alignment may change the number of spaces."""
    return Counter([re.sub(r"[ \t]+", " ", any_name.sub("\0", text))])


def _statements(text: str, any_name: re.Pattern[str]) -> Counter[str]:
    """The statements of a module in any order, since imports are sorted by name."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            node.names.sort(key=lambda alias: any_name.sub("\0", alias.name))
    # `import old` may have become `import new as old`.
    return Counter(any_name.sub("\0", ast.unparse(node)).replace("\0 as \0", "\0") for node in tree.body)
