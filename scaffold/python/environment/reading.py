"""Which files of the API may read the environment: parsing everything that an entrypoint calls would take too long.

Files are judged by their bytes. A file is worth following if code in it may fail without a variable, or if it names
something of such a file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from scaffold.python.environment.expressions import FAILS
from scaffold.python.environment.imported import Imports
from scaffold.python.lookup import Lookup

_SETTINGS = "class"
_WORDS = (b"environ", b"getenv", b"BaseSettings")
_INDEX = re.compile(rb"environ\[\s*[\"']?(\w+)([\"']?)\s*\](?!\s*=[^=])")
_GET = re.compile(rb"(?:os\.)?(?:getenv|environ\.get)\(\s*[\"'](\w+)[\"']\s*(?:,\s*None\s*)?\)")
_FAILING = tuple(f"{name.rpartition('.')[2]}(".encode() for name in FAILS)
_CONTAINED = re.compile(rb"[\"'](\w+)[\"']\s+(?:not )?in (?:os\.)?environ\b")
_EXIT = re.compile(rb"or (?:sys\.|os\._)?(?:exit|quit)\(")
_USES = (b".", b"[", b"+", b"/")
_DEFINITION = re.compile(rb"^(?:async def|def|class) (\w+)", re.M)
_CONDITIONS = (b"if ", b"elif ", b"else:", b"for ", b"while ", b"except", b"case ")
_DEFINES = (b"def ", b"async def ", b"class ", b"@")


class ReadingFile(NamedTuple):
    """A file that reads variables. definitions: the functions and classes that do, or that name another one of these.
    on_import: whether it may read one when it is imported. settings: whether it has classes of settings. variables: the
    names of the others, None if the source does not show one of them."""

    definitions: frozenset[bytes]
    on_import: bool
    settings: bool
    variables: frozenset[str] | None


def sets(data: bytes, name: str) -> bool:
    """Whether a file sets a variable itself, or several of which it may be one."""
    if b"environ" not in data or name.encode() not in data:
        return False
    word = re.escape(name.encode())
    setting = rb"environ(?:\[\s*[\"']%b[\"']\s*\]\s*=[^=]|\.setdefault\(\s*[\"']%b[\"']|\.update\()|putenv\(" % (
        word,
        word,
    )
    return re.search(setting, data) is not None


class ReadingFiles:
    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.imports = lookup.once(Imports)
        self._by_path: dict[str, ReadingFile | None] = {}

    def reading(self, path: str) -> ReadingFile | None:
        """What a file reads; None if that is nothing."""
        if path not in self._by_path:
            self._by_path[path] = _reading(self.lookup.checkout.read(path) or b"")
        return self._by_path[path]

    def leads(self, path: str, wanted: Collection[str]) -> bool:
        """Whether a file is one of those that are wanted, or names something of one of them."""
        if not path or path in wanted:
            return bool(path)
        return any(self._names(path, reading) for reading in self.imports.of(path) if reading in wanted)

    def _names(self, path: str, reading: str) -> bool:
        data, file = self.lookup.checkout.read(path) or b"", self.reading(reading)
        return file is not None and any(name in data for name in file.definitions)


def _reading(data: bytes) -> ReadingFile | None:
    reads = [read for word in _WORDS if word in data for read in _reads(data, word)]
    if not reads:
        return None
    offsets = [offset for offset, _ in reads]
    settings = any(name == _SETTINGS for _, name in reads)
    names = {name for _, name in reads if name != _SETTINGS}
    on_import = any(name != _SETTINGS and not _is_in_function(data, offset) for offset, name in reads)
    return ReadingFile(_definitions(data, offsets), on_import, settings, None if "" in names else frozenset(names))


def _reads(data: bytes, word: bytes) -> Iterator[tuple[int, str]]:
    """The bytes at which a variable may be read for sure, each with its name, "" if the source does not show it."""
    at = data.find(word)
    while at >= 0:
        start, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
        end = end if end >= 0 else len(data)
        line = data[start:end]
        if word == b"BaseSettings":
            name = _SETTINGS if line.startswith(b"class ") else None
        else:
            name = None if line.lstrip().startswith(b"#") else _name(data, line, end)
        if name is not None and not _is_conditional(data, at):
            yield start if name == _SETTINGS else at, name
        at = data.find(word, end)


def _name(data: bytes, line: bytes, end: int) -> str | None:
    """The variable that a line reads in a way that may fail, "" if its name is not in the line; None if there is
    none."""
    if match := _INDEX.search(line):
        return match[1].decode() if match[2] else ""
    if line.lstrip().startswith((b"if ", b"assert ")) and (match := _CONTAINED.search(line)):
        return match[1].decode()
    match = _GET.search(line)
    if match is None:
        return None
    before, after = line[: match.start()].strip(), line[match.end() :].strip()
    used = before.endswith(_FAILING) or after.startswith(_USES) or _EXIT.match(after)
    kept = before.endswith(b"=") and not after and line[:1].isspace()
    checked = before.startswith(b"if ") and data[end : end + 200].lstrip().startswith((b"raise", b"sys.exit"))
    return match[1].decode() if used or kept or checked or before.startswith(b"assert ") else None


def _definitions(data: bytes, offsets: list[int]) -> frozenset[bytes]:
    """The definitions at the top level that contain one of some bytes, or that name another one of these."""
    spans = _spans(data)
    names = {name for name, start, end in spans if any(start <= offset < end for offset in offsets)}
    bodies = {name: data[start:end] for name, start, end in spans}
    before = -1
    while len(names) != before:
        before = len(names)
        names |= {name for name, body in bodies.items() if any(other in body for other in names)}
    return frozenset(names)


def _spans(data: bytes) -> list[tuple[bytes, int, int]]:
    """The definitions at the top level, from one to the next."""
    definitions = list(_DEFINITION.finditer(data))
    starts = [match.start() for match in definitions]
    ends = [*starts[1:], len(data)] if starts else []
    return [(match[1], start, end) for match, start, end in zip(definitions, starts, ends, strict=True)]


def _is_in_function(data: bytes, offset: int) -> bool:
    return any(text.startswith((b"def ", b"async def ")) for text in _enclosing(data, offset))


def _is_conditional(data: bytes, offset: int) -> bool:
    """Whether a line above with less indentation is a condition or a loop, inside of the same function."""
    for text in _enclosing(data, offset):
        if text.startswith(_DEFINES):
            return False
        if text.startswith(_CONDITIONS):
            return True
    return False


def _enclosing(data: bytes, offset: int) -> Iterator[bytes]:
    """The lines above, from the inner to the outer, that each have less indentation than the one before."""
    end = data.rfind(b"\n", 0, offset)
    indentation = len(data[end + 1 : offset]) - len(data[end + 1 : offset].lstrip())
    while indentation and end > 0:
        start = data.rfind(b"\n", 0, end)
        line = data[start + 1 : end]
        text, end = line.lstrip(), start
        if text and not text.startswith(b"#") and len(line) - len(text) < indentation:
            indentation = len(line) - len(text)
            yield text
