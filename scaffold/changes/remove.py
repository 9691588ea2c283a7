"""`remove`, `unschedule` and `untrigger`: from a task of the checkout to the proven edits that remove its parts."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from scaffold.changes.chosen import TriggerChoice, chosen_schedule, chosen_triggers
from scaffold.changes.parts.requests import Removal
from scaffold.changes.parts.table import NAMES, REMOVAL_ORDER
from scaffold.changes.proof import ProofError, other_tasks_same, proven
from scaffold.changes.terraform_plan import terraform_plan
from scaffold.files.checkout import Checkout
from scaffold.files.edit import REMOVE, Edit
from scaffold.files.plan import Plan
from scaffold.pfml.schedules import schedules_of
from scaffold.pfml.tasks import require_task
from scaffold.pfml.triggers import triggers_of
from scaffold.terraform.folder import Folder


def remove(name: str, checkout: Checkout, keep_code: bool = False) -> Plan:
    """The proven plan that removes a whole task. Raises Refusal before anything is written."""
    task = require_task(Folder.of(checkout), name)
    plan = _plan(Removal(task, checkout, keep_code=keep_code))
    if task.path in plan.paths and task.key in other_tasks_same(plan, task.path, task.key):
        raise ProofError(f"{task.path} would keep the task {name}")
    return plan


def unschedule(name: str, schedule: str, checkout: Checkout) -> Plan:
    """The proven plan that removes one schedule of a task, by its name; with "" the only one. Raises Refusal."""
    folder = Folder.of(checkout)
    task = require_task(folder, name)
    chosen = chosen_schedule(name, schedules_of(folder, task.key), schedule)
    return _plan(Removal(task, checkout, chosen=frozenset([chosen.location])))


def untrigger(name: str, choice: TriggerChoice, checkout: Checkout) -> Plan:
    """The proven plan that removes the chosen trigger of a task, or the only one. Raises Refusal."""
    folder = Folder.of(checkout)
    task = require_task(folder, name)
    return _plan(Removal(task, checkout, chosen=chosen_triggers(name, triggers_of(folder, task.key), choice)))


def _plan(removal: Removal) -> Plan:
    for part in REMOVAL_ORDER:
        removal = removal.after(part.remove(removal))
    return proven(removal.checkout, _in_order(removal.edits))


def _in_order(edits: Iterable[Edit]) -> list[Edit]:
    """The edits in the order of the parts; those that touch are joined."""
    ordered = sorted(edits, key=lambda edit: (NAMES.index(edit.part), edit.path, edit.start))
    result: list[Edit] = []
    for _, group in groupby(ordered, key=lambda edit: (edit.path, edit.part, edit.action)):
        for edit in group:
            result = [*result[:-1], *_joined(result[-1], edit)] if result else [edit]
    return result


def _joined(first: Edit, second: Edit) -> list[Edit]:
    touching = first.path == second.path and first.part == second.part and second.start <= first.end
    if not touching or {first.action, second.action} != {REMOVE} or first.start == first.end:
        return [first, second]
    return [first._replace(end=max(first.end, second.end), text=first.text + second.text)]


def next_steps(checkout: Checkout) -> list[str]:
    return [terraform_plan(checkout)]
