"""What stands between two nodes of Terraform: white space, comments and a comma, and to which node a comment belongs.

A comment belongs to the node in front of it on the same line, or else to the node directly below it or behind it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from scaffold import hcl

_LINE_COMMENT = rb"(?:#|//)[^\n]*?(?=\r?\n|\Z)"
_COMMENT = re.compile(rb"/\*.*?\*/|" + _LINE_COMMENT, re.DOTALL)
_SKIPPED = re.compile(rb"(?:\s|/\*.*?\*/|" + _LINE_COMMENT + rb")*", re.DOTALL)
_BEHIND = re.compile(rb"(?:[ \t]*/\*.*?\*/)*(?:[ \t]*" + _LINE_COMMENT + rb")?", re.DOTALL)
_LINE_END = re.compile(rb"[ \t]*(?=\r?\n|\Z)")
_BLANKS = re.compile(rb"[ \t]*")


class Tail(NamedTuple):
    """Where a node ends with the comments behind it, and whether its line ends there."""

    end: int
    ends_line: bool


def tail(data: bytes, position: int) -> Tail:
    """The comments that begin behind a byte on its line, with the blanks up to the end of the line."""
    behind = _match_end(_BEHIND, data, position)
    line_end = _LINE_END.match(data, behind)
    return Tail(line_end.end() if line_end else behind, line_end is not None)


def comments(data: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """The spans of the comments between two nodes."""
    return [match.span() for match in _COMMENT.finditer(data, start, end)]


def comma(data: bytes, position: int, end: int) -> tuple[int, int] | None:
    """The comma behind a node, with the blanks directly in front of it."""
    at = _match_end(_SKIPPED, data, position)
    if at >= end or data[at : at + 1] != b",":
        return None
    return position + len(data[position:at].rstrip(b" \t")), at + 1


def lead(data: bytes, before: int, start: int, only: re.Pattern[bytes] | None = None) -> int:
    """Where the comments directly above or in front of a node begin. before: the end of the node in front of it.

    only: what these comments begin with, None for any comments.
    """
    for first, last in reversed(comments(data, before, start)):
        if data.count(b"\n", last, start) > 1 or (only and not only.match(data, first)):
            break
        start = first
    return start


def indent(data: bytes, position: int) -> str:
    """The indentation of the line of a byte."""
    line = data.rfind(b"\n", 0, position) + 1
    return data[line : _match_end(_BLANKS, data, line)].decode()


def _match_end(pattern: re.Pattern[bytes], data: bytes, position: int) -> int:
    match = pattern.match(data, position)
    return match.end() if match else position


def previous_end(root: hcl.Node, offset: int) -> int:
    """Where the node in front of a byte ends, or the body that contains the byte begins."""
    end = 0
    for node in root.children():
        if node.end <= offset:
            end = max(end, node.end)
        elif isinstance(node, hcl.Block) and node.body_start <= offset < node.end:
            return max(node.body_start, previous_end(node, offset))
    return end
