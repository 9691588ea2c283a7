"""The Poetry script: a key of `[tool.poetry.scripts]` or `[project.scripts]` in api/pyproject.toml."""

from __future__ import annotations

import re

from scaffold.changes.parts.requests import Addition, Removal, Renaming
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit, Place
from scaffold.files.layout import PYPROJECT_FILE
from scaffold.files.marks import FOR_CHECK
from scaffold.files.toml import TomlStatement, load
from scaffold.pfml.references import first_run
from scaffold.pfml.scripts import Script, Table, all_statements, end_of_table, is_script, pop_scripts, scripts
from scaffold.pfml.tasks import Task
from scaffold.spec import part_names
from scaffold.spec.specs import TaskSpec
from scaffold.terraform.folder import Folder

PART = part_names.SCRIPT
TEMPLATES: tuple[str, ...] = ()
RECREATED = ""


def add(addition: Addition) -> list[Edit]:
    spec, checkout = addition.spec, addition.checkout
    if not isinstance(spec, TaskSpec):
        return []
    entrypoint = f"{spec.module}:{spec.function}"
    script = scripts(checkout).get(spec.command)
    if script:
        if script.reference != entrypoint:
            raise Refusal(
                f"the script {spec.command!r} runs {script.reference!r}, but you asked for {entrypoint!r}",
                place=checkout.place(PYPROJECT_FILE, script.offset),
                instead="Choose another --command, or use the --module and --function that it runs.",
            )
        return [checkout.unchanged(PYPROJECT_FILE, script.offset, PART)]
    import tomlkit

    table = tomlkit.document()
    table.add(spec.command, entrypoint)
    line = tomlkit.dumps(table).strip("\n")
    # Comments and blank lines before the next table belong to that table: the key is inserted before them.
    offset = end_of_table(checkout)
    if checkout.require(PYPROJECT_FILE)[offset - 1 : offset] != b"\n":
        return [checkout.insert(PYPROJECT_FILE, offset, f"\n{line}", PART)]
    return [checkout.insert(PYPROJECT_FILE, offset, f"{line}\n", PART)]


def find(task: Task, checkout: Checkout) -> list[Place]:
    script = scripts(checkout).get(task.script(Folder.of(checkout)))
    return [(PYPROJECT_FILE, script.offset)] if script else []


def remove(removal: Removal) -> list[Edit]:
    """The lines of the script; they stay if anything else still runs the script."""
    command, checkout = removal.command, removal.checkout
    script = None if removal.chosen else scripts(checkout).get(command)
    if script is None:
        return []
    used = first_run(checkout, command, removal.edits)
    if used:
        return [checkout.keep(PYPROJECT_FILE, script.offset, PART, "still used", used)]
    if not script.lines:
        return [checkout.keep(PYPROJECT_FILE, script.offset, PART, "not on a line of its own")]
    return [checkout.remove(PYPROJECT_FILE, *span, PART) for span in _spans(checkout, script)]


def _spans(checkout: Checkout, script: Script) -> list[tuple[int, int]]:
    """The spans to remove: one for all lines that follow each other."""
    spans: list[tuple[int, int]] = []
    before = None
    for line in all_statements(checkout):
        if line in script.lines:
            start, end = _span(checkout.require(PYPROJECT_FILE), line)
            spans[-1:] = [(spans[-1][0], end)] if before in script.lines else [*spans[-1:], (start, end)]
        before = line
    return spans


def _span(data: bytes, line: TomlStatement) -> tuple[int, int]:
    """A statement with its line break: the one before it if it is the last line and has none; a header also with the
    blank lines before it. Comments for `check` above it belong to it."""
    start = line.start
    while start and FOR_CHECK.match(data, above := data.rfind(b"\n", 0, start - 1) + 1):
        start = above
    if line.is_header:
        start = min(start, data.find(b"\n", len(data[:start].rstrip())) + 1)
    if not data.endswith(b"\n", start, line.end):
        start = len(data[:start].removesuffix(b"\n").removesuffix(b"\r"))
    return start, line.end


def rename(renaming: Renaming) -> list[Edit]:
    """The script's name if it is the task's, and the module's new name in what scripts run."""
    naming, checkout = renaming.naming, renaming.checkout
    known = scripts(checkout)
    script = known.get(renaming.command)
    if script is None:
        return []
    if not naming.script:
        edits = [checkout.keep(PYPROJECT_FILE, script.offset, PART, "it is not named after the task")]
    elif naming.new in known:
        raise naming.taken("a script has that name", known[naming.new].place(checkout))
    elif not script.lines:
        raise Refusal("the scripts have no table of their own", place=PYPROJECT_FILE)
    else:
        edits = [
            _renamed(renaming, *span) for span in (line.span_of(len(script.table)) for line in script.lines) if span
        ]
    return edits + _in_values(renaming)


def _renamed(renaming: Renaming, start: int, end: int) -> Edit:
    """The new name in the place of the old one, in the same quotes."""
    naming, checkout = renaming.naming, renaming.checkout
    old = naming.old.encode()
    first = checkout.require(PYPROJECT_FILE).find(old, start, end)
    if first < 0:
        place = checkout.place(PYPROJECT_FILE, start)
        raise Refusal("the script's name has escapes", place=place, instead=f"Write it as {naming.old}.")
    return checkout.rename(PYPROJECT_FILE, first, first + len(old), naming.new, PART)


def _in_values(renaming: Renaming) -> list[Edit]:
    """The module's new name in what scripts run, and in the comments above them."""
    move, checkout, edits, start = renaming.move, renaming.checkout, [], 0
    if move:
        data, pattern = checkout.require(PYPROJECT_FILE), re.compile(move.pattern.pattern.encode())
        for line in all_statements(checkout):
            if is_script(line):
                matches = pattern.finditer(data, start, line.end)
                edits += [checkout.rename(PYPROJECT_FILE, *match.span(), move.new, PART) for match in matches]
            start = line.end
    return edits


def scripts_after(renaming: Renaming) -> list[tuple[Table, str, object]]:
    """All scripts afterwards: table, name and value."""
    naming, move = renaming.naming, renaming.move

    def in_value(value: object) -> object:
        if isinstance(value, dict):
            return {key: in_value(inner) for key, inner in value.items()}
        return move.pattern.sub(move.new, value) if move and isinstance(value, str) else value

    def in_name(name: str) -> str:
        return naming.new if naming.script and name == naming.old else name

    document = load(renaming.checkout.require(PYPROJECT_FILE), PYPROJECT_FILE)
    return [(table, in_name(name), in_value(value)) for table, name, value in pop_scripts(document)]
