"""`change`: from a task of the checkout and what should be different about it to the proven edits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scaffold.aws.names import slug
from scaffold.changes.change_proof import prove
from scaffold.changes.chosen import TriggerChoice, chosen_schedule, chosen_triggers
from scaffold.changes.listing import s3_path
from scaffold.changes.outcome import outcome_of
from scaffold.changes.parts.change.table import CHANGES
from scaffold.changes.parts.requests import Addition, Modification
from scaffold.changes.parts.task_roles import execution_role_resource
from scaffold.changes.proof import ProofError, proven
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.files.plan import Plan
from scaffold.pfml.groups import given_to
from scaffold.pfml.iam.roles import Roles, own_role
from scaffold.pfml.schedules import Schedule, schedules_of
from scaffold.pfml.tasks import Task, default_size, require_task
from scaffold.pfml.triggers import Trigger, triggers_of
from scaffold.rendering.literals import hcl_string, shell
from scaffold.spec.change import ChangeSpec, ScheduleChange, TriggerChange
from scaffold.spec.checks import check_size
from scaffold.spec.specs import FOLDER, NEW, PREFIX, S3_PATH, TriggerSpec, Variable
from scaffold.terraform.folder import Folder


def modification(spec: ChangeSpec, checkout: Checkout) -> Modification:
    """What a spec changes in a checkout. Raises Refusal for a task, a schedule or a trigger that is not there."""
    folder = Folder.of(checkout)
    task = require_task(folder, spec.name)
    _check_size(spec, task, folder)
    spec = _with_starts(spec, task, folder)
    schedule, trigger = _chosen_schedule(spec, task, folder), _chosen_trigger(spec, task, folder)
    spec, listing = _with_path(spec, task, trigger, folder)
    timing = spec.schedule.timing if spec.schedule else None
    subject = replace(
        spec.subject,
        schedule=replace(timing, name=schedule.name) if schedule and timing else None,
        trigger=_trigger_after(spec, task, trigger, folder),
    )
    if (subject.secrets or subject.groups) and _has_own_execution_role(spec, task, folder):
        subject = replace(subject, execution_role=NEW)  # which gets what it lacks
    return Modification(spec, task, Addition(subject, checkout), schedule, trigger, listing)


def _with_starts(spec: ChangeSpec, task: Task, folder: Folder) -> ChangeSpec:
    """With the toggle of the schedule and the trigger that change: those of the task, if none of them is named."""
    if spec.toggle is None and not (spec.subject.enable_in or spec.subject.disable_in):
        return spec
    schedule, trigger = spec.schedule, spec.trigger
    if schedule is None and trigger is None:
        schedule = ScheduleChange() if schedules_of(folder, task.key) else None
        trigger = TriggerChange() if triggers_of(folder, task.key) else None
    if schedule is None and trigger is None:
        option = "--toggle" if spec.toggle is not None else "--enable-in and --disable-in"
        what = "the task has neither a schedule nor a trigger"
        raise Refusal(what, option=option, instead=f"Add one: pfml-scaffold schedule or trigger {shell(task.name)}")
    if spec.toggle is None:
        return replace(spec, schedule=schedule, trigger=trigger)
    # Of several schedules, each has a toggle of its own name.
    name = schedule.name if schedule and len(schedules_of(folder, task.key)) > 1 else ""
    names = {"schedule": slug(name or spec.name), "trigger": slug(spec.name)}
    toggles = {kind: spec.toggle or f"enable_{name}_{kind}" for kind, name in names.items()}
    return replace(
        spec,
        schedule=schedule and replace(schedule, toggle=toggles["schedule"]),
        trigger=trigger and replace(trigger, toggle=toggles["trigger"]),
    )


def _chosen_schedule(spec: ChangeSpec, task: Task, folder: Folder) -> Schedule | None:
    wanted, own = spec.schedule, schedules_of(folder, task.key)
    if wanted is None:
        return None
    if not own:
        command = f"pfml-scaffold schedule {shell(task.name)} EXPRESSION"
        raise Refusal("the task has no schedule", option="TASK", value=task.name, instead=f"To add one: {command}")
    return chosen_schedule(task.name, own, wanted.name, "change")


def _chosen_trigger(spec: ChangeSpec, task: Task, folder: Folder) -> Trigger | None:
    wanted, own = spec.trigger, triggers_of(folder, task.key)
    if wanted is None:
        return None
    if not own:
        command = f"pfml-scaffold trigger {shell(task.name)} --s3-bucket {shell(wanted.bucket or 'BUCKET')}"
        raise Refusal("the task has no trigger", option="TASK", value=task.name, instead=f"To add one: {command}")
    hint = "Choose one by --s3-bucket or --trigger-name, or change it by hand."
    (place,) = chosen_triggers(task.name, own, TriggerChoice(wanted.bucket, wanted.name), hint)
    return next(trigger for trigger in own if trigger.location == place)


def _trigger_after(spec: ChangeSpec, task: Task, chosen: Trigger | None, folder: Folder) -> TriggerSpec | None:
    """The trigger as it is after the change, as if it was asked for: the one that changes, or that of a task that gets
    a new role. None if it cannot be asked for like that."""
    own = triggers_of(folder, task.key)
    trigger = chosen or (own[0] if len(own) == 1 and spec.subject.task_role == NEW else None)
    if trigger is None or len(trigger.destinations) != 1:
        return None
    wanted, destination = spec.trigger or TriggerChange(), trigger.destinations[0]
    try:
        return TriggerSpec(
            trigger.bucket_label,
            _typed(destination.prefix) if wanted.prefix is None else wanted.prefix,
            _typed(destination.suffix) if wanted.suffix is None else wanted.suffix,
            wanted.events or destination.events,
            write=wanted.write is True,
        )
    except Refusal:
        return None


def _with_path(spec: ChangeSpec, task: Task, trigger: Trigger | None, folder: Folder) -> tuple[ChangeSpec, str]:
    """With the variable that says what the stub lists, if it says what the trigger waits for, and how the stub is to
    list that."""
    now = _trigger_after(replace(spec, trigger=None), task, trigger, folder)
    after = _trigger_after(spec, task, trigger, folder)
    if trigger is None or now is None or after is None or now.prefix == after.prefix:
        return spec, ""
    has, wanted = s3_path(now, folder), s3_path(after, folder)
    own = [given.entry for given in given_to(folder, task) if given.entry.name == S3_PATH and not given.groups]
    if [entry.value for entry in own] != [f'"{hcl_string(has)}"'] or any(
        v.name == S3_PATH for v in spec.subject.variables
    ):
        return spec, ""
    subject = replace(spec.subject, variables=(*spec.subject.variables, Variable(S3_PATH, wanted)))
    return replace(spec, subject=subject), FOLDER if wanted.endswith("/") else PREFIX


def _typed(filter: str) -> str:
    """A written filter as it can be typed: encoded."""
    return filter.replace("+", "%20")


def _has_own_execution_role(spec: ChangeSpec, task: Task, folder: Folder) -> bool:
    label = Roles.of(folder).label(own_role(folder, task, "execution_role"))
    return label == execution_role_resource(spec.subject)


def change(asked: Modification) -> Plan:
    """The proven plan of a modification. Raises Refusal before anything is written."""
    plan = proven(asked.checkout, _edits(asked))
    prove(asked, plan)
    again = replace(asked.spec, removed_groups=(), removed_variables=(), removed_secrets=())
    for edit in _edits(modification(again, outcome_of(plan, asked.checkout))):
        if edit.changes:
            raise ProofError(f"a second run would {edit.action} the {edit.part} in {edit.path} again")
    return plan


def _edits(asked: Modification) -> Iterator[Edit]:
    for part_change in CHANGES:
        yield from part_change(asked)


def _check_size(spec: ChangeSpec, task: Task, folder: Folder) -> None:
    """Raise Refusal for a size that Fargate does not offer, with what the task has where only one value changes."""
    if spec.cpu is None and spec.memory is None:
        return
    sizes = list[int]()
    for name, asked, default in zip(("cpu", "memory"), (spec.cpu, spec.memory), default_size(folder), strict=True):
        has = task.text(folder, name).strip('"')
        sizes.append(asked or (default if asked == 0 or not has else int(has) if has.isdigit() else 0))
    check_size(spec.cpu and sizes[0], spec.memory and sizes[1], (sizes[0], sizes[1]))
