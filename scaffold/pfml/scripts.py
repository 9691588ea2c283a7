"""The Poetry scripts: `[tool.poetry.scripts]` in api/pyproject.toml."""

from __future__ import annotations

import re
import tomllib

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.layout import PYPROJECT_FILE

_TABLE = re.compile(
    rb"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*poetry[ \t]*\.[ \t]*scripts[ \t]*\][^\n]*(?:\n|\Z)", re.MULTILINE
)
_NEXT_TABLE = re.compile(rb"^[ \t]*\[", re.MULTILINE)


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
        return table_span(checkout)[0] + offset_in_table(checkout, name)
    except Refusal:
        return 0


def script_tables(data: bytes) -> list[tuple[int, int]]:
    """Where the keys of the table stand, also in a file that does not parse; more than once where it stands twice."""
    spans = []
    for header in _TABLE.finditer(data):
        following = _NEXT_TABLE.search(data, header.end())
        spans.append((header.end(), following.start() if following else len(data)))
    return spans


def table_span(checkout: Checkout) -> tuple[int, int]:
    """Where the keys of the table stand."""
    spans = script_tables(checkout.require(PYPROJECT_FILE))
    if not spans:
        raise Refusal("the scripts have no table [tool.poetry.scripts] of their own", place=PYPROJECT_FILE)
    return spans[0]


def offset_in_table(checkout: Checkout, command: str) -> int:
    """Where a script stands in the table."""
    start, end = table_span(checkout)
    body = checkout.require(PYPROJECT_FILE)[start:end]
    match = re.search(rb"^[ \t]*[\"']?%s[\"']?[ \t]*=" % re.escape(command.encode()), body, re.MULTILINE)
    return match.start() if match else 0
