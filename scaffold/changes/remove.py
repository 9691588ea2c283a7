"""`remove`, `unschedule` and `untrigger`: from a task of the checkout to the edits that take its parts away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from scaffold.changes.parts.api import entrypoint, script, test
from scaffold.changes.parts.infra import alarm, role, schedule, task, toggle, trigger
from scaffold.changes.proof import ProofError, other_tasks_same, plan
from scaffold.errors import Refusal, unknown
from scaffold.files.checkout import Checkout
from scaffold.files.edit import REMOVE, Edit
from scaffold.files.layout import ENVIRONMENTS
from scaffold.files.plan import Plan
from scaffold.pfml.environments import environment_names
from scaffold.pfml.schedules import schedule_name, schedules_of
from scaffold.pfml.scripts import scripts
from scaffold.pfml.tasks import Task, require_task
from scaffold.pfml.triggers import bucket_of, triggers_of
from scaffold.terraform.folder import Folder, PlacedBlock

_ORDER = (entrypoint, script, task, role, schedule, alarm, toggle, trigger, test)


def remove(name: str, checkout: Checkout, keep_code: bool = False) -> Plan:
    """The proven plan that takes a whole task away. Raises Refusal, with nothing written."""
    folder = Folder.of(checkout)
    found = require_task(folder, name)
    schedules, triggers = schedules_of(folder, found.key), triggers_of(folder, found.key)
    starts = _without_starts(schedules, triggers, folder)
    entry = task.remove(found, checkout, starts)
    edits = [*starts, *entry]
    edits += role.remove(checkout, edits)
    command = found.script(folder)
    lines = script.remove(command, checkout, edits) if command else []
    code = _without_code(found, command, lines, checkout, keep_code)
    made = plan(checkout, _in_order([*edits, *lines, *code]))
    if found.path in made.paths and found.key in other_tasks_same(made, found.path, found.key):
        raise ProofError(f"{found.path} would keep the task {name}")
    return made


def unschedule(name: str, chosen: str, checkout: Checkout) -> Plan:
    """The proven plan that takes one schedule of a task away. Raises Refusal, with nothing written."""
    folder = Folder.of(checkout)
    schedules = schedules_of(folder, require_task(folder, name).key)
    named = [(schedule_name(folder, found), found) for found in schedules]
    edits = _without_starts([_chosen(name, "schedule", chosen, named)], [], folder)
    return plan(checkout, _in_order([*edits, *_roles_of_its_own(checkout, edits)]))


def untrigger(name: str, chosen: str, checkout: Checkout) -> Plan:
    """The proven plan that takes one trigger of a task away. Raises Refusal, with nothing written."""
    folder = Folder.of(checkout)
    triggers = triggers_of(folder, require_task(folder, name).key)
    named = [(bucket_of(folder, found), found) for found in triggers]
    edits = _without_starts([], [_chosen(name, "trigger", chosen, named)], folder)
    return plan(checkout, _in_order([*edits, *_roles_of_its_own(checkout, edits)]))


def _roles_of_its_own(checkout: Checkout, edits: Sequence[Edit]) -> list[Edit]:
    """The roles that only a schedule or a trigger had; that its task keeps the others goes without saying."""
    return [edit for edit in role.remove(checkout, edits) if edit.changes]


def _chosen(task_name: str, kind: str, name: str, named: Sequence[tuple[str, PlacedBlock]]) -> PlacedBlock:
    """The schedule or trigger of that name, or without a name the only one."""
    option = "NAME" if kind == "schedule" else "BUCKET"
    names = [each for each, _ in named]
    if not named:
        raise Refusal(f"the task has no {kind}", option="TASK", value=task_name)
    if name and name not in names:
        raise unknown(f"{kind} of {task_name}", name, names, option=option, where="its Terraform")
    fitting = [found for each, found in named if each == name or not name]
    if len(fitting) > 1:
        listed = ", ".join(sorted(names))
        raise Refusal(
            f"the task has {len(fitting)} of them: {listed}",
            option=option,
            value=name,
            instead=f"Name one of them: pfml-scaffold un{kind} {task_name} {min(names)}",
        )
    return fitting[0]


def _without_starts(schedules: Sequence[PlacedBlock], triggers: Sequence[PlacedBlock], folder: Folder) -> list[Edit]:
    """Schedules and triggers, the alarms of those that really go, and the toggles that guarded these."""
    checkout = folder.checkout
    edits = [*schedule.remove(schedules, checkout), *trigger.remove(triggers, checkout)]
    kept = {(edit.path, edit.start) for edit in edits if not edit.changes}
    gone = [found for found in schedules if (found.path, found.block.start) not in kept]
    edits += alarm.remove([schedule_name(folder, found) for found in gone], checkout)
    return [*edits, *toggle.remove(checkout, edits)]


def _without_code(
    found: Task, command: str, lines: Sequence[Edit], checkout: Checkout, keep_code: bool
) -> Iterable[Edit]:
    """The entrypoint and its test, unless something still runs them or they are to stay."""
    entry = scripts(checkout).get(command, "")
    if not entry:
        return []
    path = f"api/{entry.partition(':')[0].replace('.', '/')}.py"
    runs = [name for name, value in scripts(checkout).items() if value == entry and name != command]
    if keep_code:
        return [checkout.keep(path, 0, entrypoint.PART, "as --keep-code asks")] if checkout.read(path) else []
    if runs or not any(edit.changes for edit in lines):
        reason = f"the script {(runs or [command])[0]} runs it"
        return [checkout.keep(path, 0, entrypoint.PART, reason)] if checkout.read(path) else []
    names = {found.key.rpartition("}-")[2], command}
    code = entrypoint.remove(entry, names, checkout, [test.path_of(entry.partition(":")[0])])
    return [*code, *test.remove(entry, checkout)] if any(edit.changes for edit in code) else code


def _in_order(edits: Iterable[Edit]) -> list[Edit]:
    """The edits in the order in which `task` makes the parts, those that touch as one."""
    order = [part.PART for part in _ORDER]
    ordered = sorted(edits, key=lambda edit: (order.index(edit.part), edit.path, edit.start))
    result: list[Edit] = []
    for _, group in groupby(ordered, key=lambda edit: (edit.path, edit.part, edit.action)):
        for edit in group:
            result = [*result[:-1], *_joined(result[-1], edit)] if result else [edit]
    return result


def _joined(one: Edit, other: Edit) -> list[Edit]:
    touching = one.path == other.path and one.part == other.part and other.start <= one.end
    if not touching or {one.action, other.action} != {REMOVE} or one.start == one.end:
        return [one, other]
    return [replace(one, end=max(one.end, other.end), text=one.text + other.text)]


def next_steps(checkout: Checkout) -> list[str]:
    """The command that shows what Terraform would change."""
    known = environment_names(checkout)
    environment = "test" if "test" in known else next(iter(known), "test")
    return [f"terraform -chdir={ENVIRONMENTS}/{environment} plan -var service_docker_tag=$(git rev-parse HEAD)"]
