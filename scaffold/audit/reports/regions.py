"""Where a finding is, in lines and columns."""

from __future__ import annotations

from typing import NamedTuple

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.hcl import line_of

_BYTE_ORDER_MARK = "\ufeff"


class Region(NamedTuple):
    """A part of a file. Lines and columns count from 1.

    A column counts characters (Unicode code points), not bytes. end_column is the one after the last character.
    """

    line: int
    column: int
    end_line: int
    end_column: int


def region_of(facts: Facts, finding: Finding) -> Region:
    """The region of a finding; one without an end goes to the end of its line."""
    data = facts.checkout.read(finding.path) or b""
    return region(data, finding.offset, finding.end or _end_of_line(data, finding.offset))


def region(data: bytes, start: int, end: int) -> Region:
    """The region of a span of bytes."""
    return Region(line_of(data, start), _column(data, start), line_of(data, end), _column(data, end))


def _end_of_line(data: bytes, offset: int) -> int:
    """The byte after the last one in the line that is not a blank."""
    end = data.find(b"\n", offset)
    return offset + len(data[offset : end if end >= 0 else len(data)].rstrip())


def _column(data: bytes, offset: int) -> int:
    start = data.rfind(b"\n", 0, offset) + 1
    before = data[start:offset].decode("utf-8", "surrogateescape")
    return len(before if start else before.removeprefix(_BYTE_ORDER_MARK)) + 1
