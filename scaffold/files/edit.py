"""Edit: a span of bytes and its replacement. Change: an edit in readable form."""

from __future__ import annotations

from typing import NamedTuple

CREATE, INSERT, REPLACE, EXISTS, UNCHANGED = "create", "insert", "replace", "exists", "unchanged"
DELETE, REMOVE, KEEP = "delete", "remove", "keep"
RENAME, MOVE = "rename", "move"

Place = tuple[str, int]


class Edit(NamedTuple):
    """A span of bytes of a file, and the bytes that replace it.

    An insertion has an empty span, a new file has the action `create`. `delete` removes a whole file, `remove` a part
    of one; `rename` replaces a name, `move` changes the path of a file. The actions `exists` (a file that needs no
    change), `unchanged` (a part that is already as requested) and `keep` (a part that could not be removed or renamed)
    change nothing; their span is the location of the part.

    reason: why a part is kept. witness: the path and byte of what uses it. target: the new path of a moved file.
    """

    path: str
    start: int
    end: int
    text: bytes
    part: str
    action: str = INSERT
    reason: str = ""
    witness: tuple[str, int] | None = None
    target: str = ""

    @property
    def changes(self) -> bool:
        return self.action not in (EXISTS, UNCHANGED, KEEP)


class Change(NamedTuple):
    """An edit in readable form: its line, counted from 1, and its text afterwards (for a removal, before it)."""

    path: str
    part: str
    action: str
    line: int
    text: str
    reason: str = ""
    target: str = ""


def span_of(edit: Edit) -> tuple[int, int]:
    return edit.start, edit.end
