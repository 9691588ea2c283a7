"""Which schedule or trigger of a task changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from scaffold.errors import Refusal, unknown
from scaffold.pfml.enabled import in_words, where_enabled
from scaffold.pfml.schedules import Schedule, schedules_of
from scaffold.pfml.starts import Start
from scaffold.pfml.tasks import Task
from scaffold.pfml.triggers import Trigger, triggers_of
from scaffold.rendering.literals import shell
from scaffold.spec.change import ScheduleChange, TriggerChange
from scaffold.terraform.folder import Folder

AnyStart = TypeVar("AnyStart", Schedule, Trigger)


def chosen_schedule(wanted: ScheduleChange, task: Task, folder: Folder) -> Schedule:
    """The schedule with the name that was asked for, else the only one. Raises Refusal."""
    own = schedules_of(folder, task.key)
    if not own:
        option = "--schedule" if wanted.timing else "--schedule-arg"
        command = f"pfml-scaffold schedule {shell(task.name)} EXPRESSION"
        raise Refusal("the task has no schedule", option=option, instead=f"To add one: {command}")
    return _chosen(own, [schedule.name for schedule in own], wanted.name, task, "--schedule-name")


def chosen_trigger(wanted: TriggerChange, task: Task, folder: Folder) -> Trigger:
    """The trigger with the bucket or the name that was asked for, else the only one. Raises Refusal."""
    own = triggers_of(folder, task.key)
    if not own:
        command = f"pfml-scaffold trigger {shell(task.name)} --s3-bucket BUCKET"
        raise Refusal("the task has no trigger", option="--s3-prefix", instead=f"To add one: {command}")
    if wanted.name:
        return _chosen(own, [trigger.name for trigger in own], wanted.name, task, "--trigger-name")
    return _chosen(own, [trigger.bucket_label for trigger in own], wanted.bucket, task, "--s3-bucket")


def _chosen(own: Sequence[AnyStart], names: Sequence[str], name: str, task: Task, option: str) -> AnyStart:
    kind, checkout = own[0].kind, own[0].folder.checkout
    if name and name not in names:
        raise unknown(f"{kind} of {task.name}", name, names, option=option, where=own[0].path)
    matching = [start for start, known in zip(own, names, strict=True) if known == name or not name]
    if len(matching) == 1:
        return matching[0]
    listed = "; ".join(f"{known} ({_described(start)})" for start, known in zip(own, names, strict=True))
    raise Refusal(
        f"the task has {len(own)} {kind}s: {listed}",
        option=option,
        place=checkout.place(*own[0].location),
        instead=f"Choose one with {option}.",
    )


def _described(start: Start) -> str:
    where = in_words(where_enabled(start)) if isinstance(start, Schedule | Trigger) else ""
    times = ", ".join(text.strip('"') for text in dict.fromkeys(start.written)) if isinstance(start, Schedule) else ""
    return "; ".join(text for text in (times, where) if text)
