"""Plan: the edits of one command, and the files after them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from scaffold.files.diff import file_diff
from scaffold.files.edit import DELETE, KEEP, MOVE, REMOVE, Change, Edit, span_of


class Plan(NamedTuple):
    """The edits of one command, in the order of the parts.

    before: the bytes of each file that they touch, None if it does not exist. A file that moves has its old path.
    """

    edits: tuple[Edit, ...]
    before: Mapping[str, bytes | None]

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that change, in the order of the parts."""
        return tuple(dict.fromkeys(edit.path for edit in self.edits if edit.changes))

    @property
    def moves(self) -> dict[str, str]:
        """The files that move: old path to new path."""
        return {edit.path: edit.target for edit in self.edits if edit.action == MOVE}

    def outcome(self) -> dict[str, bytes | None]:
        """Every path that is written, and its bytes afterwards, None if the file is removed."""
        outcome = {path: self.after(path) for path in self.paths}
        return outcome | {target: self.text_after(path) for path, target in self.moves.items()}

    def edits_of(self, path: str) -> list[Edit]:
        """The edits that change the content of a file, in the order of their spans."""
        edits = (edit for edit in self.edits if edit.path == path and edit.changes and edit.action != MOVE)
        return sorted(edits, key=span_of)

    def deletes(self, path: str) -> bool:
        return any(edit.path == path and edit.action == DELETE for edit in self.edits)

    def after(self, path: str) -> bytes | None:
        """The bytes of a file afterwards, None if it is removed or moves."""
        return None if self.deletes(path) or path in self.moves else self.text_after(path)

    def text_after(self, path: str) -> bytes:
        """The content of a file after its edits, even if it moves; empty if there is no such file."""
        before = self.before[path] or b""
        pieces, position = [], 0
        for edit in self.edits_of(path):
            if edit.start < position:
                raise AssertionError(f"two edits of {path} overlap at byte {edit.start}")
            pieces += [before[position : edit.start], edit.text]
            position = edit.end
        return b"".join([*pieces, before[position:]])

    def spans_after(self, path: str) -> list[tuple[int, int]]:
        """The spans of a file's edits in the edited file."""
        spans, shift = [], 0
        for edit in self.edits_of(path):
            start = edit.start + shift
            spans.append((start, start + len(edit.text)))
            shift += len(edit.text) - (edit.end - edit.start)
        return spans

    def changes(self) -> list[Change]:
        """Each edit in readable form, in the order of the parts."""
        return [self._change(edit) for edit in self.edits]

    def _change(self, edit: Edit) -> Change:
        before, gone = self.before[edit.path] or b"", edit.action in (DELETE, REMOVE)
        text = before[edit.start : edit.end] if gone else edit.text
        data = before if gone else self.text_after(edit.path)
        position = edit.start if gone else edit.start + self._shift(edit)
        blank = len(text) - len(text.lstrip(b"\r\n"))
        reason = edit.reason
        if edit.witness:
            path, offset = edit.witness
            reason += f" ({self.moves.get(path, path)}:{self._line_after(path, offset)})"
        line = data.count(b"\n", 0, position + blank) + 1
        path = edit.path if edit.action == MOVE else self.moves.get(edit.path, edit.path)
        return Change(path, edit.part, edit.action, line, text.decode("utf-8", "replace"), reason, edit.target)

    def _line_after(self, path: str, offset: int) -> int:
        """The line of a byte of a file, after the edits."""
        moved = offset + self._shift(Edit(path, offset, offset, b"", "", KEEP))
        return self.text_after(path).count(b"\n", 0, moved) + 1

    def _shift(self, edit: Edit) -> int:
        """The number of bytes by which earlier edits shift this one."""
        earlier = [before for before in self.edits_of(edit.path) if span_of(before) < span_of(edit)]
        same = [beside for beside in self.edits_of(edit.path) if span_of(beside) == span_of(edit)]
        if edit in same:
            earlier += same[: same.index(edit)]
        return sum(len(before.text) - (before.end - before.start) for before in earlier)

    def diff(self) -> bytes:
        """A unified diff with three lines of context, in the form that `git apply` accepts."""
        return b"".join(self.diff_of(path) for path in self.paths)

    def diff_of(self, path: str) -> bytes:
        """The diff of one file."""
        return file_diff(path, self.before[path], self.edits_of(path), self.deletes(path), self.moves.get(path, path))
