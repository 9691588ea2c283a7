"""What the targets of a Makefile run by Poetry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_VARIABLE = re.compile(r"^[ ]*(?:export[ ]+|override[ ]+)?([\w.-]+)[ \t]*[:?+]*=[ \t]*(.*?)[ \t\r]*$", re.MULTILINE)
_TARGET = re.compile(r"^([^\s#:=][^:=#\n]*?)[ \t]*::?(?!=)")
_BLANKS = r"(?:[ \t]|\\\r?\n)+"
_ELSEWHERE = re.compile(r"\b(?:cd|pushd)[ \t]+([^\s;&|]+)")


@dataclass(frozen=True, slots=True)
class Run:
    """A program that a recipe runs by `poetry run`. target: "" where it cannot be told. folder: to which the recipe
    changes before, "" for none. line: the whole of it."""

    program: str
    target: str
    folder: str
    line: str
    offset: int


def runs(data: bytes) -> Iterator[Run]:
    """The programs, in the order of the file; words that only make knows are left out."""
    text = data.decode("utf-8", "surrogateescape")
    runner = re.compile(rf"(?:\bpoetry[ \t]+run|{_runners(text)}){_BLANKS}([^\s;&|<>()]+)")
    target = ""
    for start, line in _lines(text):
        if not line.startswith("\t"):
            match = _TARGET.match(line)
            target = match[1] if match else target if not line.strip() or line.startswith("#") else ""
            continue
        for found in runner.finditer(line):
            before = line[: found.start()]
            if line.lstrip("\t @-").startswith("#") or before.count('"') % 2 or before.count("'") % 2:
                continue
            folders = _ELSEWHERE.findall(before)
            offset = _offset(text, start, line, found.start(1))
            if not re.search(r"[$\"'`\\]", found[1]):
                yield Run(found[1], target, folders[-1] if folders else "", line, offset)


def _runners(text: str) -> str:
    """The variables that end in `poetry run`, as they stand in a recipe."""
    names = [match[1] for match in _VARIABLE.finditer(text) if re.search(r"\bpoetry[ \t]+run$", match[2])]
    return "|".join(rf"\$[({{]{re.escape(name)}[)}}]" for name in names) or r"(?!)"


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines with those that continue them, each with the character at which it begins."""
    position = 0
    for match in re.finditer(r"(?:[^\n]*\\\r?\n)*[^\n]*(?:\n|\Z)", text):
        position = match.start()
        if match[0]:
            yield position, match[0].rstrip("\r\n")


def _offset(text: str, start: int, line: str, index: int) -> int:
    """The byte of a character of a line."""
    return len(text[:start].encode("utf-8", "surrogateescape")) + len(line[:index].encode("utf-8", "surrogateescape"))
