"""The Poetry script: a key of `[tool.poetry.scripts]` in api/pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence

from scaffold.checkout import PYPROJECT_FILE, Checkout
from scaffold.edits import Edit
from scaffold.errors import Refusal
from scaffold.naming import Naming
from scaffold.python_rename import Move
from scaffold.references import first_run
from scaffold.spec import TaskSpec

PART = "Poetry script"
_TABLE = re.compile(
    rb"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*poetry[ \t]*\.[ \t]*scripts[ \t]*\][^\n]*(?:\n|\Z)", re.MULTILINE
)
_NEXT_TABLE = re.compile(rb"^[ \t]*\[", re.MULTILINE)
_TRAILING = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\r?(?:\n|\Z))*\Z")


def add(spec: TaskSpec, checkout: Checkout) -> list[Edit]:
    existing, (start, end) = scripts(checkout), _table(checkout)
    entrypoint = f"{spec.module}:{spec.function}"
    if spec.command in existing:
        place = checkout.place(PYPROJECT_FILE, start + _offset(checkout, spec.command))
        if existing[spec.command] != entrypoint:
            raise Refusal(
                f"the script {spec.command!r} runs {existing[spec.command]!r}, and {entrypoint!r} was asked for",
                place=place,
                instead="Name another --command, or give the --module and --function that it has.",
            )
        return [checkout.unchanged(PYPROJECT_FILE, start + _offset(checkout, spec.command), PART)]
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
    start = _table(checkout)[0] + _offset(checkout, command)
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
    existing, (start, end) = scripts(checkout), _table(checkout)
    data, edits = checkout.require(PYPROJECT_FILE), []
    offset = start + _offset(checkout, command)
    if command not in existing:
        return []
    if naming.script:
        if naming.new in existing:
            place = checkout.place(PYPROJECT_FILE, start + _offset(checkout, naming.new))
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


def scripts(checkout: Checkout) -> dict[str, str]:
    """The scripts by name, of one that is a table what it refers to. Raises Refusal where the file does not parse."""
    return {name: _reference(value) for name, value in _scripts(checkout).items()}


def file_scripts(checkout: Checkout) -> dict[str, str]:
    """The scripts that are files of the project, `{ reference = "…", type = "file" }`, and their paths in api/."""
    tables = {name: value for name, value in _scripts(checkout).items() if isinstance(value, dict)}
    return {name: _reference(value) for name, value in tables.items() if value.get("type") == "file"}


def _reference(value: object) -> str:
    if isinstance(value, dict):
        # `callable` was Poetry's older word for it.
        value = value.get("reference") or value.get("callable") or value
    return str(value)


def _scripts(checkout: Checkout) -> dict[str, object]:
    try:
        document = tomllib.loads(checkout.require(PYPROJECT_FILE).decode("utf-8-sig"))
        table = document["tool"]["poetry"]["scripts"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        line = re.search(r"line (\d+)", str(error))
        place = f"{PYPROJECT_FILE}:{line[1]}" if line else PYPROJECT_FILE
        raise Refusal(str(error), place=place, instead="Mend the file first.") from error
    except (KeyError, TypeError) as error:
        raise Refusal(
            "no table [tool.poetry.scripts]", place=PYPROJECT_FILE, instead="Is this a checkout of PFML?"
        ) from error
    return dict(table)


def script_offset(name: str, checkout: Checkout) -> int:
    """The byte at which a script stands; that of the table where it is written in a way of its own."""
    try:
        return _table(checkout)[0] + _offset(checkout, name)
    except Refusal:
        return 0


def script_tables(data: bytes) -> list[tuple[int, int]]:
    """Where the keys of the table stand, also in a file that does not parse; more than once where it stands twice."""
    spans = []
    for header in _TABLE.finditer(data):
        following = _NEXT_TABLE.search(data, header.end())
        spans.append((header.end(), following.start() if following else len(data)))
    return spans


def _table(checkout: Checkout) -> tuple[int, int]:
    """Where the keys of the table stand."""
    spans = script_tables(checkout.require(PYPROJECT_FILE))
    if not spans:
        raise Refusal("the scripts have no table [tool.poetry.scripts] of their own", place=PYPROJECT_FILE)
    return spans[0]


def _offset(checkout: Checkout, command: str) -> int:
    """Where a script stands in the table."""
    start, end = _table(checkout)
    body = checkout.require(PYPROJECT_FILE)[start:end]
    match = re.search(rb"^[ \t]*[\"']?%s[\"']?[ \t]*=" % re.escape(command.encode()), body, re.MULTILINE)
    return match.start() if match else 0
