"""Where new text goes in Terraform, and with which commas and blank lines, so that nothing beside it has to move."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scaffold import hcl
from scaffold.checkout import Checkout, text_of
from scaffold.edits import Edit

_REST_OF_LINE = re.compile(rb"[ \t]*(?:(?:#|//)[^\r\n]*)?(?=\r?\n|\Z)")
_COMMA = re.compile(rb"\s*,")


def add_items(
    checkout: Checkout,
    path: str,
    container: hcl.Object | hcl.Tuple,
    texts: Sequence[str],
    part: str,
    blank: bool = False,
) -> list[Edit]:
    """New last entries of an object or a list, indented as the texts have it, with a comma where the others have one.

    blank: whether a blank line stands between entries.
    """
    data = checkout.require(path)
    if b"\n" not in data[container.start : container.end]:
        return [_on_one_line(checkout, path, container, texts, part, blank)]
    gap = "\n\n" if blank else "\n"
    if not container.items:
        line = data.rfind(b"\n", 0, container.end) + 1
        return [checkout.insert(path, line, ("," + gap).join(texts) + "\n", part)]
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
    """`[a]` stays on one line; an object is broken up, an entry a line."""
    data = checkout.require(path)
    old = [text_of(data, item) for item in container.items]
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
    """The white space at the beginning of the line on which a node begins."""
    line = data[data.rfind(b"\n", 0, node.start) + 1 : node.start].decode("utf-8", "replace")
    return line[: len(line) - len(line.lstrip())]


def add_to_body(checkout: Checkout, path: str, block: hcl.Block | hcl.Object, text: str, part: str) -> Edit:
    """A last paragraph of a body; a blank line in front of it keeps the columns of the others as they are."""
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
    """The same where the closing brace does not stand on a line of its own: the body is broken up from there on."""
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
    """A new block behind another one, or at the end of the file."""
    if after is None:
        return checkout.append(path, text, part)
    data = checkout.require(path)
    rest = _REST_OF_LINE.match(data, after.end)
    return checkout.insert(path, rest.end() if rest else after.end, f"\n\n{text}", part)
