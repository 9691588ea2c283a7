"""The statements of TOML text with their byte spans, which no TOML library provides."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from scaffold.errors import Refusal
from scaffold.files.unparsed import unparsed

# PFML's pyproject.toml has 9,000 bytes, and keys of 3 parts. The time for a key is the square of its parts.
_LARGEST, _MOST_PARTS = 2**18, 100

# A string, a comment, a bracket, a line break, or anything else.
_TOKEN = re.compile(
    rb'"{3}(?:[^"\\]|\\.|"(?!""))*"{3,5}|'
    rb"'{3}(?:[^']|'(?!''))*'{3,5}|"
    rb'"(?:[^"\\\n]|\\.)*"|'
    rb"'[^'\n]*'|"
    rb"#[^\n]*|[\[{]|[\]}]|\n|.[^\"'#\[\]{}\n]*",
    re.DOTALL,
)
_HUGE = re.compile(rb"\b0[xob][0-9A-Fa-f_]{1000}")  # Python has no text for numbers of thousands of digits
_NAME = rb'(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\')'
_HEAD = re.compile(rb"[ \t]*(\[?\[?)[ \t]*(%s(?:[ \t]*\.[ \t]*%s)*)[ \t]*[]=]" % (_NAME, _NAME))
_NAMES = re.compile(_NAME)
_BOM = b"\xef\xbb\xbf"


def load(data: bytes, path: str) -> dict[str, Any]:
    """A TOML document. Raises Refusal with file and line if it does not parse, or would take too long."""
    if len(data) > _LARGEST:
        raise Refusal(f"too large: TOML of up to {_LARGEST:,} bytes is read", place=path)
    try:
        _check_keys(data)
        # As text, since nan is not equal to itself.
        return tomllib.loads(data.decode("utf-8-sig"), parse_float=str)
    except RecursionError as error:
        raise Refusal("nested too deeply", place=path, instead="Fix the file first.") from error
    except ValueError as error:  # also UnicodeDecodeError, and numbers of thousands of digits
        line = re.search(r"line (\d+)", str(error))
        raise unparsed(data, path, str(error), line[1] if line else "") from error


@lru_cache(maxsize=16)
def _check_keys(data: bytes) -> None:
    dots = 0
    for token in _TOKEN.finditer(data):
        text = token[0]
        if text[:1] in b"[]{}\n":
            dots = 0
        elif text[:1] not in b"\"'#":
            if _HUGE.search(text):
                raise ValueError(f"a number has too many digits (at line {_line(data, token)})")
            *before, last = re.split(rb"[=,]", text)
            dots = last.count(b".") if before else dots + last.count(b".")
            if max(dots, *(part.count(b".") for part in before), 0) > _MOST_PARTS:
                raise ValueError(f"a key has more than {_MOST_PARTS} parts (at line {_line(data, token)})")


def _line(data: bytes, token: re.Match[bytes]) -> int:
    return data.count(b"\n", 0, token.start()) + 1


class TomlStatement(NamedTuple):
    """The header of a table, or a key with its value.

    path: the full name. names: the spans of the last parts of the path, which are written here. The span consists of
    whole lines.
    """

    path: tuple[str, ...]
    names: tuple[tuple[int, int], ...]
    start: int
    end: int
    is_header: bool

    def span_of(self, depth: int) -> tuple[int, int] | None:
        """The span of one part of the path, None if it is written in the table's header."""
        index = depth - (len(self.path) - len(self.names))
        return self.names[index] if index >= 0 else None


def statements(data: bytes) -> Iterator[TomlStatement]:
    """The statements in the order of the text, which may also be invalid, for example because a key is repeated."""
    table: tuple[str, ...] = ()
    for start, end in _logical_lines(data):
        head = _HEAD.match(data, start, end)
        if not head:
            continue
        spans = tuple(match.span() for match in _NAMES.finditer(data, *head.span(2)))
        path = tuple(_plain(data[slice(*span)]) for span in spans)
        if head[1]:
            table = path
            yield TomlStatement(path, spans, start, end, True)
        else:
            yield TomlStatement(table + path, spans, start, end, False)


def _logical_lines(data: bytes) -> Iterator[tuple[int, int]]:
    """The spans of the lines; a string or brackets can continue a line."""
    start = len(_BOM) if data.startswith(_BOM) else 0
    depth = 0
    for token in _TOKEN.finditer(data, start):
        if token[0] == b"\n" and depth <= 0:
            yield start, token.end()
            start, depth = token.end(), 0
        elif token[0] in (b"[", b"{"):
            depth += 1
        elif token[0] in (b"]", b"}"):
            depth -= 1
    if start < len(data):
        yield start, len(data)


def _plain(name: bytes) -> str:
    """A part of a key without its quotes and escapes."""
    text = name.decode("utf-8", "replace")
    if text[0] not in "\"'":
        return text
    try:
        return str(tomllib.loads(f"name = {text}")["name"])
    except ValueError:
        return text[1:-1]


def comments(data: bytes) -> Iterator[tuple[int, int]]:
    """The spans of the comments."""
    yield from (token.span() for token in _TOKEN.finditer(data) if token[0].startswith(b"#"))
