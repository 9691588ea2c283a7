"""Where a finding is, in lines and columns."""

from __future__ import annotations

from typing import NamedTuple

from scaffold.audit.extent import end_of_line
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
    """The region of a finding. One without an end is what starts there in Terraform, or goes to the end of its line."""
    data = facts.checkout.read(finding.path) or b""
    line_end = _end_of_line(data, finding.offset)
    end = finding.end or _end_in_terraform(facts, finding, line_end) or line_end
    return region(data, finding.offset, end)


def region(data: bytes, start: int, end: int) -> Region:
    """The region of a span of bytes."""
    return Region(line_of(data, start), _column(data, start), line_of(data, end), _column(data, end))


def _end_in_terraform(facts: Facts, finding: Finding, line_end: int) -> int:
    """The end of the largest piece of Terraform that starts at a finding and ends in its line, 0 if there is none."""
    if not finding.path.endswith(".tf"):
        return 0
    nodes = facts.checkout.terraform(finding.path).path_to(finding.offset)
    return next((node.end for node in nodes if node.start == finding.offset and node.end <= line_end), 0)


def _end_of_line(data: bytes, offset: int) -> int:
    """The byte after the last one in the line that is not a blank."""
    return offset + len(data[offset : end_of_line(data, offset)].rstrip())


def _column(data: bytes, offset: int) -> int:
    start = data.rfind(b"\n", 0, offset) + 1
    before = data[start:offset].decode("utf-8", "surrogateescape")
    return len(before if start else before.removeprefix(_BYTE_ORDER_MARK)) + 1
