"""How many labels Terraform's blocks have. HCL itself takes any number."""

from __future__ import annotations

from scaffold.hcl.nodes import Block, HclError, line_of

_LABELS = {
    "resource": ("type", "name"),
    "data": ("type", "name"),
    "module": ("name",),
    "variable": ("name",),
    "output": ("name",),
    "provider": ("name",),
    "locals": (),
    "terraform": (),
}


def check_labels(data: bytes, root: Block) -> None:
    """Raise HclError for a block of a file that Terraform refuses for its labels."""
    for block in root.blocks:
        names = _LABELS.get(block.type)
        if names is not None and len(names) != len(block.labels):
            needed = f"needs {' and '.join(f'a {name}' for name in names)}" if names else "has no labels"
            shown = " ".join(f'"{label}"' for label in block.labels[:3]) or "nothing"
            raise HclError(f"a {block.type} block {needed}, found {shown}", line_of(data, block.start))
