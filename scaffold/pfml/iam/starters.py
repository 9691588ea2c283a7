"""Who starts a task with a role of the template: step functions, EventBridge, and roles that may run only that task.

The roles of schedules and triggers are in their modules, which may pass what they are given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scaffold.pfml.event_targets import event_targets
from scaffold.pfml.iam.policies import Statement
from scaffold.pfml.iam.rights import RoleRights, may_match
from scaffold.pfml.iam.roles import Roles
from scaffold.pfml.references import beginning
from scaffold.pfml.starts import gates
from scaffold.pfml.state_machines import MACHINE, tasks_of
from scaffold.terraform.folder import Folder, PlacedBlock

RUN_TASK = "ecs:RunTask"
_INSTANCE = re.compile(r'aws_ecs_task_definition\.ecs_tasks\["(.*?)"\]\.\w+')


class TaskName(NamedTuple):
    """A task of locals.tasks, whether it is there already or not."""

    key: str
    name: str


Tasks = Sequence[TaskName]


class Starter(NamedTuple):
    """A block that starts a task. kind: what it is, such as `step function`. role: the label of its role."""

    kind: str
    placed: PlacedBlock
    role: str
    task: TaskName

    @property
    def name(self) -> str:
        return self.placed.block.labels[1]

    def conditions(self, folder: Folder) -> tuple[str, ...]:
        return gates(folder, self.placed)


def starters(folder: Folder, tasks: Tasks) -> tuple[Starter, ...]:
    """The starters of some tasks, each role and task once."""
    by_role: dict[tuple[str, str], Starter] = {}
    for starter in (*_machines(folder, tasks), *_targets(folder, tasks), *_runners(folder, tasks)):
        if starter.role:
            by_role.setdefault((starter.role, starter.task.key), starter)
    return tuple(by_role.values())


def roles_of_starters(folder: Folder) -> set[str]:
    """The labels of the roles of step functions and EventBridge targets, which start only the tasks that they name."""
    texts = [folder.attribute_text(machine, "role_arn") for machine in folder.blocks("resource", MACHINE)]
    texts += [target.text(target.role) for target in event_targets(folder)]
    return {Roles.of(folder).label(text) for text in texts}


def _machines(folder: Folder, tasks: Tasks) -> Iterator[Starter]:
    for machine in folder.blocks("resource", MACHINE):
        role = Roles.of(folder).label(folder.attribute_text(machine, "role_arn"))
        for task in tasks_of(folder, machine, tasks) if role else ():
            yield Starter("step function", machine, role, task)


def _targets(folder: Folder, tasks: Tasks) -> Iterator[Starter]:
    for target in event_targets(folder):
        task = _task(folder, tasks, target.text(target.definition))
        if task:
            yield Starter("EventBridge target", target, Roles.of(folder).label(target.text(target.role)), task)


def _runners(folder: Folder, tasks: Tasks) -> Iterator[Starter]:
    """The roles with a policy that lets them run one task. One that may run any task starts those that other blocks
    name."""
    for role in folder.blocks("resource", "aws_iam_role"):
        label = role.block.labels[1]
        for grant in RoleRights.of(folder).grants(label).grants:
            for statement in grant.document.statements:
                for task in _tasks_of_statement(folder, tasks, statement):
                    yield Starter("role", role, label, task)


def _tasks_of_statement(folder: Folder, tasks: Tasks, statement: Statement) -> Iterator[TaskName]:
    actions, resources = statement.actions, statement.resources
    if statement.effect != "Allow" or actions is None or resources is None:
        return
    if any(may_match(text.inner, RUN_TASK, any_case=True) for text in actions.texts):
        for text in resources.texts:
            task = _task(folder, tasks, text.inner[2:-1] if text.inner.startswith("${") else f'"{text.inner}"')
            if task:
                yield task


def _task(folder: Folder, tasks: Tasks, expression: str) -> TaskName | None:
    """The task whose definition an expression names, by a reference or in an ARN."""
    match = _INSTANCE.fullmatch(expression)
    if match:
        return next((task for task in tasks if task.key == match[1]), None)
    if ":task-definition/" not in expression:
        return None
    name = re.fullmatch(
        rf'"[^\s]*:task-definition/(?:\$\{{\w*\.?)?{beginning(folder)}([\w-]+)(?::[\d*]+)?"', expression
    )
    return next((task for task in tasks if name and task.name == name[1]), None)
