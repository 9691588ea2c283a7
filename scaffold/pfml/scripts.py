"""The Poetry scripts: `[tool.poetry.scripts]` in api/pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from typing import NamedTuple

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.layout import PYPROJECT_FILE

_TABLE = re.compile(
    rb"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*poetry[ \t]*\.[ \t]*scripts[ \t]*\][^\n]*(?:\n|\Z)", re.MULTILINE
)
_NEXT_TABLE = re.compile(rb"^[ \t]*\[", re.MULTILINE)
_KEY = re.compile(rb"^[ \t]*[\"']?([^\s\"'=#\[\]{}][^\"'=#\n]*?)[\"']?[ \t]*=", re.MULTILINE)


class Script(NamedTuple):
    """A Poetry script.

    reference: `module:function`, or the path in api/ of a script that is a file. offset: the byte of its line in
    pyproject.toml, or of the table if it has no line of its own.
    """

    name: str
    reference: str
    is_file: bool
    offset: int
    own_line: bool

    def place(self, checkout: Checkout) -> str:
        """`file:line`, or only the file if the script has no line of its own."""
        return checkout.place(PYPROJECT_FILE, self.offset) if self.own_line else PYPROJECT_FILE


def scripts(checkout: Checkout) -> dict[str, Script]:
    """The scripts by name. Raises Refusal if the file does not parse or has no scripts."""
    return checkout.once(_scripts)


def _scripts(checkout: Checkout) -> dict[str, Script]:
    table, lines = _table(checkout), _lines(checkout)
    start = next(iter(script_tables(checkout.require(PYPROJECT_FILE))), (0, 0))[0]
    return {
        name: Script(name, _reference(value), _is_file(value), lines.get(name, start), name in lines)
        for name, value in table.items()
    }


def script_reference(name: str, checkout: Checkout) -> str:
    """What a script runs, as pyproject.toml has it; "" if there is no such script."""
    script = scripts(checkout).get(name)
    return script.reference if script else ""


def _reference(value: object) -> str:
    if isinstance(value, dict):
        # Older versions of Poetry call it `callable`.
        value = value.get("reference") or value.get("callable") or value
    return str(value)


def _is_file(value: object) -> bool:
    """Whether a script is a file of the project: `{ reference = "…", type = "file" }`."""
    return isinstance(value, dict) and value.get("type") == "file"


def _table(checkout: Checkout) -> dict[str, object]:
    try:
        document = tomllib.loads(checkout.require(PYPROJECT_FILE).decode("utf-8-sig"))
        table = document["tool"]["poetry"]["scripts"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        line = re.search(r"line (\d+)", str(error))
        place = f"{PYPROJECT_FILE}:{line[1]}" if line else PYPROJECT_FILE
        raise Refusal(str(error), place=place, instead="Fix the file first.") from error
    except (KeyError, TypeError) as error:
        raise Refusal(
            "no table [tool.poetry.scripts]", place=PYPROJECT_FILE, instead="Is this a PFML checkout?"
        ) from error
    return dict(table)


def _lines(checkout: Checkout) -> dict[str, int]:
    """The byte of the line of each key in the table."""
    lines: dict[str, int] = {}
    data = checkout.require(PYPROJECT_FILE)
    for start, end in script_tables(data)[:1]:
        for match in _KEY.finditer(data, start, end):
            lines.setdefault(match[1].decode("utf-8", "replace").rstrip(), match.start())
    return lines


def script_tables(data: bytes) -> list[tuple[int, int]]:
    """The spans of the keys of the table, also in a file that does not parse; several if the table is repeated."""
    spans = []
    for header in _TABLE.finditer(data):
        following = _NEXT_TABLE.search(data, header.end())
        spans.append((header.end(), following.start() if following else len(data)))
    return spans


def table_span(checkout: Checkout) -> tuple[int, int]:
    """The span of the keys of the table. Raises Refusal if the scripts have no table of their own."""
    spans = script_tables(checkout.require(PYPROJECT_FILE))
    if not spans:
        raise Refusal("the scripts have no table [tool.poetry.scripts] of their own", place=PYPROJECT_FILE)
    return spans[0]
