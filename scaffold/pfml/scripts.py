"""The Poetry scripts: `[tool.poetry.scripts]` and `[project.scripts]` in api/pyproject.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.layout import PYPROJECT_FILE
from scaffold.files.toml import TomlStatement, load, statements

Table = tuple[str, ...]  # the path of a table
PROJECT: Table = ("project", "scripts")
POETRY: Table = ("tool", "poetry", "scripts")
TABLES = (PROJECT, POETRY)
_EXTRAS = re.compile(r"\s*\[[^]]*\]\s*\Z")


class Script(NamedTuple):
    """A Poetry script.

    reference: `module:function`, or the path in api/ of a script that is a file. table: the table that it is in.
    offset: the byte of its line in pyproject.toml, or of the table if it has no line of its own. lines: the statements
    that define nothing else, of which there are several for `name.reference = …` or a table for each script.
    """

    name: str
    reference: str
    is_file: bool
    table: Table
    offset: int
    lines: tuple[TomlStatement, ...]

    def place(self, checkout: Checkout) -> str:
        """`file:line`, or only the file if the script has no line of its own."""
        return checkout.place(PYPROJECT_FILE, self.offset) if self.lines else PYPROJECT_FILE


def scripts(checkout: Checkout) -> dict[str, Script]:
    """The scripts by name. Raises Refusal if the file does not parse or has no scripts."""
    return checkout.once(_scripts)


def _scripts(checkout: Checkout) -> dict[str, Script]:
    tables = script_tables(checkout.once(_document))
    if not tables:
        raise Refusal(
            f"neither {label(POETRY)} nor {label(PROJECT)} is in this file, so it has no scripts for tasks to run",
            place=PYPROJECT_FILE,
            instead=f"Add {label(PROJECT)} or {label(POETRY)}, the one that your version of Poetry reads.",
        )
    return {
        name: _script(checkout, table, name, value)
        for table in reversed(tables)  # [project.scripts] comes first
        for name, value in tables[table].items()
    }


def _script(checkout: Checkout, table: Table, name: str, value: object) -> Script:
    by_path = checkout.once(_lines)
    lines = tuple(by_path.get((*table, name), ()))
    whole = lines or by_path.get(table, ())
    return Script(name, _reference(value), is_file(value), table, whole[0].start if whole else 0, lines)


def _lines(checkout: Checkout) -> dict[Table, list[TomlStatement]]:
    """The statements of the script tables: by table, and by table and script."""
    lines: dict[Table, list[TomlStatement]] = {}
    for statement in all_statements(checkout):
        table = _table_of(statement)
        if table:
            lines.setdefault(statement.path[: len(table) + 1], []).append(statement)
    return lines


def all_statements(checkout: Checkout) -> list[TomlStatement]:
    """All statements of pyproject.toml."""
    return checkout.once(_statements)


def _statements(checkout: Checkout) -> list[TomlStatement]:
    return list(statements(checkout.require(PYPROJECT_FILE)))


def is_script(statement: TomlStatement) -> bool:
    """Whether a statement is the header of a table of scripts, a script, or a part of one."""
    return bool(_table_of(statement))


def _table_of(statement: TomlStatement) -> Table:
    return next((table for table in TABLES if statement.path[: len(table)] == table), ())


def script_reference(name: str, checkout: Checkout) -> str:
    """What a script runs, as pyproject.toml has it; "" if there is no such script."""
    script = scripts(checkout).get(name)
    return script.reference if script else ""


def _reference(value: object) -> str:
    if isinstance(value, dict):
        # Older versions of Poetry call it `callable`.
        value = value.get("reference") or value.get("callable") or value
    return _EXTRAS.sub("", str(value))


def is_file(value: object) -> bool:
    """Whether a script is a file of the project: `{ reference = "…", type = "file" }`."""
    return isinstance(value, dict) and value.get("type") == "file"


def _document(checkout: Checkout) -> dict[str, object]:
    return load(checkout.require(PYPROJECT_FILE), PYPROJECT_FILE)


def script_tables(document: Mapping[str, object]) -> dict[Table, dict[str, object]]:
    """The tables of scripts that a pyproject.toml has."""
    tables = {}
    for path in TABLES:
        table: object = document
        for name in path:
            table = table.get(name) if isinstance(table, dict) else None
        if isinstance(table, dict):
            tables[path] = table
    return tables


def pop_scripts(document: Mapping[str, object]) -> list[tuple[Table, str, object]]:
    """Remove the scripts from a pyproject.toml. Returns them: table, name and value."""
    removed = []
    for table, values in script_tables(document).items():
        removed += [(table, *script) for script in values.items()]
        values.clear()
    return removed


def table_for_new(checkout: Checkout) -> Table:
    """The table that a new script belongs in: Poetry 2 ignores the console scripts of `[tool.poetry.scripts]` if
    `[project.scripts]` has any, and Poetry 1 does not read the latter."""
    tables = script_tables(checkout.once(_document))
    return PROJECT if tables.get(PROJECT) or POETRY not in tables else POETRY


def end_of_table(checkout: Checkout) -> int:
    """The end of the last key of the table for new scripts. Raises Refusal if they have no table of their own."""
    table, end = table_for_new(checkout), 0
    for statement in all_statements(checkout):
        if statement.is_header and end:
            break
        if end or (statement.is_header and statement.path == table):
            end = statement.end
    if not end:
        raise Refusal(f"the scripts have no table {label(table)} of their own", place=PYPROJECT_FILE)
    return end


def label(table: Table) -> str:
    """A table as TOML has it."""
    return f"[{'.'.join(table)}]"
