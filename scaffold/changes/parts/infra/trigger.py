"""The S3 trigger: a module with source `../../modules/s3_ecs_trigger`; notification.py has its bucket's side."""

from __future__ import annotations

from collections.abc import Sequence

from scaffold.changes.parts.infra.notification import FILE, add_destination, remove_destinations
from scaffold.changes.parts.infra.start import pass_on, rename_start, use_of
from scaffold.changes.parts.infra.start_names import check_trigger_name
from scaffold.changes.parts.infra.uses import uses_in
from scaffold.changes.parts.requests import Addition, Removal, Renaming
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit, Place
from scaffold.pfml.buckets import bucket_reference
from scaffold.pfml.tasks import Task
from scaffold.pfml.triggers import MODULE, Trigger, triggers, triggers_of
from scaffold.rendering.render import snippet
from scaffold.spec import part_names
from scaffold.spec.specs import TriggerSpec
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.insertion import add_block, remove_block

PART = part_names.TRIGGER
TEMPLATES: tuple[str, ...] = ("snippets/trigger.tf", "snippets/notification.tf", "snippets/lambda_function.tf")
RECREATED = "the Lambda functions and roles of its triggers"


def add(addition: Addition) -> list[Edit]:
    edits: list[Edit] = []
    if addition.roles.changed:
        for trigger in triggers_of(addition.folder, addition.key):
            edits += pass_on(addition.folder, trigger, addition.roles, PART)
    if addition.spec.trigger:
        edits += _trigger(addition, addition.spec.trigger)
    return edits


def find(task: Task, checkout: Checkout) -> list[Place]:
    return [trigger.location for trigger in triggers_of(Folder.of(checkout), task.key)]


def remove(removal: Removal) -> list[Edit]:
    """The triggers of the task, or the chosen ones, with their destinations in the notifications; a trigger that
    something else refers to stays."""
    own = triggers_of(removal.folder, removal.task.key)
    return _remove_triggers([trigger for trigger in own if removal.includes(trigger)], removal)


def _remove_triggers(removed: Sequence[Trigger], removal: Removal) -> list[Edit]:
    checkout, folder = removal.checkout, removal.folder
    edits = [remove_block(checkout, trigger.path, trigger.block, PART) for trigger in removed]
    edits += remove_destinations(folder, [trigger.label for trigger in removed], removal.chosen or ())
    for trigger in removed:
        used = use_of(trigger, edits)
        if used:
            kept = checkout.keep(*trigger.location, PART, "still used", used)
            return [kept, *_remove_triggers([left for left in removed if left is not trigger], removal)]
    return edits


def rename(renaming: Renaming) -> list[Edit]:
    """The triggers of the task: what they start, and their own names if they are named after it, also where the
    notifications call them."""
    naming, folder, checkout = renaming.naming, renaming.folder, renaming.checkout
    edits = [use.edit(checkout, PART) for use in uses_in(naming, checkout, find(renaming.task, checkout))]
    for trigger in triggers_of(folder, renaming.task.key):
        edits += rename_start(naming, folder, trigger, triggers(checkout), PART)
    return edits


def _trigger(addition: Addition, trigger: TriggerSpec) -> list[Edit]:
    folder, task_name = addition.folder, addition.spec.name
    bucket = bucket_reference(folder, trigger.bucket)
    existing = _of_bucket(addition, trigger, bucket)
    if existing is not None:
        _check_same_name(trigger, folder, existing)
        edits = [folder.checkout.unchanged(*existing.location, PART)]
        return edits + add_destination(trigger, folder, bucket, existing.block.labels[0])
    second = bool(triggers_of(folder, addition.key))
    name = trigger.name or (f"{task_name}-{trigger.bucket.replace('_', '-')}" if second else task_name)
    option = "--trigger-name" if trigger.additional else "NAME"
    label = _label(name, folder)
    return _module(addition, bucket, name, label, option) + add_destination(trigger, folder, bucket, label)


def _check_same_name(trigger: TriggerSpec, folder: Folder, existing: PlacedBlock) -> None:
    has = folder.attribute_text(existing, "task_name")
    if trigger.name and has != f'"{trigger.name}"':
        raise Refusal(
            f"the task's trigger for that bucket has task_name = {has}",
            option="--trigger-name",
            value=trigger.name,
            place=folder.checkout.place(*existing.location),
            instead="Omit it to add to that trigger.",
        )


def _of_bucket(addition: Addition, trigger: TriggerSpec, bucket: str) -> PlacedBlock | None:
    """The task's trigger for that bucket. Raises Refusal if it has another one and is to have only one."""
    folder, name = addition.folder, addition.spec.name
    own = triggers_of(folder, addition.key)
    for existing in own:
        if folder.attribute_text(existing, "s3_bucket_arn") == f"{bucket}.arn":
            return existing
    if own and not trigger.additional:
        has = folder.attribute_text(own[0], "s3_bucket_arn") or "nothing"
        raise Refusal(
            f"the trigger of {name!r} has s3_bucket_arn = {has}, but you asked for {bucket}.arn",
            place=folder.checkout.place(own[0].path, own[0].block.start),
            instead=f"To add a second trigger, use: pfml-scaffold trigger {name} --s3-bucket {trigger.bucket}",
        )
    return None


# --- the module


def _module(addition: Addition, bucket: str, name: str, label: str, option: str) -> list[Edit]:
    checkout = addition.checkout
    module = Folder.of(checkout, f"infra/modules/{MODULE}")
    if not module.files:
        raise Refusal(
            f"this checkout has no module {MODULE}",
            option="--s3-bucket",
            place=module.path,
            instead="Triggers need a revision that has it.",
        )
    check_trigger_name(addition, name, option)
    for trigger in triggers(checkout):
        if trigger.text("task_name") == f'"{name}"':
            raise Refusal(
                f"a trigger of the task {trigger.task_key!r} already has that task_name",
                option=option,
                value=name,
                place=checkout.place(*trigger.location),
                instead=f"Choose another {'name' if option == 'NAME' else option}.",
            )
    text = snippet(
        "trigger.tf",
        checkout,
        label=label,
        name=name,
        key=addition.key,
        bucket=bucket,
        execution_role=addition.roles.passed_execution,
        task_role=addition.roles.passed_task,
    )
    in_file = [trigger.block for trigger in triggers(checkout) if trigger.path == FILE]
    return [add_block(checkout, FILE, in_file[-1] if in_file else None, text, PART)]


def _label(name: str, folder: Folder) -> str:
    label = f"trigger_{name.replace('-', '_')}"
    taken = {module.block.labels[0] for module in folder.blocks("module") if module.block.labels}
    return f"{label}_s3" if label in taken else label
