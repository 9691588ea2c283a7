"""Entries of lists and objects: where they go in, with which commas and line breaks, and how they come out.

New entries follow the last one, with its comments, and everything around them stays as it is. Whether there were a
comma, a line break or a bracket on the last line is visible in the result, so a removal undoes it byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from scaffold import hcl
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.terraform.bracketed import Bracketed, Element
from scaffold.terraform.format import indented
from scaffold.terraform.gaps import comments, indent, lead, tail

_BLANK_LINES = re.compile(rb"(?:[ \t]*\r?\n)*")


def add_items(
    checkout: Checkout,
    path: str,
    container: hcl.Object | hcl.Tuple,
    texts: Sequence[str],
    part: str,
    blank: bool = False,
) -> list[Edit]:
    """New entries at the end of an object or a list, with commas if the others have them.

    blank: whether there is a blank line between entries.
    """
    existing = Bracketed(checkout.require(path), container)
    multiline = any("\n" in text.strip() for text in texts)
    if not existing.entries:
        return [_into_empty(checkout, path, existing, texts, part, blank)]
    last = existing.entries[-1]
    if b"\n" not in existing.inside and not multiline and (last.comma is None or last.full_end == last.comma[1]):
        new = [text.strip() for text in texts]
        text = "".join(f" {text}," for text in new) if last.comma else "".join(f", {text}" for text in new)
        return [checkout.insert(path, last.full_end, text, part)]
    return _on_new_lines(checkout, path, existing, texts, part, "\n\n" if blank else "\n")


def _on_new_lines(
    checkout: Checkout, path: str, existing: Bracketed, texts: Sequence[str], part: str, gap: str
) -> list[Edit]:
    """Each entry on a line of its own. A closing bracket on the last line stays there, behind the new last entry, and
    so does that line's indentation."""
    data, last, edits = existing.data, existing.entries[-1], list[Edit]()
    new = [indented(text, existing.indent) for text in texts]
    if existing.is_closed_behind(last) and last.last_line is not None:
        closing = indent(data, last.full_end)
        new[-1] = _closing(new[-1], closing)
        if closing == existing.outer_indent:
            # `terraform fmt` indents a line that closes the container like the container itself.
            edits += _indented_line(checkout, path, existing, last, existing.indent, part)
    separator = "," if last.comma or existing.is_tuple else ""
    if existing.is_tuple and not last.comma:
        if _ends_in_heredoc(existing.nodes[-1]):
            edits.append(checkout.insert(path, last.own_end, f"\n{existing.indent},", part))
        else:
            edits.append(checkout.insert(path, last.end, ",", part))
    text = gap + f"{separator}{gap}".join(new) + ("," if last.comma else "")
    return [*edits, checkout.insert(path, last.full_end, text, part)]


def _into_empty(checkout: Checkout, path: str, empty: Bracketed, texts: Sequence[str], part: str, blank: bool) -> Edit:
    """`[]` becomes `[a]`. Lines get a line break in front of the closing bracket, unless there is one already."""
    inside, gap = empty.inside.decode(), "\n\n" if blank else "\n"
    new = [indented(text, empty.indent) for text in texts]
    if inside.strip():
        # Comments.
        separator, behind = f",{gap}" if empty.is_tuple else gap, tail(empty.data, empty.start)
        if not behind.ends_line:
            new[-1] = _closing(new[-1], empty.outer_indent)
        return checkout.insert(path, behind.end, "\n" + separator.join(new), part)
    if "\n" in inside:
        # A blank line, since without it a removal would leave `[]`.
        at = tail(empty.data, empty.start).end
        return checkout.insert(path, at, "\n\n" + f",{gap}".join(new), part)
    if empty.is_tuple and not any("\n" in text.strip() for text in texts):
        return checkout.insert(path, empty.end, ", ".join(text.strip() for text in texts) + inside, part)
    return checkout.insert(path, empty.start, "\n" + f",{gap}".join(new) + f"\n{empty.outer_indent}", part)


def _closing(text: str, wanted: str) -> str:
    """An entry whose last line has another indentation, since a closing bracket follows on it."""
    lines, line_break, last = text.rpartition("\n")
    return f"{lines}{line_break}{wanted}{last.lstrip()}"


def _ends_in_heredoc(node: hcl.Node) -> bool:
    """Whether a comma behind a node has to be on another line."""
    return any(isinstance(inner, hcl.Template) and inner.heredoc and inner.end == node.end for inner in node.walk())


def _indented_line(
    checkout: Checkout, path: str, container: Bracketed, entry: Element, wanted: str, part: str
) -> list[Edit]:
    """The last line of an entry with another indentation, unless the container begins on it, too."""
    line = entry.last_line
    if line is None or line <= container.node.start:
        return []
    return [checkout.replace(path, line, line + len(indent(container.data, line)), wanted, part)]


# --- removals


def remove_items(
    checkout: Checkout,
    path: str,
    container: hcl.Object | hcl.Tuple,
    removed: Collection[hcl.Node],
    part: str,
    keeps_headings: bool = False,
) -> list[Edit]:
    """Remove entries of an object or a list, with their comments; the new last one has a comma if the old one had.

    keeps_headings: whether a comment above them stays if another entry is directly below them.
    """
    existing, edits = Bracketed(checkout.require(path), container), list[Edit]()
    spans = list(runs(existing.nodes, removed))
    if keeps_headings:
        existing = replace(
            existing, headed=frozenset(first for first, last in spans if existing.heads_more(first, last))
        )
    for first, last in spans:
        if first and last == len(existing.nodes) - 1:
            edits += _without_last(checkout, path, existing, first, part)
        else:
            edits.append(checkout.remove(path, *removed_span(existing, first, last), part))
    return edits


def runs(nodes: Sequence[hcl.Node], wanted: Collection[hcl.Node]) -> Iterator[tuple[int, int]]:
    """The first and last index of each group of consecutive wanted nodes."""
    indexes = [index for index, node in enumerate(nodes) if node in wanted]
    starts = [index for index in indexes if index - 1 not in indexes]
    yield from zip(starts, [index for index in indexes if index + 1 not in indexes], strict=True)


def removed_span(existing: Bracketed, first: int, last: int) -> tuple[int, int]:
    """What to remove of consecutive entries: them and their comments, with one of the commas and one of the gaps."""
    if last < len(existing.nodes) - 1:
        return _between(existing, first, last)
    return (existing.gap(first)[0], existing.entries[last].full_end) if first else _inside(existing)


def _between(existing: Bracketed, first: int, last: int) -> tuple[int, int]:
    data, before, end = existing.data, existing.before(first), existing.entries[last]
    gap, start = existing.gap(first)
    if before.comma_is_below and end.comma_is_below:
        return before.own_end, end.own_end
    if not end.ends_line:
        return start, lead(data, end.edge, existing.entries[last + 1].start)
    if b"\n" not in data[gap:start]:
        if before.comma and not end.comma:
            return before.comma[0], end.end
        return gap, end.comma[1] if end.comma else end.end
    blank = _BLANK_LINES.match(data, end.edge)
    next_text = blank.end() if blank else end.edge
    if data.count(b"\n", end.edge, next_text) > 1 and first:
        return gap, end.edge
    return data.rfind(b"\n", 0, start) + 1, next_text


def _without_last(checkout: Checkout, path: str, existing: Bracketed, first: int, part: str) -> list[Edit]:
    """Remove all entries from one on, which is not the first."""
    data, before, last = existing.data, existing.before(first), existing.entries[-1]
    (start, own), edits = existing.gap(first), list[Edit]()
    on_new_line = b"\n" in data[before.edge : own]
    if before.comma and not last.comma and (existing.is_tuple or not on_new_line):
        begin = before.own_end if before.comma_is_below else before.comma[0]
        edits.append(checkout.remove(path, begin, before.comma[1], part))
    if existing.is_closed_behind(last) and on_new_line:
        if _ends_in_comment(data, start):
            start = own
        elif indent(data, last.full_end) == existing.outer_indent:
            edits += _indented_line(checkout, path, existing, before, existing.outer_indent, part)
    return [*edits, checkout.remove(path, start, last.full_end, part)]


def _ends_in_comment(data: bytes, position: int) -> bool:
    """Whether nothing may follow a byte on its line, since a comment ends there."""
    line = data.rfind(b"\n", 0, position) + 1
    ends = {last: data[first : first + 2] for first, last in comments(data, line, position)}
    return ends.get(len(data[:position].rstrip(b" \t")), b"/*") != b"/*"


def _inside(existing: Bracketed) -> tuple[int, int]:
    """What to remove of a container of which nothing remains but comments that belong to no entry."""
    data, last = existing.data, existing.entries[-1]
    (gap, start), end = existing.gap(0), last.full_end
    in_front, behind = data[existing.start : start], data[end : existing.end]
    if in_front == behind and not in_front.strip() and b"\n" not in in_front:
        return start, existing.end
    closing = re.match(rb"\r?\n" + existing.outer_indent.encode() + rb"(?=[ \t]*\Z)", behind)
    if closing and re.fullmatch(rb"\r?\n[ \t]*", in_front):
        return existing.start, end + closing.end()
    keeps_line = b"\n" not in data[gap:start] or (b"\n" not in behind and _ends_in_comment(data, gap))
    return start if keeps_line else gap, end
