"""A role's new name: in the role, in its policies, and wherever the name refers to the role."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scaffold.aws import names
from scaffold.changes.parts.infra.uses import rename_address, rename_inside, rename_label
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit, Place
from scaffold.pfml.iam.roles import ATTRIBUTES, Roles, links_of, own_role
from scaffold.pfml.limits import check
from scaffold.pfml.lookups import lookups_of, named_elsewhere, names_in_environments
from scaffold.pfml.references import first_reference, places, template_files
from scaffold.pfml.tasks import Task
from scaffold.spec.naming import Naming
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.insertion import remove_block

POLICY = re.compile(r"(?<![\w.-])(data\.aws_iam_policy_document\.[\w-]+|aws_iam_policy\.[\w-]+)")


def has_role(folder: Folder, task: Task, role: PlacedBlock) -> bool:
    """Whether a role is one of a task's roles."""
    roles = Roles.of(folder)
    return any(roles.label(own_role(folder, task, name)) == role.block.labels[1] for name in ATTRIBUTES)


def depends_on_name(naming: Naming, role: PlacedBlock, folder: Folder, part: str) -> tuple[str, Place | None]:
    """What finds a role or one of its policies by its name and would not find it under a new one, and where; "" if
    nothing does.

    Terraform reads a data source before it creates the role, and what is planned separately cannot change at the same
    time.
    """
    checkout = folder.checkout
    for placed in belonging(folder, role, part):
        type, name = placed.block.labels[0], folder.attribute_text(placed, "name").strip('"')
        if type not in ("aws_iam_role", "aws_iam_policy") or naming.in_name(name) == name:
            continue
        what = "it" if placed is role else ".".join(placed.block.labels)
        names_by_environment = names_in_environments(placed, checkout)
        for lookup in lookups_of(checkout, type, names_by_environment, naming.old):
            return f"{lookup.address} looks {what} up by name", lookup.placed.location
        place = named_elsewhere(checkout, name.rpartition("}")[2])
        if place:
            return f"a configuration that is deployed separately names {what}", place
    return "", None


def renamed_role(naming: Naming, named: Naming, folder: Folder, role: PlacedBlock, part: str) -> list[Edit]:
    """A role and what belongs to it. A managed policy whose name in AWS stays keeps its label. named: the role's own
    old and new name if it does not contain the task's."""
    checkout, edits = folder.checkout, []
    name = folder.attribute_text(role, "name").strip('"')
    new_name = named.in_name(name)
    check(folder, [(new_name, "aws_iam_role", names.LIMITS["aws_iam_role", "name"])], naming.new, {}, "NEW")
    for placed in belonging(folder, role, part):
        type, label = placed.block.labels
        attribute = placed.block.attributes.get("name")
        inside = rename_inside(named, checkout, placed.path, attribute.value, part) if attribute else []
        edits += inside
        new = naming.in_identifier(label)
        if new == label or (type == "aws_iam_policy" and not inside):
            continue
        kind = "data." if placed.block.type == "data" else ""
        taken = folder.block(placed.block.type, type, new)
        if taken:
            raise naming.taken(f"{type}.{new} already exists", checkout.place(*taken.location))
        edits += rename_label(checkout, placed, 1, new, part)
        edits += rename_address(checkout, f"{kind}{type}.{label}", new, part)
    for taken in folder.blocks("resource", "aws_iam_role"):
        if folder.attribute_text(taken, "name").strip('"') == new_name != name:
            what = f"aws_iam_role.{taken.block.labels[1]} already has the name {new_name!r}"
            raise naming.taken(what, checkout.place(*taken.location))
    return edits + _renamed_elsewhere(named, checkout, name, part)


def belonging(folder: Folder, role: PlacedBlock, part: str) -> list[PlacedBlock]:
    """A role, its policies and attachments, and the policies and documents that only these refer to."""
    blocks = [role, *links_of(folder, role.block.labels[1])]
    for placed in blocks:
        text = folder.text(placed.path, placed.block)
        for address in dict.fromkeys(POLICY.findall(text)):
            *kind, type, name = address.split(".")
            policy = folder.block("data" if kind else "resource", type, name)
            if policy and policy not in blocks and _is_alone(folder, address, blocks, part):
                blocks.append(policy)
    return blocks


def _is_alone(folder: Folder, address: str, blocks: Sequence[PlacedBlock], part: str) -> bool:
    """Whether only some blocks refer to a policy or a document."""
    removals = [remove_block(folder.checkout, placed.path, placed.block, part) for placed in blocks]
    return first_reference(folder.checkout, address, removals) is None


def _renamed_elsewhere(naming: Naming, checkout: Checkout, name: str, part: str) -> list[Edit]:
    """The role's name where it refers to the role, as in an ARN or in a data source."""
    tail = name.rpartition("}")[2]
    edits, pattern = [], re.compile(rb"[}\w*?]%s(?![\w-])" % re.escape(tail.encode()))
    for path, offset in places(checkout, template_files(checkout), pattern, []):
        start = offset + 1 + len(tail[: tail.index(naming.old)].encode())
        edits.append(checkout.rename(path, start, start + len(naming.old.encode()), naming.new, part))
    return edits
