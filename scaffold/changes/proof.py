"""A command's plan: the edits of every part, and the proof that they do what was asked for and nothing else."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from scaffold import hcl
from scaffold.files.checkout import Checkout
from scaffold.files.edit import CREATE, Edit
from scaffold.files.layout import PYPROJECT_FILE
from scaffold.files.plan import Plan
from scaffold.hcl.proof import prove


class ProofError(Exception):
    """The plan would not do what was asked for: a fault of the tool, found before anything was written."""


def plan(checkout: Checkout, edits: Iterable[Edit], scripts: Mapping[str, object] | None = None) -> Plan:
    """The edits as a plan that has been proven. scripts: those of Poetry afterwards, where it is to be more than that
    one has come or gone. Raises ProofError."""
    made = tuple(edits)
    for edit in made:
        checkout.read(edit.path)
        checkout.read(edit.target or edit.path)
    result = Plan(made, dict(checkout.files_read))
    for path in result.paths:
        _prove_file(result, path, scripts)
    return result


def _prove_file(made: Plan, path: str, scripts: Mapping[str, object] | None) -> None:
    before, after = made.before[path], made.after(path)
    if path in made.moves:
        after = made.text_after(path)
        if before is None or made.before[made.moves[path]] is not None or made.deletes(path):
            raise ProofError(f"{path} would move, and is not there, or something is where it would go")
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
            _other_scripts(before or b"", after, scripts)
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


def _other_scripts(before: bytes, after: bytes, wanted: Mapping[str, object] | None) -> None:
    """One script has come or gone, or the scripts are those that are wanted; all else means what it meant."""
    old, new = (tomllib.loads(data.decode("utf-8-sig")) for data in (before, after))
    scripts, after_scripts = (document["tool"]["poetry"].pop("scripts") for document in (old, new))
    if wanted is not None and list(wanted.items()) != list(after_scripts.items()):
        raise ProofError(f"{PYPROJECT_FILE} would have other scripts than it should")
    if (wanted is None and len(scripts.items() ^ after_scripts.items()) != 1) or old != new:
        raise ProofError(f"{PYPROJECT_FILE} would change by more than one script")


def other_tasks_same(made: Plan, path: str, key: str) -> set[str]:
    """The keys of `locals.tasks` afterwards, where all but the given one are what they were. Raises ProofError."""
    before, after = task_texts(made.before[path] or b""), task_texts(made.text_after(path))
    if {**before, key: b""} != {**after, key: b""}:
        raise ProofError(f"{path} would change other tasks than {key}")
    return set(after)


def task_texts(data: bytes) -> dict[str, bytes]:
    """The entries of `locals.tasks` by their keys."""
    for block in hcl.parse(data).blocks:
        found = block.attributes.get("tasks") if block.type == "locals" else None
        if found and isinstance(found.value, hcl.Object):
            items = found.value.items
            return {
                data[item.key.start : item.key.end].decode().strip('"'): data[item.start : item.end] for item in items
            }
    return {}


def only_names_differ(made: Plan, names: Collection[str]) -> None:
    """All files say what they said, but for words that hold one of some names. Raises ProofError."""
    choices = "|".join(re.escape(name) for name in names)
    any_name = re.compile(rf"[\w-]*(?:{choices})[\w-]*")
    for path in made.paths:
        before, after = (data.decode("utf-8-sig") for data in (made.before[path] or b"", made.text_after(path)))
        say = _statements if path.endswith(".py") else _words
        if say(before, any_name) != say(after, any_name):
            raise ProofError(f"{path} would change by more than a name")


def _words(text: str, any_name: re.Pattern[str]) -> Counter[str]:
    """A whole text; what is aligned may have other blanks."""
    return Counter([re.sub(r"[ \t]+", " ", any_name.sub("\0", text))])


def _statements(text: str, any_name: re.Pattern[str]) -> Counter[str]:
    """The statements of a module, in any order, since the order of imports follows the names."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            node.names.sort(key=lambda alias: any_name.sub("\0", alias.name))
    # `import old` may have become `import new as old`.
    return Counter(any_name.sub("\0", ast.unparse(node)).replace("\0 as \0", "\0") for node in tree.body)
