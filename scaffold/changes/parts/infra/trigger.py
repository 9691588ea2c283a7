"""The S3 trigger: a module with source `../../modules/s3_ecs_trigger`; notification.py has its bucket's side."""

from __future__ import annotations

from collections.abc import Sequence

from scaffold.changes.parts.infra.notification import FILE, PART, add_destination, remove_destinations
from scaffold.changes.parts.infra.start import pass_on, rename_start
from scaffold.changes.parts.infra.task_roles import roles_of
from scaffold.changes.parts.infra.uses import uses_in
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.pfml.limits import check_folder
from scaffold.pfml.references import first_reference
from scaffold.pfml.schedules import task_of
from scaffold.pfml.tasks import task_key
from scaffold.pfml.triggers import MODULE, bucket_reference, triggers_of
from scaffold.rendering.render import snippet
from scaffold.spec.naming import Naming
from scaffold.spec.specs import Subject, TriggerSpec
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.insertion import add_block, remove_block


def add(spec: Subject, checkout: Checkout) -> list[Edit]:
    folder, trigger = Folder.of(checkout), spec.trigger
    roles, edits = roles_of(spec, folder), []
    for found in triggers_of(folder, task_key(folder, spec.name)) if roles.changed else ():
        edits += pass_on(folder, found, roles, PART)
    return edits + (_trigger(spec, trigger, folder) if trigger else [])


def remove(triggers: Sequence[PlacedBlock], checkout: Checkout) -> list[Edit]:
    """Some triggers, with their places in the notifications; one that something else refers to is kept."""
    folder = Folder.of(checkout)
    blocks = [remove_block(checkout, found.path, found.block, PART) for found in triggers]
    edits = blocks + remove_destinations(folder, [found.block.labels[0] for found in triggers])
    for found in triggers:
        used = first_reference(checkout, f"module.{found.block.labels[0]}", edits)
        if used:
            kept = checkout.keep(found.path, found.block.start, PART, "still used", used)
            return [kept, *remove([other for other in triggers if other is not found], checkout)]
    return edits


def rename(naming: Naming, checkout: Checkout) -> list[Edit]:
    """The triggers of a task: what they start, their own names where they are named after it, and these where the
    notifications call them."""
    folder = Folder.of(checkout)
    found = triggers_of(folder, naming.key)
    edits = [use.edit(checkout, PART) for use in uses_in(naming, checkout, found)]
    for one in found:
        edits += rename_start(naming, folder, one, MODULE, PART)
    return edits


def _trigger(spec: Subject, trigger: TriggerSpec, folder: Folder) -> list[Edit]:
    bucket = bucket_reference(folder, trigger.bucket)
    existing = _of_bucket(spec, trigger, folder, bucket)
    if existing is not None:
        _same_name(trigger, folder, existing)
        edits = [folder.checkout.unchanged(existing.path, existing.block.start, PART)]
        return edits + add_destination(trigger, folder, bucket, existing.block.labels[0])
    second = bool(triggers_of(folder, task_key(folder, spec.name)))
    name = trigger.name or (f"{spec.name}-{trigger.bucket.replace('_', '-')}" if second else spec.name)
    option = "--trigger-name" if trigger.additional else "NAME"
    label = _label(name, folder)
    return _module(spec, folder, bucket, name, label, option) + add_destination(trigger, folder, bucket, label)


def _same_name(trigger: TriggerSpec, folder: Folder, found: PlacedBlock) -> None:
    has = folder.attribute_text(found, "task_name")
    if trigger.name and has != f'"{trigger.name}"':
        raise Refusal(
            f"the task's trigger of that bucket has task_name = {has}",
            option="--trigger-name",
            value=trigger.name,
            place=folder.checkout.place(found.path, found.block.start),
            instead="Leave it out, to add to that trigger.",
        )


def _of_bucket(spec: Subject, trigger: TriggerSpec, folder: Folder, bucket: str) -> PlacedBlock | None:
    """The task's trigger of that bucket. Raises Refusal where it has another one and is to have one alone."""
    triggers = triggers_of(folder, task_key(folder, spec.name))
    for found in triggers:
        if folder.attribute_text(found, "s3_bucket_arn") == f"{bucket}.arn":
            return found
    if triggers and not trigger.additional:
        found = triggers[0]
        has = folder.attribute_text(found, "s3_bucket_arn") or "nothing"
        raise Refusal(
            f"the trigger of {spec.name!r} has s3_bucket_arn = {has}, and {bucket}.arn was asked for",
            place=folder.checkout.place(found.path, found.block.start),
            instead=f"For a second one, use: pfml-scaffold trigger {spec.name} --s3-bucket {trigger.bucket}",
        )
    return None


# --- the module


def _module(spec: Subject, folder: Folder, bucket: str, name: str, label: str, option: str) -> list[Edit]:
    checkout, roles = folder.checkout, roles_of(spec, folder)
    module = Folder.of(checkout, f"infra/modules/{MODULE}")
    if not module.files:
        raise Refusal(
            f"this checkout has no module {MODULE}",
            option="--s3-bucket",
            place=module.path,
            instead="Leave --s3-bucket out.",
        )
    check_folder(module, name, {"task_name": name}, option)
    for found in folder.modules(MODULE):
        if folder.attribute_text(found, "task_name") == f'"{name}"':
            raise Refusal(
                f"a trigger of the task {task_of(folder, found)!r} has that task_name",
                option=option,
                value=name,
                place=checkout.place(found.path, found.block.start),
                instead=f"Give another {'name' if option == 'NAME' else option}.",
            )
    text = snippet(
        "trigger.tf",
        checkout,
        label=label,
        name=name,
        key=task_key(folder, spec.name),
        bucket=bucket,
        execution_role=roles.execution,
        task_role=roles.task,
    )
    in_file = [found.block for found in folder.modules(MODULE) if found.path == FILE]
    return [add_block(checkout, FILE, in_file[-1] if in_file else None, text, PART)]


def _label(name: str, folder: Folder) -> str:
    label = f"trigger_{name.replace('-', '_')}"
    taken = {found.block.labels[0] for found in folder.blocks("module") if found.block.labels}
    return f"{label}_s3" if label in taken else label
