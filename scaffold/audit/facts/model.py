"""The records that several facts share."""

from __future__ import annotations

from dataclasses import dataclass

from scaffold.pfml.tasks import Task
from scaffold.terraform.folder import PlacedBlock

SCHEDULE_KIND, TRIGGER_KIND = "schedule", "trigger"


@dataclass(frozen=True, slots=True)
class TaskDefinition:
    """What an expression such as `aws_ecs_task_definition.ecs_tasks["key"].arn` names: the resource, and the key of
    one that is made by `for_each`, "" for another."""

    resource: str
    key: str


@dataclass(frozen=True, slots=True)
class Start:
    """A module that starts a task: a schedule or a trigger.

    name: its task_name. label: the module's. task: the entry that it starts, None where locals.tasks has none such.
    """

    kind: str
    placed: PlacedBlock
    name: str
    label: str
    task: Task | None
