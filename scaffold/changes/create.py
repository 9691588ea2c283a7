"""`task`: from what was asked for to the edits of all its parts."""

from __future__ import annotations

from dataclasses import replace

from scaffold.changes.like import with_like
from scaffold.changes.parts.api import entrypoint, script, test
from scaffold.changes.parts.infra import alarm, role, schedule, task, toggle, trigger
from scaffold.changes.parts.infra.task_roles import roles_of
from scaffold.changes.proof import ProofError, other_tasks_same, plan
from scaffold.changes.recognition import blamed, prove_found_again
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.files.plan import Plan
from scaffold.pfml.tasks import default_size, find_task, task_key, tasks_object
from scaffold.spec.specs import Subject, TaskSpec
from scaffold.terraform.folder import Folder

PARTS = (entrypoint, script, task, role, schedule, alarm, toggle, trigger, test)


def create(spec: TaskSpec, checkout: Checkout) -> Plan:
    """The proven plan of a whole task. Raises Refusal, with nothing written."""
    spec = with_default_size(with_like(spec, checkout), checkout)
    try:
        made = plan(checkout, _task_edits(spec, checkout))
        _prove_tasks(spec, checkout, made)
    except ProofError as error:
        raise blamed(error, checkout) from error
    prove_found_again(spec, checkout, made, lambda after: _task_edits(spec, after))
    return made


def _task_edits(spec: TaskSpec, checkout: Checkout) -> list[Edit]:
    return [edit for part in PARTS for edit in part.add(spec, checkout)]


def extend(subject: Subject, checkout: Checkout) -> Plan:
    """The proven plan of a schedule or a trigger for a task of the checkout. Raises Refusal, with nothing written."""
    try:
        made = plan(checkout, _start_edits(subject, checkout))
    except ProofError as error:
        raise blamed(error, checkout) from error
    prove_found_again(subject, checkout, made, lambda after: _start_edits(subject, after))
    return made


def _start_edits(subject: Subject, checkout: Checkout) -> list[Edit]:
    edits: list[Edit] = []
    for part in (role, schedule, alarm, toggle, trigger):
        edits += part.add(subject, checkout)
    if roles_of(subject, Folder.of(checkout)).new_task:
        edits += task.with_role(subject, checkout)
    return edits


def with_default_size(spec: TaskSpec, checkout: Checkout) -> TaskSpec:
    """CPU or memory alone has to fit what the task has of the other, or the template's default."""
    if (spec.cpu is None) == (spec.memory is None):
        return spec
    folder = Folder.of(checkout)
    existing = find_task(folder, spec.name)
    has = [existing.text(folder, name).strip('"') if existing else "" for name in ("cpu", "memory")]
    cpu, memory = (int(own) if own.isdigit() else known for own, known in zip(has, default_size(folder), strict=True))
    return replace(spec, default_size=(cpu, memory))


def _prove_tasks(spec: TaskSpec, checkout: Checkout, made: Plan) -> None:
    """The tasks afterwards are the tasks before, and this one."""
    path, key = tasks_object(Folder.of(checkout))[0], task_key(Folder.of(checkout), spec.name)
    if path in made.paths and key not in other_tasks_same(made, path, key):
        raise ProofError(f"{path} would not get the task {spec.name}")
