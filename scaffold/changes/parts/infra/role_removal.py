"""Which roles a removal leaves without any use; they are removed with their policies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from scaffold.changes.parts.infra import pass_role
from scaffold.changes.parts.infra.role_banner import removed_banners
from scaffold.changes.parts.infra.role_rename import POLICY
from scaffold.changes.parts.requests import Removal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit, Place
from scaffold.pfml.iam.roles import default_execution_role, links_of, role_resource
from scaffold.pfml.lookups import lookups_of, names_in_environments
from scaffold.pfml.references import first_reference, places, template_files
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.insertion import remove_block

_ROLE = re.compile(r"(?<![\w.-])aws_iam_role\.([\w-]+)")


class WithoutRole(NamedTuple):
    """What removes a role. passing: what takes it and other removed roles out of the policies of those who pass them.
    used: where something else still uses it, None if nothing does."""

    edits: list[Edit]
    passing: list[Edit]
    used: Place | None


def removed_roles(removal: Removal, part: str) -> list[Edit]:
    """The roles that removed parts refer to and nothing else uses, with their policies and the documents of these."""
    checkout, folder, removed = removal.checkout, removal.folder, removal.edits
    default = role_resource(default_execution_role(folder))
    edits, passing, labels = list[Edit](), list[Edit](), list[str]()
    for label in _matches(checkout, removed, _ROLE):
        role = folder.block("resource", "aws_iam_role", label)
        if role is None or label == default:
            continue
        without = without_role(folder, role, labels, [*removed, *edits], part)
        if without.used is None:
            edits += without.edits
            passing = without.passing
            labels.append(label)
        elif removal.chosen is None:
            edits.append(checkout.keep(*role.location, part, f"{label} is still used", without.used))
    edits += passing
    edits += _orphans(folder, [*removed, *edits], part)
    return [*edits, *removed_banners(checkout, removal.task.name, edits, part)]


def without_role(
    folder: Folder, role: PlacedBlock, others: Sequence[str], removed: Sequence[Edit], part: str
) -> WithoutRole:
    """What removes a role after some edits. others: the labels of other roles that are removed."""
    label = role.block.labels[1]
    blocks = [role, *links_of(folder, label)]
    edits = [remove_block(folder.checkout, placed.path, placed.block, part) for placed in blocks]
    passing = pass_role.remove(folder, [*others, label], part)
    used = _used(folder.checkout, blocks, [*removed, *edits, *passing])
    return WithoutRole(edits, passing, used or _used_by_name(folder, role, [*removed, *edits]))


def _orphans(folder: Folder, removed: Sequence[Edit], part: str) -> list[Edit]:
    """The policies and documents that only removed blocks refer to, and what only these refer to."""
    checkout = folder.checkout
    edits: list[Edit] = []
    for address in _matches(checkout, [edit for edit in removed if edit.part == part], POLICY):
        *kind, type, name = address.split(".")
        policy = folder.block("data" if kind else "resource", type, name)
        removal = remove_block(checkout, policy.path, policy.block, part) if policy else None
        if removal is None or removal in removed:
            continue
        if first_reference(checkout, address, [*removed, *edits, removal]) is None:
            edits.append(removal)
    return edits + _orphans(folder, [*removed, *edits], part) if edits else []


def _matches(checkout: Checkout, removed: Sequence[Edit], pattern: re.Pattern[str]) -> list[str]:
    """The matches in text that is removed, each once."""
    texts = [checkout.require(edit.path)[edit.start : edit.end].decode() for edit in removed if edit.changes]
    return list(dict.fromkeys(match for text in texts for match in pattern.findall(text)))


def _used(checkout: Checkout, blocks: Sequence[PlacedBlock], removed: Sequence[Edit]) -> Place | None:
    """Where something else refers to a role or to one of its policies."""
    addresses = [".".join(placed.block.labels) for placed in blocks]
    places = (first_reference(checkout, address, removed) for address in addresses)
    return next((place for place in places if place), None)


def _used_by_name(folder: Folder, role: PlacedBlock, removed: Sequence[Edit]) -> Place | None:
    """Where something refers to a role by its name, as in an ARN or in a data source."""
    name = folder.attribute_text(role, "name").strip('"').rpartition("}")[2]
    if not name.startswith("-"):
        return None
    checkout, pattern = folder.checkout, re.compile(rb"[}\w]%s(?![\w-])" % re.escape(name.encode()))
    used = next(places(checkout, template_files(checkout), pattern, removed), None)
    return used or _looked_up_elsewhere(folder, role, name)


def _looked_up_elsewhere(folder: Folder, role: PlacedBlock, name: str) -> Place | None:
    """Where a data source that is planned separately looks up a role."""
    names, word = names_in_environments(role, folder.checkout), name.removeprefix("-").removeprefix("ecs-tasks-")
    found = (lookup.placed.location for lookup in lookups_of(folder.checkout, "aws_iam_role", names, word))
    return next((place for place in found if not place[0].startswith(f"{folder.path}/")), None)
