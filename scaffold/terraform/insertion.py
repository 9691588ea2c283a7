"""Where blocks, and attributes of blocks, go into Terraform and come out of it, so that nothing around them changes.

New text directly follows the last line before it that is not blank. A removal therefore covers everything from the end
of that line to the end of the removed text, and undoes an insertion byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from scaffold import hcl
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.terraform.bracketed import Bracketed
from scaffold.terraform.format import aligned, indented, paragraph
from scaffold.terraform.gaps import comments, lead, previous_end, tail
from scaffold.terraform.items import removed_span, runs

_BLANKS = re.compile(rb"[ \t]*")


def add_to_body(checkout: Checkout, path: str, block: hcl.Block, text: str, part: str) -> Edit:
    """A new paragraph at the end of a block; the blank line before it keeps the columns of the others unchanged."""
    body = Bracketed(checkout.require(path), block)
    text = indented(text, body.indent)
    if b"\n" in body.inside:
        return checkout.insert(path, _end_of_lines(body), f"\n\n{text}", part)
    inside = body.inside.decode().strip()
    if not inside:
        return checkout.insert(path, body.start, f"\n{text}\n{body.outer_indent}", part)
    # The blank line in front tells a removal that it was one line.
    lines = f"\n\n{body.indent}{inside}\n\n{text}\n{body.outer_indent}"
    return checkout.replace(path, body.start, body.end, lines, part)


def _end_of_lines(body: Bracketed) -> int:
    """The end of the last line of a block, without the one that closes it."""
    end = body.entries[-1].full_end if body.entries else tail(body.data, body.start).end
    behind = (tail(body.data, last) for _, last in comments(body.data, end, body.end))
    return max([end, *(comment.end for comment in behind if comment.ends_line)])


def add_block(checkout: Checkout, path: str, after: hcl.Block | None, text: str, part: str) -> Edit:
    """A new block after another one, or at the end of the file."""
    if after is None:
        return checkout.append(path, text, part)
    return checkout.insert(path, tail(checkout.require(path), after.end).end, f"\n\n{text}", part)


# --- removals


def remove_block(checkout: Checkout, path: str, block: hcl.Block, part: str) -> Edit:
    """Remove a block, with its comments."""
    data = checkout.require(path)
    before = previous_end(checkout.terraform(path), block.start)
    start, end = lead(data, tail(data, before).end if before else 0, block.start), tail(data, block.end).end
    content = len(data[:start].rstrip())
    if content:
        blanks = _BLANKS.match(data, content)
        return checkout.remove(path, blanks.end() if blanks else content, end, part)
    # At the beginning of a file: the line break after it, and the gap to the next text.
    rest = data[end:]
    follows = len(rest) - len(rest.lstrip()) if rest.strip() else rest.find(b"\n") + 1
    return checkout.remove(path, 0, end + follows, part)


def remove_attributes(checkout: Checkout, path: str, block: hcl.Block, names: Collection[str], part: str) -> list[Edit]:
    """Remove attributes of a block; the equals signs around them stay in one column, as `terraform fmt` has them."""
    body = Bracketed(checkout.require(path), block)
    wanted = [node for node in body.nodes if isinstance(node, hcl.Attribute) and node.name in names]
    if wanted and wanted == body.nodes[1:] and (line := _one_line(body)):
        return [checkout.remove(path, body.start, body.end, part, line)]
    return [_without_lines(checkout, path, body, first, last, part) for first, last in runs(body.nodes, wanted)]


def _one_line(body: Bracketed) -> str:
    """The inside of a block of which only the first attribute stays, if it was one line; "" if it was not."""
    first, indent = body.entries[0], body.indent.encode()
    in_front = re.fullmatch(rb"(?:\r?\n){2}" + indent, body.data[body.start : first.start])
    inside = body.data[first.start : first.full_end].decode()
    return f" {inside} " if in_front and "\n" not in inside else ""


def _without_lines(checkout: Checkout, path: str, body: Bracketed, first: int, last: int, part: str) -> Edit:
    """Remove attributes, and realign the rest of their paragraph."""
    data = body.data
    start, end = removed_span(body, first, last)
    top = lead(data, body.before(first).edge, body.entries[first].start)
    begin, stop = paragraph(data, data.rfind(b"\n", 0, top) + 1, data.find(b"\n", end) + 1 or len(data))
    begin, stop = min(begin, start), max(stop, end)
    before, head, rest = (_text(data[a:b]) for a, b in ((begin, stop), (begin, start), (end, stop)))
    if aligned(before) != before or aligned(head + rest) == head + rest:
        return checkout.remove(path, start, end, part)
    return checkout.remove(path, begin, stop, part, aligned(head + rest))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").replace("\r\n", "\n")
