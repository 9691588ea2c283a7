"""The Poetry script: a key of `[tool.poetry.scripts]` in api/pyproject.toml."""

from __future__ import annotations

import re
import tomllib

from scaffold.changes.parts.requests import Addition, Removal, Renaming
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit, Place
from scaffold.files.layout import PYPROJECT_FILE
from scaffold.pfml.references import first_run
from scaffold.pfml.scripts import scripts, table_span
from scaffold.pfml.tasks import Task
from scaffold.spec import part_names
from scaffold.spec.specs import TaskSpec
from scaffold.terraform.folder import Folder

PART = part_names.SCRIPT
TEMPLATES: tuple[str, ...] = ()
RECREATED = ""
_TRAILING = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\r?(?:\n|\Z))*\Z")


def add(addition: Addition) -> list[Edit]:
    spec, checkout = addition.spec, addition.checkout
    if not isinstance(spec, TaskSpec):
        return []
    existing, (start, end) = scripts(checkout), table_span(checkout)
    entrypoint = f"{spec.module}:{spec.function}"
    script = existing.get(spec.command)
    if script:
        if script.reference != entrypoint:
            raise Refusal(
                f"the script {spec.command!r} runs {script.reference!r}, but you asked for {entrypoint!r}",
                place=checkout.place(PYPROJECT_FILE, script.offset),
                instead="Choose another --command, or use the --module and --function that it runs.",
            )
        return [checkout.unchanged(PYPROJECT_FILE, script.offset, PART)]
    import tomlkit

    data = checkout.require(PYPROJECT_FILE)
    table = tomlkit.document()
    table.add(spec.command, entrypoint)
    line = tomlkit.dumps(table).strip("\n")
    # Comments and blank lines before the next table belong to that table: the key is inserted before them.
    trailing = _TRAILING.search(data, start, end)
    offset = trailing.start() if trailing else end
    if offset and data[offset - 1 : offset] != b"\n":
        return [checkout.insert(PYPROJECT_FILE, offset, f"\n{line}", PART)]
    return [checkout.insert(PYPROJECT_FILE, offset, f"{line}\n", PART)]


def find(task: Task, checkout: Checkout) -> list[Place]:
    command = task.script(Folder.of(checkout))
    script = scripts(checkout).get(command)
    if script is None:
        return []
    table_span(checkout)
    return [(PYPROJECT_FILE, script.offset)]


def remove(removal: Removal) -> list[Edit]:
    """The line of the script; it stays if anything else still runs the script."""
    command, checkout = removal.command, removal.checkout
    places = [] if removal.chosen else find(removal.task, checkout)
    if not places:
        return []
    data, start = checkout.require(PYPROJECT_FILE), places[0][1]
    used = first_run(checkout, command, removal.edits)
    if used:
        return [checkout.keep(PYPROJECT_FILE, start, PART, "still used", used)]
    if not scripts(checkout)[command].own_line:
        return [checkout.keep(PYPROJECT_FILE, start, PART, "not on a line of its own")]
    end = data.find(b"\n", start) + 1
    if not end:
        # The last line has no line break: the one before it is removed instead.
        start, end = len(data[:start].removesuffix(b"\n").removesuffix(b"\r")), len(data)
    return [checkout.remove(PYPROJECT_FILE, start, end, PART)]


def rename(renaming: Renaming) -> list[Edit]:
    """The script's name if it is the task's, and the module's new name in what scripts run."""
    naming, command, checkout, move = renaming.naming, renaming.command, renaming.checkout, renaming.move
    places = find(renaming.task, checkout)
    if not places:
        return []
    data, offset, edits = checkout.require(PYPROJECT_FILE), places[0][1], []
    start, end = table_span(checkout)
    if naming.script:
        if naming.new in scripts(checkout):
            place = checkout.place(PYPROJECT_FILE, scripts(checkout)[naming.new].offset)
            raise naming.taken("a script has that name", place)
        first = data.index(command.encode(), offset)
        edits.append(checkout.rename(PYPROJECT_FILE, first, first + len(command.encode()), naming.new, PART))
    else:
        edits.append(checkout.keep(PYPROJECT_FILE, offset, PART, "it is not named after the task"))
    if move:
        for match in re.compile(move.pattern.pattern.encode()).finditer(data, start, end):
            edits.append(checkout.rename(PYPROJECT_FILE, match.start(), match.end(), move.new, PART))
    return edits


def scripts_after(renaming: Renaming) -> dict[str, object]:
    """The table of scripts afterwards."""
    naming, move = renaming.naming, renaming.move
    document = tomllib.loads(renaming.checkout.require(PYPROJECT_FILE).decode("utf-8-sig"))

    def in_value(value: object) -> object:
        if isinstance(value, dict):
            return {key: in_value(inner) for key, inner in value.items()}
        return move.pattern.sub(move.new, value) if move and isinstance(value, str) else value

    table = document["tool"]["poetry"]["scripts"].items()
    return {naming.new if naming.script and name == naming.old else name: in_value(value) for name, value in table}
