"""The roles that a task will have after a command."""

from __future__ import annotations

from typing import NamedTuple

from scaffold.pfml.iam.roles import ATTRIBUTES, by_reference, default_execution_role, own_role, role_expression
from scaffold.pfml.tasks import Task
from scaffold.spec.specs import NEW, Subject
from scaffold.terraform.folder import Folder


class TaskRoles(NamedTuple):
    """The roles that a task has once the command is done, as Terraform; `task` is "" if it has none.

    passed_task, passed_execution: the same, as new schedules and triggers pass them. changed: whether the task exists
    already and has different ones.
    """

    task: str
    execution: str
    passed_task: str
    passed_execution: str
    new_task: bool
    new_execution: bool
    changed: bool


def roles_of(spec: Subject, folder: Folder, existing: Task | None) -> TaskRoles:
    """The roles that were asked for, else those of the existing task, else the defaults. A triggered task always has a
    task role. Raises Refusal for a role that the checkout does not have."""
    had = {attribute: own_role(folder, existing, attribute) if existing else "" for attribute in ATTRIBUTES}
    wants_new = spec.task_role == NEW or (
        spec.trigger is not None and not (spec.task_role or spec.task_role_expression or had["task_role"])
    )
    task_role = spec.task_role_expression or had["task_role"]
    if wants_new:
        task_role = f"aws_iam_role.{task_role_resource(spec)}.arn"
    elif spec.task_role:
        task_role = role_expression(folder, spec.task_role, "--task-role")
    had_execution = had["execution_role"] or default_execution_role(folder)
    execution = spec.execution_role_expression or had_execution
    if spec.execution_role == NEW:
        execution = f"aws_iam_role.{execution_role_resource(spec)}.arn"
    elif spec.execution_role:
        execution = role_expression(folder, spec.execution_role, "--execution-role")
    changed = existing is not None and (task_role, execution) != (had["task_role"], had_execution)
    passed = by_reference(folder, task_role), by_reference(folder, execution)
    return TaskRoles(task_role, execution, *passed, wants_new, spec.execution_role == NEW, changed)


def task_role_resource(spec: Subject) -> str:
    return f"{spec.slug}_task_role"


def execution_role_resource(spec: Subject) -> str:
    return f"{spec.slug}_execution_role"
