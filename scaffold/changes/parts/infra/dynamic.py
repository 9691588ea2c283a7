"""A Terraform block under a condition, as a `dynamic` one, and back; its lines change only their indent."""

from __future__ import annotations

from scaffold import hcl
from scaffold.files.edit import Edit
from scaffold.pfml.notifications import Destination
from scaffold.terraform.conditions import grouped
from scaffold.terraform.folder import Folder, PlacedBlock


def as_dynamic(folder: Folder, notification: PlacedBlock, block: hcl.Block, condition: str, part: str) -> Edit:
    """A static block as a `dynamic` one under a condition; its lines change only their indent."""
    checkout = folder.checkout
    data = checkout.require(notification.path)
    head = f'dynamic "{block.type}" {{\n    for_each = {grouped(condition)} ? [1] : []\n    content {{\n'
    body = _indented(data, block)
    return checkout.replace(notification.path, block.start, block.end, f"{head}{body}    }}\n  }}", part)


def _indented(data: bytes, block: hcl.Block) -> str:
    """The lines of a block's body, two spaces further in; the text of a heredoc stays as it is."""
    heredocs = [node for node in block.walk() if isinstance(node, hcl.Template) and node.heredoc]
    lines, position = [], block.body_start
    for line in data[block.body_start : block.body_end].split(b"\n"):
        text = line.decode("utf-8", "replace").rstrip("\r")
        if position == block.body_start:
            text = f"      {text.strip()}" if text.strip() else ""
        elif any(node.inner_start <= position <= node.end for node in heredocs):
            pass
        elif text.strip():
            text = f"  {text}"
        lines.append(text)
        position += len(line) + 1
    first = lines[1:] if not lines[0] else lines
    kept = first if first[-1].strip() else first[:-1]
    return "".join(f"{text}\n" for text in kept)


def as_static(folder: Folder, notification: PlacedBlock, destination: Destination) -> str:
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
    only_once = folder.text(notification.path, for_each.value.yes) == "[1]" and not between.strip()
    if not only_once or f"{outer.labels[0]}.value" in folder.text(notification.path, content):
        return ""
    heredocs = [node for node in content.walk() if isinstance(node, hcl.Template) and node.heredoc]
    lines, position = [], content.body_start
    for line in data[content.body_start : content.body_end].split(b"\n"):
        text = line.decode("utf-8", "replace").rstrip("\r")
        inside = any(node.inner_start <= position <= node.end for node in heredocs)
        lines.append(text if inside else text.removeprefix("  "))
        position += len(line) + 1
    if lines[0].strip() or lines[-1].strip():
        return ""
    return f"{outer.labels[0]} {{\n" + "".join(f"{text}\n" for text in lines[1:-1]) + "  }"
