"""A Terraform block under a condition, as a `dynamic` one, and back; its lines change only their indent."""

from __future__ import annotations

from scaffold import hcl
from scaffold.files.edit import Edit
from scaffold.pfml.notifications import Destination
from scaffold.terraform.conditions import grouped
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.gaps import indent

_INDENT = "  "


def as_dynamic(
    folder: Folder, notification: PlacedBlock, block: hcl.Block, condition: str, part: str, values: str = "[1]"
) -> Edit:
    """A static block as a `dynamic` one under a condition; its lines change only their indent."""
    data = folder.checkout.require(notification.path)
    outer = indent(data, block.start)
    inner, header = outer + _INDENT, data[block.start + len(block.type) : block.body_start].decode()
    head = f'dynamic "{block.type}" {{\n{inner}for_each = {grouped(condition)} ? {values} : []\n{inner}content'
    body = _indented(data, block)
    return folder.checkout.replace(
        notification.path, block.start, block.end, f"{head}{header}{body}}}\n{outer}}}", part
    )


def _indented(data: bytes, block: hcl.Block) -> str:
    """The inside of a block, its lines two spaces further in; the text of a heredoc stays as it is."""
    return "\n".join(_INDENT + text if is_indented else text for text, is_indented in _lines(data, block))


def _lines(data: bytes, block: hcl.Block) -> list[tuple[str, bool]]:
    """The lines of the inside of a block, each with whether it has an indent: not in a heredoc, nor if it is blank."""
    heredocs = [node for node in block.walk() if isinstance(node, hcl.Template) and node.heredoc]
    lines, position = [], block.body_start
    for line in data[block.body_start : block.body_end].split(b"\n"):
        inside = any(node.inner_start <= position <= node.end for node in heredocs)
        closes = position + len(line) == block.body_end
        is_indented = position > block.body_start and not inside and (closes or bool(line.strip()))
        lines.append((line.decode("utf-8", "replace").rstrip("\r"), is_indented))
        position += len(line) + 1
    return lines


def as_static(folder: Folder, notification: PlacedBlock, destination: Destination, values: str) -> str:
    """A `dynamic` block as a static one; "" if it is more than a block under a condition."""
    data, outer, content = folder.checkout.require(notification.path), destination.outer, destination.block
    for_each = outer.attributes.get("for_each")
    if (
        for_each is None
        or len(outer.attributes) > 1
        or len(outer.blocks) > 1
        or not isinstance(for_each.value, hcl.Conditional)
    ):
        return ""
    between = (
        data[outer.body_start : for_each.start]
        + data[for_each.end : content.start]
        + data[content.end : outer.body_end]
    )
    only_once = folder.text(notification.path, for_each.value.yes) == values and not between.strip()
    if not only_once or f"{outer.labels[0]}.value" in folder.text(notification.path, content):
        return ""
    lines = [text.removeprefix(_INDENT) if is_indented else text for text, is_indented in _lines(data, content)]
    header = data[content.start + len(content.type) : content.body_start].decode()
    return outer.labels[0] + header + "\n".join(lines) + "}"
