"""Where new text goes in Terraform, and with which commas and blank lines, so that nothing beside it has to move."""

from __future__ import annotations

import re

from scaffold import hcl
from scaffold.checkout import Checkout
from scaffold.edits import Edit

_REST_OF_LINE = re.compile(rb"[ \t]*(?:(?:#|//)[^\r\n]*)?(?=\r?\n|\Z)")
_COMMA = re.compile(rb"\s*,")


def add_item(
    checkout: Checkout, path: str, container: hcl.Object | hcl.Tuple, text: str, part: str, blank: bool = False
) -> list[Edit]:
    """A new last entry of an object or a list, indented as `text` has it, with a comma where the others have one.

    blank: whether a blank line stands between entries.
    """
    data = checkout.require(path)
    if not container.items:
        return _first_item(checkout, path, container, text, part)
    last = container.items[-1]
    comma = _COMMA.match(data, last.end, container.end)
    behind = comma.end() if comma else last.end
    rest = _REST_OF_LINE.match(data, behind, container.end)
    if rest is None or (not rest.group().strip() and rest.end() >= container.end - 1):
        # A closing bracket or another entry follows on the same line.
        return [checkout.insert(path, last.end, f", {text.strip()}", part)]
    edits = []
    if isinstance(container, hcl.Tuple) and not comma:
        edits.append(checkout.insert(path, last.end, ",", part))
    gap = "\n\n" if blank else "\n"
    edits.append(checkout.insert(path, rest.end(), f"{gap}{text}{',' if comma else ''}", part))
    return edits


def _first_item(checkout: Checkout, path: str, container: hcl.Object | hcl.Tuple, text: str, part: str) -> list[Edit]:
    data = checkout.require(path)
    line_start = data.rfind(b"\n", 0, container.start) + 1
    indent = re.match(rb"[ \t]*", data[line_start:])
    closing = data.rfind(b"\n", 0, container.end)
    if closing > container.start:
        return [checkout.insert(path, closing + 1, f"{text}\n", part)]
    space = indent.group().decode() if indent else ""
    return [checkout.insert(path, container.end - 1, f"\n{text}\n{space}", part)]


def add_to_body(checkout: Checkout, path: str, block: hcl.Block | hcl.Object, text: str, part: str) -> Edit:
    """A last paragraph of a body; a blank line in front of it keeps the columns of the others as they are."""
    data = checkout.require(path)
    end = block.body_end if isinstance(block, hcl.Block) else block.end - 1
    line_start = data.rfind(b"\n", 0, end) + 1
    if data[line_start:end].strip():
        # A body on one line: `module "x" { source = "y" }`.
        return checkout.insert(path, end, f"\n{text}\n", part)
    before = data[:line_start].rstrip(b" \t\r\n")
    gap = (
        "" if (before.endswith((b"{", b"]", b"}")) and isinstance(block, hcl.Object)) or before.endswith(b"{") else "\n"
    )
    if data[:line_start].endswith((b"\n\n", b"\n\r\n")):
        gap = ""
    return checkout.insert(path, line_start, f"{gap}{text}\n", part)


def add_block(checkout: Checkout, path: str, after: hcl.Block | None, text: str, part: str) -> Edit:
    """A new block behind another one, or at the end of the file."""
    if after is None:
        return checkout.append(path, text, part)
    data = checkout.require(path)
    rest = _REST_OF_LINE.match(data, after.end)
    return checkout.insert(path, rest.end() if rest else after.end, f"\n\n{text}", part)
