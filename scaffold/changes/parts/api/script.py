"""The Poetry script: a key of `[tool.poetry.scripts]` in api/pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.files.layout import PYPROJECT_FILE
from scaffold.pfml.references import first_run
from scaffold.pfml.scripts import offset_in_table, scripts, table_span
from scaffold.python.renames import Move
from scaffold.spec import part_names
from scaffold.spec.naming import Naming
from scaffold.spec.specs import TaskSpec

PART = part_names.SCRIPT
_TRAILING = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\r?(?:\n|\Z))*\Z")


def add(spec: TaskSpec, checkout: Checkout) -> list[Edit]:
    existing, (start, end) = scripts(checkout), table_span(checkout)
    entrypoint = f"{spec.module}:{spec.function}"
    if spec.command in existing:
        place = checkout.place(PYPROJECT_FILE, start + offset_in_table(checkout, spec.command))
        if existing[spec.command] != entrypoint:
            raise Refusal(
                f"the script {spec.command!r} runs {existing[spec.command]!r}, and {entrypoint!r} was asked for",
                place=place,
                instead="Name another --command, or give the --module and --function that it has.",
            )
        return [checkout.unchanged(PYPROJECT_FILE, start + offset_in_table(checkout, spec.command), PART)]
    import tomlkit

    data = checkout.require(PYPROJECT_FILE)
    table = tomlkit.document()
    table.add(spec.command, entrypoint)
    line = tomlkit.dumps(table).strip("\n")
    # Comments and blank lines in front of the next table belong to that table: the key goes before them.
    trailing = _TRAILING.search(data, start, end)
    offset = trailing.start() if trailing else end
    if offset and data[offset - 1 : offset] != b"\n":
        return [checkout.insert(PYPROJECT_FILE, offset, f"\n{line}", PART)]
    return [checkout.insert(PYPROJECT_FILE, offset, f"{line}\n", PART)]


def remove(command: str, checkout: Checkout, gone: Sequence[Edit]) -> list[Edit]:
    """A script's line; kept where something beside what has gone still runs the script."""
    if command not in scripts(checkout):
        return []
    data = checkout.require(PYPROJECT_FILE)
    start = table_span(checkout)[0] + offset_in_table(checkout, command)
    used = first_run(checkout, command, gone)
    if used:
        return [checkout.keep(PYPROJECT_FILE, start, PART, "still used", used)]
    if not re.match(rb"[ \t]*[\"']?%s\b" % re.escape(command.encode()), data[start:]):
        return [checkout.keep(PYPROJECT_FILE, start, PART, "not on a line of its own")]
    end = data.find(b"\n", start) + 1
    if not end:
        # The last line without a line break: the one in front of it goes.
        start, end = len(data[:start].removesuffix(b"\n").removesuffix(b"\r")), len(data)
    return [checkout.remove(PYPROJECT_FILE, start, end, PART)]


def rename(naming: Naming, command: str, move: Move | None, checkout: Checkout) -> list[Edit]:
    """The script's name where it is the task's, and a module's new name in what the scripts run."""
    existing, (start, end) = scripts(checkout), table_span(checkout)
    data, edits = checkout.require(PYPROJECT_FILE), []
    offset = start + offset_in_table(checkout, command)
    if command not in existing:
        return []
    if naming.script:
        if naming.new in existing:
            place = checkout.place(PYPROJECT_FILE, start + offset_in_table(checkout, naming.new))
            raise naming.taken("a script has that name", place)
        first = data.index(command.encode(), offset)
        edits.append(checkout.rename(PYPROJECT_FILE, first, first + len(command.encode()), naming.new, PART))
    else:
        edits.append(checkout.keep(PYPROJECT_FILE, offset, PART, "it is not named after the task"))
    if move:
        for match in re.compile(move.pattern.pattern.encode()).finditer(data, start, end):
            edits.append(checkout.rename(PYPROJECT_FILE, match.start(), match.end(), move.new, PART))
    return edits


def renamed(naming: Naming, move: Move | None, checkout: Checkout) -> dict[str, object]:
    """What the table of scripts comes to."""
    document = tomllib.loads(checkout.require(PYPROJECT_FILE).decode("utf-8-sig"))

    def in_value(value: object) -> object:
        if isinstance(value, dict):
            return {key: in_value(inner) for key, inner in value.items()}
        return move.pattern.sub(move.new, value) if move and isinstance(value, str) else value

    table = document["tool"]["poetry"]["scripts"].items()
    return {naming.new if naming.script and name == naming.old else name: in_value(value) for name, value in table}
