"""The unified diff of a plan."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from scaffold.files.edit import Edit

_CONTEXT = 3
_SPECIAL = re.compile(rb'[\x00-\x1f\x7f"\\]')


class _Swap(NamedTuple):
    """Lines `start` to `end` of the old file, counted from 0, are replaced by `new`."""

    start: int
    end: int
    new: tuple[bytes, ...]


def file_diff(path: str, before: bytes | None, edits: Sequence[Edit], deleted: bool, target: str) -> bytes:
    old = _lines(before or b"")
    old_name, new_name = _quoted(f"a/{path}"), _quoted(f"b/{target}")
    header = b"diff --git %s %s\n" % (old_name, new_name)
    if target != path:
        header += b"rename from %s\nrename to %s\n" % (_quoted(path), _quoted(target))
        if not edits:
            return header
    header += b"new file mode 100644\n" if before is None else b"deleted file mode 100644\n" if deleted else b""
    if (before is None or deleted) and not before and not any(edit.text for edit in edits):
        return header
    header += b"--- %s\n" % old_name if before is not None else b"--- /dev/null\n"
    header += b"+++ /dev/null\n" if deleted else b"+++ %s\n" % new_name
    swaps = _joined(_swaps(before or b"", old, edits))
    hunks, shift = [], 0
    for group in _groups(swaps):
        hunk, shift = _hunk(old, group, shift)
        hunks.append(hunk)
    return header + b"".join(hunks)


def _quoted(path: str) -> bytes:
    """A path as Git writes it: in quotes with C escapes if it has special characters ("core.quotePath")."""
    data = os.fsencode(path)
    return b'"%s"' % _SPECIAL.sub(_octal, data) if _SPECIAL.search(data) else data


def _octal(match: re.Match[bytes]) -> bytes:
    return b"\\%03o" % match[0][0]


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
    """Adjacent swaps merged into one, so that all removed lines come before all added lines."""
    result: list[_Swap] = []
    for swap in swaps:
        if result and result[-1].end == swap.start:
            earlier = result.pop()
            swap = _Swap(earlier.start, swap.end, earlier.new + swap.new)
        result.append(swap)
    return result


def _line_span(before: bytes, edit: Edit) -> tuple[int, int]:
    """The lines, counted from 0, that an edit touches; none if it inserts whole lines at the start of one."""
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
    """A swap without the equal lines at its beginning and end."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return _Swap(start + head, start + len(old) - tail, tuple(new[head : len(new) - tail]))


def _groups(swaps: list[_Swap]) -> list[list[_Swap]]:
    """Swaps grouped into hunks: those whose context would touch share one."""
    numbers: list[int] = []
    for previous, swap in zip([None, *swaps], swaps, strict=False):
        near = previous is not None and swap.start - previous.end <= 2 * _CONTEXT
        numbers.append(numbers[-1] + (not near) if numbers else 0)
    return [
        [swap for _, swap in group] for _, group in groupby(zip(numbers, swaps, strict=True), key=lambda pair: pair[0])
    ]


def _hunk(old: list[bytes], swaps: list[_Swap], shift: int) -> tuple[bytes, int]:
    """One hunk, and by how many lines the file has grown at its end."""
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
