"""Edit: a span of bytes and what takes its place. Change: the same as people read it."""

from __future__ import annotations

from dataclasses import dataclass

CREATE, INSERT, REPLACE, EXISTS, UNCHANGED = "create", "insert", "replace", "exists", "unchanged"
DELETE, REMOVE, KEEP = "delete", "remove", "keep"
RENAME, MOVE = "rename", "move"

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Edit:
    """A span of bytes of a file, and the bytes that take its place.

    An insertion has an empty span, a new file the action `create`; `delete` is for a whole file, `remove` for what
    goes from one; `rename` puts a new name in place of an old one, `move` gives a whole file another path. With the
    actions `exists` (a file that serves as it is), `unchanged` (a part that is there as asked) and `keep` (a part that
    could not be taken away or renamed) nothing changes, and the span says where the part is.

    reason: why a part is kept. witness: the path and byte of what uses it. target: the path that a file moves to.
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


@dataclass(frozen=True, slots=True)
class Change:
    """An edit as people read it: the line, counted from 1, at which its text stands afterwards; of what goes away, the
    line at which it stood, and what it was."""

    path: str
    part: str
    action: str
    line: int
    text: str
    reason: str = ""
    target: str = ""


def span_of(edit: Edit) -> tuple[int, int]:
    return edit.start, edit.end
