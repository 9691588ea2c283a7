"""The variables that a folder of Terraform declares."""

from __future__ import annotations

from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.terraform.folder import Folder, PlacedBlock


def variables(checkout: TolerantCheckout, folder: str) -> dict[str, PlacedBlock] | None:
    """The variable blocks by name; None if a file of the folder does not parse. Use it through `checkout.once`."""
    if not checkout.parses(folder):
        return None
    blocks = Folder.of(checkout, folder).blocks("variable")
    return {variable.block.labels[0]: variable for variable in blocks if variable.block.labels}
