"""Edit and Plan: what will change, why, and the diff of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

CREATE, INSERT, REPLACE, EXISTS, UNCHANGED = "create", "insert", "replace", "exists", "unchanged"
DELETE, REMOVE, KEEP = "delete", "remove", "keep"
RENAME, MOVE = "rename", "move"


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


@dataclass(frozen=True, slots=True)
class Plan:
    """The edits of one command, in the order of the parts. `before` has the bytes of each file that they name, None
    where there is none. A file that moves is named by the path that it had."""

    edits: tuple[Edit, ...]
    before: Mapping[str, bytes | None]

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that change, in the order in which the parts come to them."""
        return tuple(dict.fromkeys(edit.path for edit in self.edits if edit.changes))

    @property
    def moves(self) -> dict[str, str]:
        """The files that move, and where to."""
        return {edit.path: edit.target for edit in self.edits if edit.action == MOVE}

    def outcome(self) -> dict[str, bytes | None]:
        """Every path that is written, and its bytes afterwards, None for no file."""
        found = {path: self.after(path) for path in self.paths}
        return found | {target: self.text_after(path) for path, target in self.moves.items()}

    def edits_of(self, path: str) -> list[Edit]:
        """The edits that change what is in a file, in the order of their spans."""
        edits = (edit for edit in self.edits if edit.path == path and edit.changes and edit.action != MOVE)
        return sorted(edits, key=_span)

    def deletes(self, path: str) -> bool:
        return any(edit.path == path and edit.action == DELETE for edit in self.edits)

    def after(self, path: str) -> bytes | None:
        """The bytes of a file afterwards, None where it goes away or moves."""
        return None if self.deletes(path) or path in self.moves else self.text_after(path)

    def text_after(self, path: str) -> bytes:
        """The same, with no bytes in place of no file."""
        before = self.before[path] or b""
        pieces, position = [], 0
        for edit in self.edits_of(path):
            if edit.start < position:
                raise AssertionError(f"two edits of {path} overlap at byte {edit.start}")
            pieces += [before[position : edit.start], edit.text]
            position = edit.end
        return b"".join([*pieces, before[position:]])

    def spans_after(self, path: str) -> list[tuple[int, int]]:
        """Where the new text of a file's edits stands afterwards."""
        spans, shift = [], 0
        for edit in self.edits_of(path):
            start = edit.start + shift
            spans.append((start, start + len(edit.text)))
            shift += len(edit.text) - (edit.end - edit.start)
        return spans

    def changes(self) -> list[Change]:
        """A line for each edit, in the order of the parts."""
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
        """The line at which a byte of a file stands afterwards."""
        moved = offset + self._shift(Edit(path, offset, offset, b"", "", KEEP))
        return self.text_after(path).count(b"\n", 0, moved) + 1

    def _shift(self, edit: Edit) -> int:
        """By how many bytes what stands at an edit has moved, by the edits in front of it."""
        earlier = [other for other in self.edits_of(edit.path) if _span(other) < _span(edit)]
        same = [other for other in self.edits_of(edit.path) if _span(other) == _span(edit)]
        if edit in same:
            earlier += same[: same.index(edit)]
        return sum(len(other.text) - (other.end - other.start) for other in earlier)

    def diff(self) -> bytes:
        """A unified diff with three lines of context, as `git apply` takes it."""
        return b"".join(self.diff_of(path) for path in self.paths)

    def diff_of(self, path: str) -> bytes:
        """The same for one file."""
        return _file_diff(path, self.before[path], self.edits_of(path), self.deletes(path), self.moves.get(path, path))


def _span(edit: Edit) -> tuple[int, int]:
    return edit.start, edit.end


@dataclass(frozen=True, slots=True)
class _Swap:
    """Lines `start` to `end` of the old file, counted from 0, give way to `new`."""

    start: int
    end: int
    new: tuple[bytes, ...]


_CONTEXT = 3


def _file_diff(path: str, before: bytes | None, edits: Sequence[Edit], deleted: bool, target: str) -> bytes:
    old = _lines(before or b"")
    name, new_name = path.encode(), target.encode()
    header = b"diff --git a/%s b/%s\n" % (name, new_name)
    if target != path:
        header += b"rename from %s\nrename to %s\n" % (name, new_name)
        if not edits:
            return header
    header += b"new file mode 100644\n" if before is None else b"deleted file mode 100644\n" if deleted else b""
    if (before is None or deleted) and not before and not any(edit.text for edit in edits):
        return header
    header += b"--- a/%s\n" % name if before is not None else b"--- /dev/null\n"
    header += b"+++ /dev/null\n" if deleted else b"+++ b/%s\n" % new_name
    swaps = _joined(_swaps(before or b"", old, edits))
    hunks, shift = [], 0
    for group in _groups(swaps):
        hunk, shift = _hunk(old, group, shift)
        hunks.append(hunk)
    return header + b"".join(hunks)


def _lines(data: bytes) -> list[bytes]:
    """Lines that end at a line feed only: `bytes.splitlines` would also break at a lone carriage return."""
    lines = data.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _swaps(before: bytes, old: list[bytes], edits: Iterable[Edit]) -> Iterable[_Swap]:
    """The edits as whole lines; edits that share a line become one swap."""
    offsets = [0]
    for line in old:
        offsets.append(offsets[-1] + len(line))
    numbered = [(edit, *_line_span(before, edit)) for edit in edits]
    merged: list[tuple[int, int, list[Edit]]] = []
    for edit, start, end in numbered:
        if merged and start < merged[-1][1]:
            first, last, shared = merged.pop()
            merged.append((first, max(last, end), [*shared, edit]))
        else:
            merged.append((start, end, [edit]))
    for start, end, shared in merged:
        yield _trimmed(old[start:end], _apply(before, offsets[start], offsets[end], shared), start)


def _joined(swaps: Iterable[_Swap]) -> list[_Swap]:
    """Swaps of neighbouring lines as one, so that what goes stands together, and what comes."""
    result: list[_Swap] = []
    for swap in swaps:
        if result and result[-1].end == swap.start:
            earlier = result.pop()
            swap = _Swap(earlier.start, swap.end, earlier.new + swap.new)
        result.append(swap)
    return result


def _line_span(before: bytes, edit: Edit) -> tuple[int, int]:
    """The lines, counted from 0, that an edit touches; none where it inserts whole lines at the start of one."""
    start = before.count(b"\n", 0, edit.start)
    at_line_start = edit.start == 0 or before[edit.start - 1 : edit.start] == b"\n"
    if edit.start == edit.end and at_line_start and (edit.text.endswith(b"\n") or edit.start == len(before)):
        return start, start
    end = before.count(b"\n", 0, edit.end)
    return start, end if edit.end > edit.start and before[edit.end - 1 : edit.end] == b"\n" else end + 1


def _apply(before: bytes, start: int, end: int, edits: Iterable[Edit]) -> list[bytes]:
    pieces, position = [], start
    for edit in edits:
        pieces += [before[position : edit.start], edit.text]
        position = edit.end
    return _lines(b"".join([*pieces, before[position:end]]))


def _trimmed(old: list[bytes], new: list[bytes], start: int) -> _Swap:
    """A swap without the lines that are the same at its beginning and end."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return _Swap(start + head, start + len(old) - tail, tuple(new[head : len(new) - tail]))


def _groups(swaps: list[_Swap]) -> list[list[_Swap]]:
    """Swaps whose context would touch share a hunk."""
    numbers: list[int] = []
    for previous, swap in zip([None, *swaps], swaps, strict=False):
        near = previous is not None and swap.start - previous.end <= 2 * _CONTEXT
        numbers.append(numbers[-1] + (not near) if numbers else 0)
    return [
        [swap for _, swap in group] for _, group in groupby(zip(numbers, swaps, strict=True), key=lambda pair: pair[0])
    ]


def _hunk(old: list[bytes], swaps: list[_Swap], shift: int) -> tuple[bytes, int]:
    """One hunk, and by how many lines the file is longer behind it."""
    first = max(swaps[0].start - _CONTEXT, 0)
    last = min(swaps[-1].end + _CONTEXT, len(old))
    body, position = [], first
    for swap in swaps:
        body += [b" " + line for line in old[position : swap.start]]
        body += [b"-" + line for line in old[swap.start : swap.end]]
        body += [b"+" + line for line in swap.new]
        position = swap.end
    body += [b" " + line for line in old[position:last]]
    grown = sum(len(swap.new) - (swap.end - swap.start) for swap in swaps)
    old_count, new_count = last - first, last - first + grown
    header = b"@@ -%d,%d +%d,%d @@\n" % (
        first + 1 if old_count else first,
        old_count,
        first + shift + 1 if new_count else first + shift,
        new_count,
    )
    text = b"".join(line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in body)
    return header + text, shift + grown
