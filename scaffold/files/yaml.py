"""The values in YAML text with their paths, as far as they are plain: enough for a workflow of GitHub Actions.

Anchors, tags and collections in brackets are not followed; such a value is its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_KEY = re.compile(r"(\"[^\"]*\"|'[^']*'|[^\s\"'#:{}\[\],&*!|>%@`][^:#]*?)[ \t]*:(?:[ \t]+(.*)|$)")
_BLOCK = re.compile(r"([|>])[-+0-9]*")
_COMMENT = re.compile(r"(?:^|[ \t]+)#.*$")
_QUOTED = re.compile(r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*')[ \t]*(?:#.*)?$")


class YamlValue(NamedTuple):
    """What is written behind a key or a dash: "" if it is a mapping or a list, whose values follow.

    path: the keys and, in lists, the numbers from 0 that lead to it. line: from 1.
    """

    path: tuple[str, ...]
    text: str
    line: int


def values(text: str) -> dict[tuple[str, ...], YamlValue]:
    """The values by their paths, in the order of the text. What is not understood is left out."""
    result: dict[tuple[str, ...], YamlValue] = {}
    for value in _values(text):
        earlier = result.get(value.path)  # a text that goes on in the next line
        result[value.path] = earlier._replace(text=f"{earlier.text} {value.text}".strip()) if earlier else value
    return result


def _values(text: str) -> Iterator[YamlValue]:
    lines = text.splitlines()
    reader = _Position()
    number = 0
    while number < len(lines):
        line = number + 1
        column, rest = _indent(lines[number]), lines[number].strip()
        number += 1
        if not rest or rest.startswith("#") or rest in ("---", "..."):
            continue
        path, rest = reader.moved(column, rest)
        if block := _BLOCK.fullmatch(_COMMENT.sub("", rest)):
            end = _end_of_block(lines, number, reader.column)
            yield YamlValue(path, _block(lines[number:end], " " if block[1] == ">" else "\n"), line)
            number = end
        else:
            yield YamlValue(path, _plain(rest), line)


class _Position:
    """Where a reader is: the keys and numbers of what it is in, each with its column."""

    def __init__(self) -> None:
        self._above: list[tuple[int, str]] = []
        self._counts: dict[tuple[str, ...], int] = {}

    @property
    def column(self) -> int:
        return self._above[-1][0] if self._above else -1

    @property
    def _path(self) -> tuple[str, ...]:
        return tuple(name for _, name in self._above)

    def moved(self, column: int, rest: str) -> tuple[tuple[str, ...], str]:
        """The path of the next line, and its value as it is written."""
        while self._above and self.column > column:
            self._above.pop()
        while rest == "-" or rest.startswith("- "):
            self._next_element(column)
            inner = rest[1:].lstrip()
            column, rest = column + len(rest) - len(inner), inner
        key = _KEY.match(rest)
        if key:
            if self.column == column:
                self._above.pop()
            self._above.append((column, _plain(key[1])))
            rest = (key[2] or "").strip()
        return self._path, rest

    def _next_element(self, column: int) -> None:
        """A list may stand in the same column as its key."""
        if self.column == column and self._above[-1][1].isdigit():
            self._above.pop()
        self._counts[self._path] = number = self._counts.get(self._path, -1) + 1
        self._above.append((column, str(number)))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _end_of_block(lines: list[str], start: int, column: int) -> int:
    end = start
    while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > column):
        end += 1
    return end


def _block(lines: list[str], separator: str) -> str:
    return separator.join(line.strip() for line in lines).strip()


def _plain(text: str) -> str:
    quoted = _QUOTED.match(text)
    if quoted:
        inner = quoted[1][1:-1]
        return inner.replace("''", "'") if quoted[1][0] == "'" else inner.replace('\\"', '"')
    return _COMMENT.sub("", text).strip()
