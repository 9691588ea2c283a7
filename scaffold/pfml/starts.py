"""What schedules and triggers share: both are module calls of the template that start a task."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, NamedTuple

from scaffold.pfml.tasks import Task, unique_task
from scaffold.terraform.conditions import gate, one_line
from scaffold.terraform.folder import Folder, PlacedBlock

FAMILY, ARN = "ecs_task_definition_family", "ecs_task_definition_arn"
_DEFINITION = re.compile(r'aws_ecs_task_definition\.([\w-]+)(?:\["(.*)"\])?\.\w+')
_KEY = re.compile(r'\["(.*)"\]')


class TaskDefinition(NamedTuple):
    """The task definition that an expression such as `aws_ecs_task_definition.ecs_tasks["key"].arn` names.

    resource: the label. key: the instance of a resource with `for_each`; "" for any other resource.
    """

    resource: str
    key: str


def named_definition(expression: str) -> TaskDefinition | None:
    """The task definition that an expression names by a reference."""
    match = _DEFINITION.fullmatch(expression)
    return TaskDefinition(match[1], match[2] or "") if match else None


@dataclass(frozen=True, eq=False)
class Start(PlacedBlock):
    """A module call that starts a task.

    kind: schedule or trigger. module: the folder under infra/modules/ that it calls.
    """

    folder: Folder
    kind: ClassVar[str]
    module: ClassVar[str]

    @property
    def label(self) -> str:
        return self.block.labels[0] if self.block.labels else ""

    @cached_property
    def given_name(self) -> str:
        """The argument `task_name`, after which AWS's resources are named; "" if it is not set."""
        attribute = self.block.attributes.get("task_name")
        return self.folder.expand(self.path, attribute.value, {}) if attribute else ""

    @property
    def name(self) -> str:
        return self.given_name or self.label

    def text(self, argument: str) -> str:
        """An argument as it is written; "" if it is not set."""
        return self.folder.attribute_text(self, argument)

    def definition(self, argument: str) -> TaskDefinition | None:
        """The task definition that an argument names; None if it names none."""
        return named_definition(self.text(argument))

    @cached_property
    def task_definition(self) -> TaskDefinition | None:
        return self.definition(FAMILY) or self.definition(ARN)

    @cached_property
    def task_key(self) -> str:
        """The key of the task that it starts; if it names no task, the expression as it is written."""
        if self.task_definition and self.task_definition.key:
            return self.task_definition.key
        match = _KEY.search(self.text(FAMILY))
        return match[1] if match else self.text(FAMILY)

    @cached_property
    def task(self) -> Task | None:
        """The entry of locals.tasks that it starts; None if there is no such entry, or more than one."""
        definition = self.task_definition
        return unique_task(self.folder, definition.key) if definition else None

    @property
    def task_name(self) -> str:
        """The name of the task that it starts; "" if locals.tasks does not have it."""
        return self.task.name if self.task else ""

    @cached_property
    def gates(self) -> tuple[str, ...]:
        return gates(self.folder, self)


def gates(folder: Folder, placed: PlacedBlock) -> tuple[str, ...]:
    """The conditions under which a block is created at all: that of its `count`, and that its `for_each` is not
    empty."""
    counted, for_each = gate(folder, placed), placed.block.attributes.get("for_each")
    conditions = (counted[0],) if counted else ()
    if for_each is None:
        return conditions
    return (*conditions, f"length({one_line(folder.text(placed.path, for_each.value))}) > 0")
