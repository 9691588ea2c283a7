"""The task role that `trigger` gives to a task that has none, and that goes with the task's last trigger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scaffold.aws.names import slug
from scaffold.changes.parts.infra.role_removal import without_role
from scaffold.changes.parts.infra.s3_policy import (
    document_of_role,
    has_generated,
    policy_resource,
    rendered,
    values_of,
    written_objects,
)
from scaffold.changes.parts.requests import Removal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit, Place
from scaffold.pfml.iam.roles import Roles, links_of, own_role
from scaffold.pfml.schedules import schedules_of
from scaffold.pfml.tasks import require_task
from scaffold.pfml.triggers import Trigger, triggers_of
from scaffold.rendering.render import snippet
from scaffold.spec import part_names
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.insertion import remove_attributes
from scaffold.terraform.items import remove_items
from scaffold.terraform.steps import Step, in_steps


class TriggerRole(NamedTuple):
    """A role that a trigger brought. edits: what removes it from the task and its schedules. reason: why it stays, ""
    if it does not. witness: where to see that."""

    role: PlacedBlock
    edits: list[Edit]
    reason: str = ""
    witness: Place | None = None


def trigger_role(removal: Removal) -> TriggerRole | None:
    """The task's role if one of its triggers is removed and such a trigger brought it; None for any other role."""
    folder, task = removal.folder, removal.task
    removed = [known for known in triggers_of(folder, task.key) if removal.chosen and removal.includes(known)]
    label = f"{slug(task.name)}_task_role"
    role = folder.block("resource", "aws_iam_role", label)
    links = links_of(folder, label)
    own = next((link for link in links if link.block.labels[1] == policy_resource(label)), None)
    if not removed or role is None or own is None:
        return None
    if Roles.of(folder).label(own_role(folder, task, "task_role")) != label:
        return None
    others = [known for known in triggers_of(folder, task.key) if known not in removed]
    if others:
        keeps = TriggerRole(role, [], f"{label} is still used", others[0].location)
        return keeps if any(_is_for(folder, own, trigger) for trigger in removed) else None
    edited = next((block for block in _blocks(folder, role, links) if not _is_generated(removal, role, block)), None)
    if edited:
        what = "edited since it was generated" if edited not in links or edited is own else "it has another policy"
        return TriggerRole(role, [], f"{label}: {what}", edited.location)
    edits = list(_without_uses(removal, label))
    used = without_role(folder, role, [], [*removal.edits, *edits], part_names.ROLE).used
    return TriggerRole(role, [], f"{label} is still used", used) if used else TriggerRole(role, edits)


def _without_uses(removal: Removal, label: str) -> Iterator[Edit]:
    """What removes the role from the task, and from the schedules of the task, which pass it on."""
    folder, task = removal.folder, removal.task
    entry = task.attribute(folder, "task_role")
    if entry:
        yield from in_steps(removal.checkout, [_without_role(task.name)], part_names.TASK)
    for schedule in schedules_of(folder, task.key):
        if Roles.of(folder).label(schedule.text("ecs_task_role")) == label:
            names = ["ecs_task_role"]
            yield from remove_attributes(removal.checkout, schedule.path, schedule.block, names, part_names.SCHEDULE)


def _without_role(name: str) -> Step:
    def step(checkout: Checkout) -> list[Edit]:
        folder = Folder.of(checkout)
        task = require_task(folder, name)
        entry = task.attribute(folder, "task_role")
        return remove_items(checkout, task.path, task.value, [entry], part_names.TASK) if entry else []

    return step


# --- recognized as generated


def _blocks(folder: Folder, role: PlacedBlock, links: list[PlacedBlock]) -> Iterator[PlacedBlock]:
    document = document_of_role(folder, role.block.labels[1])
    yield from (role, *links, *([document] if document else []))


def _is_for(folder: Folder, policy: PlacedBlock, trigger: Trigger) -> bool:
    role = folder.block("resource", "aws_iam_role", policy.block.labels[1].removesuffix(policy_resource("")))
    return role is not None and written_objects(folder, role.block.labels[1]).bucket == trigger.bucket_address


def _is_generated(removal: Removal, role: PlacedBlock, block: PlacedBlock) -> bool:
    """Whether a block is as the templates of the checkout give it."""
    folder, label = removal.folder, role.block.labels[1]
    values, objects = values_of(folder, removal.task.name, role), written_objects(folder, label)
    texts = [snippet("task_role.tf", removal.checkout, **values)]
    texts += [rendered(removal.checkout, values, objects, write) for write in (False, True)]
    return has_generated("\n".join(texts), folder, block)
