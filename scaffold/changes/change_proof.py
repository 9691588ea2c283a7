"""The proof that a plan changes what was asked for about a task, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from scaffold.changes.outcome import outcome_of
from scaffold.changes.parts.requests import Modification
from scaffold.changes.proof import ProofError, other_tasks_same
from scaffold.files.plan import Plan
from scaffold.pfml.schedules import Schedule, schedules
from scaffold.pfml.tasks import Task, require_task
from scaffold.pfml.timing import DAYLIGHT, SINGLE, STANDARD
from scaffold.terraform.folder import Folder


def prove(asked: Modification, plan: Plan) -> None:
    """Raise ProofError if another task would change, or anything about this one that was not asked for."""
    task, after = asked.task, Folder.of(outcome_of(plan, asked.checkout))
    if task.path in plan.paths and task.key not in other_tasks_same(plan, task.path, task.key):
        raise ProofError(f"{task.path} would lose the task {task.key}")
    _same(_attributes(task, asked.folder), _attributes(require_task(after, task.name), after), _of_task(asked))
    schedule = asked.schedule
    if schedule:
        changed = next(known for known in schedules(after.checkout) if known.label == schedule.label)
        _same(_arguments(schedule), _arguments(changed), _of_schedule(asked))


def _same(before: Mapping[str, str], after: Mapping[str, str], asked: set[str]) -> None:
    for name in {*before, *after} - asked:
        if before.get(name) != after.get(name):
            raise ProofError(f"{name} would change, too")


def _attributes(task: Task, folder: Folder) -> dict[str, str]:
    data = folder.checkout.require(task.path)
    return {attribute.name(data): folder.text(task.path, attribute.value) for attribute in task.value.items}


def _arguments(schedule: Schedule) -> dict[str, str]:
    return {name: schedule.text(name) for name in schedule.block.attributes}


def _of_task(asked: Modification) -> set[str]:
    """The attributes of the task's entry that may change."""
    spec, subject = asked.spec, asked.spec.subject
    environment = (subject.groups, subject.variables, subject.secrets)
    removed = (spec.removed_groups, spec.removed_variables, spec.removed_secrets)
    wanted = {
        "cpu": spec.cpu is not None,
        "memory": spec.memory is not None,
        "task_role": subject.task_role,
        "execution_role": subject.execution_role,
        "env": any((*environment, *removed)),
    }
    return {name for name, is_wanted in wanted.items() if is_wanted}


def _of_schedule(asked: Modification) -> set[str]:
    """The arguments of the chosen schedule that may change."""
    spec, subject = asked.spec.schedule, asked.spec.subject
    names = {"ecs_task_role", "ecs_task_executor_role"} if subject.task_role or subject.execution_role else set()
    if spec and spec.timing:
        names |= {STANDARD, DAYLIGHT, SINGLE}
    if spec and spec.arguments is not None:
        names.add("input")
    return names | ({"is_enabled"} if spec and spec.toggle else set())
