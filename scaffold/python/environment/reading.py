"""Which files of the API may read the environment: parsing everything that an entrypoint calls would take too long.

Files are judged by their bytes. A file is worth following if code in it may fail without a variable, or if it names
something of such a file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import NamedTuple

from scaffold.python.environment.imported import Imports
from scaffold.python.lookup import Lookup

_SETTINGS = "class"
_MENTION = re.compile(rb"environ\b|getenv\b|BaseSettings\b")
_INDEX = re.compile(rb"environ\[\s*[\"']?(\w+)([\"']?)\s*\](?!\s*=[^=])")
_GET = rb"(?:os\.)?(?:getenv|environ\.get)\(\s*[\"'](\w+)[\"']\s*(?:,\s*None\s*)?\)"
_FAILING = rb"\b(?:int|float|len|open|list|sorted|loads|join|Path|Decimal|UUID|strptime|fromisoformat|b64decode)\(\s*"
# The result of a look-up without a default that is used at once, checked, or kept.
_USED = re.compile(_FAILING + _GET + rb"|" + _GET + rb"\s*[.\[+/]|^\s+assert " + _GET)
_CHECKED = re.compile(rb"^\s*if\s(?:.*[\s(])?" + _GET)
_KEPT = re.compile(rb"^\s+\w+\s*(?::[^=]*)?=\s*" + _GET + rb"\s*$")
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


class ReadingFiles:
    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.imports = Imports(lookup)
        self._leads: dict[tuple[str, str], bool] = {}

    @cached_property
    def files(self) -> dict[str, ReadingFile]:
        """The files that read variables."""
        checkout = self.lookup.checkout
        paths = [path for path in checkout.files("api", "*.py") if not path.startswith("api/tests/")]
        by_path = {path: _reading(checkout.read(path) or b"") for path in paths}
        return {path: reading for path, reading in by_path.items() if reading is not None}

    def leads(self, path: str, wanted: Collection[str]) -> bool:
        """Whether a file is one of those that are wanted, or names something of one of them."""
        return bool(path) and (path in wanted or any(self._names(path, reading) for reading in wanted))

    def _names(self, path: str, reading: str) -> bool:
        key = path, reading
        if key not in self._leads:
            names = self.files[reading].definitions
            data = self.lookup.checkout.read(path) or b""
            self._leads[key] = reading in self.imports.of(path) and any(name in data for name in names)
        return self._leads[key]


def _reading(data: bytes) -> ReadingFile | None:
    if b"environ" not in data and b"getenv" not in data and b"BaseSettings" not in data:
        return None
    reads = list(_reads(data))
    if not reads:
        return None
    offsets = [offset for offset, _ in reads]
    settings = any(name == _SETTINGS for _, name in reads)
    names = {name for _, name in reads if name != _SETTINGS}
    on_import = any(name != _SETTINGS and not _is_indented(data, offset) for offset, name in reads)
    return ReadingFile(_definitions(data, offsets), on_import, settings, None if "" in names else frozenset(names))


def _reads(data: bytes) -> Iterator[tuple[int, str]]:
    """The bytes at which a variable may be read for sure, each with its name, "" if the source does not show it."""
    for mention in _MENTION.finditer(data):
        start, end = data.rfind(b"\n", 0, mention.start()) + 1, data.find(b"\n", mention.start())
        line = data[start : end if end > 0 else len(data)]
        if mention[0] == b"BaseSettings":
            if line.startswith(b"class "):
                yield start, _SETTINGS
            continue
        name = _name(data, line, end)
        if name is not None and not line.lstrip().startswith(b"#") and not _is_conditional(data, mention.start()):
            yield mention.start(), name


def _name(data: bytes, line: bytes, end: int) -> str | None:
    """The variable that a line reads in a way that may fail, "" if its name is not in the line; None if there is
    none."""
    if match := _INDEX.search(line):
        return match[1].decode() if match[2] else ""
    if match := _USED.search(line) or _KEPT.search(line):
        return b"".join(group for group in match.groups() if group).decode()
    match = _CHECKED.search(line)
    return match[1].decode() if match and data[end : end + 200].lstrip().startswith((b"raise", b"sys.exit")) else None


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


def _is_indented(data: bytes, offset: int) -> bool:
    """Whether a line is in a function, as far as its indentation says."""
    line = data[data.rfind(b"\n", 0, offset) + 1 : offset + 1]
    return line[:1] in b" \t"


def _is_conditional(data: bytes, offset: int) -> bool:
    """Whether a line above with less indentation is a condition or a loop, inside of the same function."""
    end = data.rfind(b"\n", 0, offset)
    indentation = len(data[end + 1 : offset]) - len(data[end + 1 : offset].lstrip())
    while indentation and end > 0:
        start = data.rfind(b"\n", 0, end)
        line = data[start + 1 : end]
        text, end = line.lstrip(), start
        if text and not text.startswith(b"#") and len(line) - len(text) < indentation:
            indentation = len(line) - len(text)
            if text.startswith(_DEFINES):
                return False
            if text.startswith(_CONDITIONS):
                return True
    return False
