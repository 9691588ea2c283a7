"""Where to insert text in Terraform, with which commas and blank lines, so that nothing around it has to change.

New text directly follows the last line before it that is not blank. A removal therefore covers everything from the end
of that line to the end of the removed text, and undoes an insertion byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from scaffold import hcl
from scaffold.files.checkout import Checkout, text_of
from scaffold.files.edit import Edit
from scaffold.terraform.format import aligned, paragraph

_REST_OF_LINE = re.compile(rb"[ \t]*(?:(?:#|//)[^\r\n]*)?(?=\r?\n|\Z)")
_COMMA = re.compile(rb"\s*,")
_BEHIND = re.compile(rb"(?:[ \t]*,)?(?:[ \t]*(?:#|//)[^\r\n]*)?")
_COMMENT = re.compile(rb"[ \t]*(?:#|//)")
_BLANKS = re.compile(rb"[ \t]*")
_BLANK_LINES = re.compile(rb"(?:[ \t]*\r?\n)*")
_CLOSING = re.compile(rb"\s*(?:[\])}]|\Z)")


def add_items(
    checkout: Checkout,
    path: str,
    container: hcl.Object | hcl.Tuple,
    texts: Sequence[str],
    part: str,
    blank: bool = False,
) -> list[Edit]:
    """New entries at the end of an object or a list, indented as in the texts, with commas if the others have them.

    blank: whether there is a blank line between entries.
    """
    data = checkout.require(path)
    if b"\n" not in data[container.start : container.end]:
        return [_on_one_line(checkout, path, container, texts, part, blank)]
    gap = "\n\n" if blank else "\n"
    if not container.items:
        end = len(data[: data.rfind(b"\n", 0, container.end)].rstrip())
        return [checkout.insert(path, end, "\n" + ("," + gap).join(texts), part)]
    last = container.items[-1]
    comma = _COMMA.match(data, last.end, container.end)
    rest = _REST_OF_LINE.match(data, comma.end() if comma else last.end, container.end)
    if rest is None:
        # The closing bracket follows on the same line.
        behind = "," if isinstance(container, hcl.Tuple) and not comma else ""
        text = ("," + gap).join(texts)
        return [
            checkout.insert(
                path, comma.end() if comma else last.end, f"{behind}{gap}{text}\n{_indent(data, container)}", part
            )
        ]
    edits = []
    if isinstance(container, hcl.Tuple) and not comma:
        edits.append(checkout.insert(path, last.end, ",", part))
    text = "".join(f"{gap}{text}," for text in texts)
    edits.append(checkout.insert(path, rest.end(), text if comma else text[:-1], part))
    return edits


def _on_one_line(
    checkout: Checkout, path: str, container: hcl.Object | hcl.Tuple, texts: Sequence[str], part: str, blank: bool
) -> Edit:
    """`[a]` stays on one line; an object is split into one line per entry."""
    data = checkout.require(path)
    old = [text_of(data, entry) for entry in container.items]
    if isinstance(container, hcl.Tuple):
        new = [text.strip() for text in texts]
        if old:
            return checkout.insert(path, container.items[-1].end, "".join(f", {text}" for text in new), part)
        return checkout.replace(path, container.start + 1, container.end - 1, ", ".join(new), part)
    indent = re.match(r" *", texts[0].lstrip("\n"))
    space = indent.group() if indent else ""
    entries = ("\n\n" if blank else "\n").join([*(space + text for text in old), *texts])
    return checkout.replace(
        path, container.start + 1, container.end - 1, f"\n{entries}\n{_indent(data, container)}", part
    )


def _indent(data: bytes, node: hcl.Node) -> str:
    """The indentation of the line on which a node begins."""
    line = data[data.rfind(b"\n", 0, node.start) + 1 : node.start].decode("utf-8", "replace")
    return line[: len(line) - len(line.lstrip())]


def add_to_body(checkout: Checkout, path: str, block: hcl.Block | hcl.Object, text: str, part: str) -> Edit:
    """A new paragraph at the end of a body; the blank line before it keeps the columns of the others unchanged."""
    data = checkout.require(path)
    start, end = (
        (block.body_start, block.body_end) if isinstance(block, hcl.Block) else (block.start + 1, block.end - 1)
    )
    line_start = data.rfind(b"\n", 0, end) + 1
    last = max(block.children(), key=lambda child: child.end, default=None)
    if line_start < start or data[line_start:end].strip():
        return _after_last(checkout, path, block, last, text, part)
    multiline = last is not None and b"\n" in data[last.start : last.end] and isinstance(block, hcl.Object)
    gap = "\n" if last is None or multiline else "\n\n"
    return checkout.insert(path, len(data[:line_start].rstrip()), f"{gap}{text}", part)


def _after_last(
    checkout: Checkout, path: str, block: hcl.Block | hcl.Object, last: hcl.Node | None, text: str, part: str
) -> Edit:
    """The same if the closing brace is not on its own line: the body is split into lines from there on."""
    data = checkout.require(path)
    start, end = (
        (block.body_start, block.body_end) if isinstance(block, hcl.Block) else (block.start + 1, block.end - 1)
    )
    indent = _indent(data, block)
    if b"\n" in data[start:end]:
        return checkout.replace(path, last.end if last else start, end, f"\n\n{text}\n{indent}", part)
    inner = "".join(f"\n{indent}  {text_of(data, child)}" for child in block.children())
    return checkout.replace(path, start, end, f"{inner}\n{chr(10) if inner else ''}{text}\n{indent}", part)


def add_block(checkout: Checkout, path: str, after: hcl.Block | None, text: str, part: str) -> Edit:
    """A new block after another one, or at the end of the file."""
    if after is None:
        return checkout.append(path, text, part)
    data = checkout.require(path)
    rest = _REST_OF_LINE.match(data, after.end)
    return checkout.insert(path, rest.end() if rest else after.end, f"\n\n{text}", part)


# --- removals


def remove_block(checkout: Checkout, path: str, block: hcl.Block, part: str) -> Edit:
    """Remove a block, with the comment lines directly above it."""
    start, end = whole_lines(checkout.require(path), block.start, block.end)
    return checkout.remove(path, start, end, part)


def remove_items(
    checkout: Checkout, path: str, container: hcl.Object | hcl.Tuple, removed: Collection[hcl.Node], part: str
) -> list[Edit]:
    """Remove entries of an object or a list; the new last one has a comma if the old one had."""
    data, edits = checkout.require(path), []
    for first, last in _runs(container.items, removed):
        start, end = container.items[first].start, container.items[last].end
        if not _alone(data, start, end):
            edits.append(_from_one_line(checkout, path, container, first, last, part))
            continue
        kept = container.items[first - 1] if first else None
        comma = _COMMA.match(data, kept.end, container.end) if kept else None
        at_end = last == len(container.items) - 1 and not _COMMA.match(data, end, container.end)
        if kept and comma and at_end and isinstance(container, hcl.Tuple):
            edits.append(checkout.remove(path, kept.end, comma.end(), part))
        edits.append(checkout.remove(path, *_lines_between(data, start, end), part))
    return edits


def _from_one_line(
    checkout: Checkout, path: str, container: hcl.Object | hcl.Tuple, first: int, last: int, part: str
) -> Edit:
    """Remove `, x`, or `x, ` if it is the first."""
    entries = container.items
    if first:
        return checkout.remove(path, entries[first - 1].end, entries[last].end, part)
    end = entries[last + 1].start if last + 1 < len(entries) else entries[last].end
    return checkout.remove(path, entries[first].start, end, part)


def remove_attributes(checkout: Checkout, path: str, block: hcl.Block, names: Collection[str], part: str) -> list[Edit]:
    """Remove attributes of a block; the equals signs around them stay in one column, as `terraform fmt` has them."""
    data = checkout.require(path)
    nodes = sorted(block.children(), key=lambda node: node.start)
    wanted = [node for node in nodes if isinstance(node, hcl.Attribute) and node.name in names]
    edits = []
    for first, last in _runs(nodes, wanted):
        start, end = nodes[first].start, nodes[last].end
        if _alone(data, start, end):
            edits.append(_without_lines(checkout, path, start, end, part))
        else:
            edits.append(checkout.remove(path, start, end, part))
    return edits


def _without_lines(checkout: Checkout, path: str, start: int, end: int, part: str) -> Edit:
    """Remove the lines of a span, and realign the rest of their paragraph."""
    data = checkout.require(path)
    first, last = paragraph(data, _own_start(data, start), data.find(b"\n", end) + 1 or len(data))
    start, end = _lines_between(data, start, end)
    first, last = min(first, start), max(last, end)
    before, head, tail = (_text(data[a:b]) for a, b in ((first, last), (first, start), (end, last)))
    if aligned(before) != before or aligned(head + tail) == head + tail:
        return checkout.remove(path, start, end, part)
    return checkout.remove(path, first, last, part, aligned(head + tail))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").replace("\r\n", "\n")


def _runs(nodes: Sequence[hcl.Node], wanted: Collection[hcl.Node]) -> Iterator[tuple[int, int]]:
    """The first and last index of each group of consecutive wanted nodes."""
    indexes = [index for index, node in enumerate(nodes) if node in wanted]
    starts = [index for index in indexes if index - 1 not in indexes]
    yield from zip(starts, [index for index in indexes if index + 1 not in indexes], strict=True)


def _alone(data: bytes, start: int, end: int) -> bool:
    """Whether there is nothing else on the lines of a span."""
    behind = _BEHIND.match(data, end)
    rest = _BLANKS.match(data, behind.end() if behind else end)
    position = rest.end() if rest else end
    line = data.rfind(b"\n", 0, start) + 1
    return not data[line:start].strip() and data[position : position + 1] in (b"", b"\n", b"\r")


def _lines_between(data: bytes, start: int, end: int) -> tuple[int, int]:
    """The lines of a span, including comments directly above; the blank lines before the text after it are kept."""
    first, last = whole_lines(data, start, end)
    next_line = data.find(b"\n", last) + 1
    if not next_line or _CLOSING.match(data, next_line):
        return first, last
    blank = _BLANK_LINES.match(data, next_line)
    following = blank.end() if blank else next_line
    opens = data[:first].rstrip()[-1:] in (b"{", b"[", b"(")
    if following > next_line and not opens:
        return first, last
    return _own_start(data, start), following


def whole_lines(data: bytes, start: int, end: int) -> tuple[int, int]:
    """What an insertion of these lines added: the gap before them, the lines, a comma and a comment after them."""
    own = _own_start(data, start)
    behind = _BEHIND.match(data, end)
    last = behind.end() if behind else end
    if data[data.rfind(b"\n", 0, own) + 1 : own].strip():
        return own, last
    content = len(data[:own].rstrip())
    if content:
        blanks = _BLANKS.match(data, content)
        return blanks.end() if blanks else content, last
    # At the beginning of a file: the line break after it, and the gap to the next text.
    rest = data[last:]
    follows = len(rest) - len(rest.lstrip()) if rest.strip() else rest.find(b"\n") + 1
    return 0, last + follows


def _own_start(data: bytes, start: int) -> int:
    """The beginning of the lines that belong to a node at a byte: its own line, and comments directly above it."""
    line = data.rfind(b"\n", 0, start) + 1
    if data[line:start].strip():
        return start
    while line and _COMMENT.match(data, data.rfind(b"\n", 0, line - 1) + 1, line - 1):
        line = data.rfind(b"\n", 0, line - 1) + 1
    return line
