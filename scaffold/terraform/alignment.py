"""Keeps the columns of `terraform fmt` when the length of names changes. Only spaces change, so that these edits can be
combined with others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.hcl.comments import is_code
from scaffold.terraform.format import aligned, paragraph

_ASSIGNED = re.compile(r"(\s*(?:[\w-]+|\"[^\"]*\"))(\s*)=")
_COMMENT = re.compile(rb"(?<=\S)([ \t]+)(?:#|//)")


def keep_columns(checkout: Checkout, path: str, names: list[Edit]) -> list[Edit]:
    """Edits of attribute names, each on its own line, with edits of spaces that keep their paragraphs aligned as
    `terraform fmt` would."""
    data, edits = checkout.require(path), list(names)
    paragraphs = dict.fromkeys(paragraph(data, *_line(data, edit.start)) for edit in names)
    for first, last in paragraphs:
        inside = [edit for edit in names if first <= edit.start < last]
        before = data[first:last].decode("utf-8", "replace")
        after = _applied(data, first, last, inside)
        wanted = aligned(after.replace("\r\n", "\n")).split("\n")
        if aligned(before.replace("\r\n", "\n")) != before.replace("\r\n", "\n"):
            continue
        offset = first
        for old, new, line in zip(before.split("\n"), after.split("\n"), wanted, strict=True):
            edits += _padding(checkout, path, offset, old, new.removesuffix("\r"), line, names[0].part)
            offset += len(old.encode()) + 1
    return edits


def _padding(checkout: Checkout, path: str, offset: int, old: str, new: str, wanted: str, part: str) -> list[Edit]:
    """An edit of the spaces before an equals sign, if their number has to change."""
    matches = _ASSIGNED.match(old), _ASSIGNED.match(wanted)
    if new == wanted or not all(matches):
        return []
    had, gets = (match[2] for match in matches if match)
    start = offset + len(old[: matches[0].end(1)].encode()) if matches[0] else offset
    return [checkout.rename(path, start, start + len(had), gets, part)]


def _line(data: bytes, offset: int) -> tuple[int, int]:
    return data.rfind(b"\n", 0, offset) + 1, data.find(b"\n", offset) + 1 or len(data)


def _applied(data: bytes, first: int, last: int, edits: list[Edit]) -> str:
    pieces, position = [], first
    for edit in sorted(edits, key=lambda edit: edit.start):
        pieces += [data[position : edit.start], edit.text]
        position = edit.end
    return b"".join([*pieces, data[position:last]]).decode("utf-8", "replace")


# --- comments at the ends of lines


class _Commented(NamedTuple):
    """A line with code and a comment: the span of the spaces between them, and the code's width before and after."""

    start: int
    end: int
    width: int
    new_width: int


def keep_comments(checkout: Checkout, edits: Sequence[Edit]) -> list[Edit]:
    """Edits of the spaces before comments next to changed code, where consecutive lines had them in one column."""
    result = []
    for path in dict.fromkeys(edit.path for edit in edits if edit.changes and edit.path.endswith(".tf")):
        mine = [edit for edit in edits if edit.path == path and edit.changes]
        for row in _rows(checkout.require(path), mine):
            columns = {line.width + line.end - line.start for line in row}
            column = max(line.new_width for line in row) + 1
            if columns != {max(line.width for line in row) + 1}:
                continue
            for line in row:
                blanks = " " * (column - line.new_width)
                if len(blanks) != line.end - line.start:
                    result.append(checkout.rename(path, line.start, line.end, blanks, _part_at(mine, row)))
    return result


def _part_at(edits: Sequence[Edit], row: Sequence[_Commented]) -> str:
    """The part whose edit causes the change."""
    near = [edit for edit in edits if edit.start <= row[-1].start]
    return max(near, key=lambda edit: edit.start).part


def _rows(data: bytes, edits: Sequence[Edit]) -> Iterator[list[_Commented]]:
    """Groups of consecutive lines that end in a comment, if any of them changes."""
    row: list[_Commented] = []
    offset = 0
    for text in [*data.split(b"\n"), b""]:
        line = _commented(data, offset, text, edits)
        if line:
            row.append(line)
        elif row:
            if any(commented.width != commented.new_width for commented in row):
                yield row
            row = []
        offset += len(text) + 1


def _commented(data: bytes, offset: int, text: bytes, edits: Sequence[Edit]) -> _Commented | None:
    for match in _COMMENT.finditer(text):
        start, end = offset + match.start(1), offset + match.end(1)
        if not is_code(data, end):
            width = len(text[: match.start(1)].decode("utf-8", "replace"))
            inside = [edit for edit in edits if offset <= edit.start and edit.end <= start]
            grown = sum(len(edit.text) - (edit.end - edit.start) for edit in inside)
            return _Commented(start, end, width, width + grown)
    return None
