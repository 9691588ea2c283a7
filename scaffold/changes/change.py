"""`change`: from a task of the checkout and what should be different about it to the proven edits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scaffold.changes.advice import terraform_plan
from scaffold.changes.parts.change.choice import chosen_schedule, chosen_trigger
from scaffold.changes.parts.requests import Modification
from scaffold.changes.parts.table import CHANGES
from scaffold.changes.proof import ProofError, other_tasks_same, proven
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.files.plan import Plan
from scaffold.pfml.tasks import default_size, require_task
from scaffold.spec.change import ChangeSpec
from scaffold.spec.checks import check_size
from scaffold.terraform.folder import Folder


def modification(spec: ChangeSpec, checkout: Checkout) -> Modification:
    """What a spec changes in a checkout. Raises Refusal for a task, a schedule or a trigger that is not there."""
    folder = Folder.of(checkout)
    task = require_task(folder, spec.name)
    _check_size(spec, checkout)
    schedule = chosen_schedule(spec.schedule, task, folder) if spec.schedule else None
    trigger = chosen_trigger(spec.trigger, task, folder) if spec.trigger else None
    return Modification(spec, task, checkout, schedule, trigger)


def change(asked: Modification) -> Plan:
    """The proven plan of a modification. Raises Refusal before anything is written."""
    plan = proven(asked.checkout, _edits(asked))
    _prove(asked, plan)
    return plan


def _edits(asked: Modification) -> Iterator[Edit]:
    for part_change in CHANGES:
        yield from part_change(asked)


def _check_size(spec: ChangeSpec, checkout: Checkout) -> None:
    """Raise Refusal for a size that Fargate does not offer, with what the task has where only one value changes."""
    if spec.cpu is None and spec.memory is None:
        return
    folder = Folder.of(checkout)
    task, sizes = require_task(folder, spec.name), list[int]()
    for name, asked, default in zip(("cpu", "memory"), (spec.cpu, spec.memory), default_size(folder), strict=True):
        has = task.text(folder, name).strip('"')
        sizes.append(asked or (default if asked == 0 or not has else int(has) if has.isdigit() else 0))
    check_size(spec.cpu and sizes[0], spec.memory and sizes[1], (sizes[0], sizes[1]))


# --- the proof


def _prove(asked: Modification, plan: Plan) -> None:
    """Only the task's own entry differs, and the same change again would change nothing. Raises ProofError."""
    task = asked.task
    if task.path in plan.paths and task.key not in other_tasks_same(plan, task.path, task.key):
        raise ProofError(f"{task.path} would lose the task {task.key}")
    after = asked.checkout.after(plan.outcome())
    again = replace(asked.spec, removed_groups=(), removed_variables=(), removed_secrets=())
    for edit in _edits(modification(again, after)):
        if edit.changes:
            raise ProofError(f"a second run would {edit.action} the {edit.part} in {edit.path} again")


def warnings(asked: Modification) -> list[str]:
    return []


def next_steps(asked: Modification) -> list[str]:
    """Commands to copy, to be run at the root of the checkout."""
    return [terraform_plan(asked.checkout, asked.spec.subject.enable_in)]
