"""`rename`: from a task of the checkout and another name to the edits that carry its parts over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scaffold.aws import names
from scaffold.changes import leftovers
from scaffold.changes.parts.api import entrypoint, script, test
from scaffold.changes.parts.api.module_move import module_move
from scaffold.changes.parts.infra import alarm, notification, role, schedule, task, toggle, trigger
from scaffold.changes.parts.infra.uses import unique
from scaffold.changes.proof import ProofError, only_names_differ, plan, task_texts
from scaffold.changes.remove import next_steps as terraform_steps
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import KEEP, MOVE, RENAME, Edit
from scaffold.files.plan import Plan
from scaffold.pfml.schedules import find_by_name, schedule_name, schedules_of
from scaffold.pfml.scripts import scripts
from scaffold.pfml.tasks import Task, find_task, require_task, task_names
from scaffold.pfml.triggers import triggers_of
from scaffold.python.layout import LINE_LENGTH
from scaffold.rendering.literals import shell
from scaffold.spec.naming import Naming
from scaffold.terraform.alignment import keep_comments
from scaffold.terraform.folder import Folder

_ORDER = (entrypoint, script, task, role, schedule, alarm, toggle, notification, test)
_REPLACED = {
    task.PART: "the task definition",
    role.PART: "its IAM roles",
    schedule.PART: "the rules and roles of its schedules",
    alarm.PART: "their alarms",
    notification.PART: "the Lambda functions and roles of its triggers",
}


def rename(old: str, new: str, checkout: Checkout) -> Plan:
    """The proven plan that gives a task another name. Raises Refusal, with nothing written."""
    folder = Folder.of(checkout)
    found = require_task(folder, old, "OLD")
    old = found.key.rpartition("}-")[2]
    _check_name(old, new, folder)
    command = found.script(folder)
    naming = _naming(found, old, new, command in scripts(checkout), folder)
    entry = scripts(checkout).get(command, "")
    move = module_move(naming, entry, checkout) if entry else None
    schedules, triggers = schedules_of(folder, found.key), triggers_of(folder, found.key)
    edits = [
        *(entrypoint.rename(naming, entry, checkout) if entry else []),
        *script.rename(naming, command, move, checkout),
        *task.rename(naming, checkout, [*schedules, *triggers]),
        *role.rename(naming, checkout),
        *schedule.rename(naming, checkout),
        *alarm.rename(_alarms(naming, folder), checkout),
        *toggle.rename(naming, checkout),
        *trigger.rename(naming, checkout),
        *(test.rename(naming, entry, checkout) if entry else []),
        *leftovers.carried(naming, checkout),
    ]
    edits = unique(edits)
    edits += keep_comments(checkout, edits)
    edits += leftovers.left(naming, move, checkout, edits)
    made = plan(checkout, _in_order(unique(edits)), script.renamed(naming, move, checkout))
    _prove(naming, found, made)
    return made


def _check_name(old: str, new: str, folder: Folder) -> None:
    problem = names.task_name_problem(new)
    if problem:
        raise Refusal(problem, option="NEW", value=new or " ")
    if old == new:
        raise Refusal("the task has that name already", option="NEW", value=new, instead="Give another name.")
    taken = find_task(folder, new)
    if taken:
        place = folder.checkout.place(taken.path, taken.item.start)
        raise Refusal("a task has that name", option="NEW", value=new, place=place, instead="Give another name.")


def _naming(found: Task, old: str, new: str, has_script: bool, folder: Folder) -> Naming:
    prefix = found.key.removesuffix(old)
    forms = (old, names.slug(old))
    others = [name for name in task_names(folder) if name != old and any(form in name for form in forms)]
    return Naming(old, new, prefix, has_script and found.script(folder) == old, tuple(others))


def _alarms(naming: Naming, folder: Folder) -> dict[str, str]:
    """The names of the schedules, and the task's, whose alarm may have been there before its schedule."""
    mine = [schedule_name(folder, found) for found in schedules_of(folder, naming.key)]
    if find_by_name(folder, naming.old) is None:
        mine.append(naming.old)
    return {name: naming.in_name(name) for name in mine if naming.in_name(name) != name}


def _in_order(edits: Iterable[Edit]) -> list[Edit]:
    """The edits in the order in which `task` makes the parts; in each what changes before what stays."""
    order = [*(part.PART for part in _ORDER), *leftovers.PARTS]

    def place(edit: Edit) -> tuple[int, bool, str, bool, int]:
        return order.index(edit.part), edit.action == KEEP, edit.path, edit.action != MOVE, edit.start

    return sorted(edits, key=place)


def _prove(naming: Naming, found: Task, made: Plan) -> None:
    """The tasks afterwards are those before, in their order, and every file says what it said but for the names."""
    before, after = task_texts(made.before[found.path] or b""), task_texts(made.text_after(found.path))
    new_key = naming.prefix + naming.new
    if [new_key if key == naming.key else key for key in before] != list(after):
        raise ProofError(f"{found.path} would have other tasks than it should")
    only_names_differ(made, {naming.old, naming.new, naming.old_slug, naming.new_slug})


def notes(made: Plan) -> list[str]:
    """What AWS makes of a new name."""
    parts = dict.fromkeys(edit.part for edit in made.edits if edit.action == RENAME)
    replaced = [text for part, text in _REPLACED.items() if part in parts]
    listed = ", ".join(replaced[:-1]) + (" and " if replaced[1:] else "") + replaced[-1]
    found = [f"AWS cannot rename: Terraform will make {listed} anew, and delete what was there under the old name."]
    long = [place for path in made.paths if path.endswith(".py") for place in _long_lines(made, path)]
    if long:
        found.append(f"longer than {LINE_LENGTH} columns now, so run black: {', '.join(long)}.")
    return found


def _long_lines(made: Plan, path: str) -> Iterator[str]:
    """The lines of Python that a longer name has made too long."""
    before = set((made.before[path] or b"").decode().splitlines())
    for number, line in enumerate(made.text_after(path).decode().splitlines(), 1):
        if len(line) > LINE_LENGTH and line not in before:
            yield f"{made.moves.get(path, path)}:{number}"


def next_steps(new: str, made: Plan, checkout: Checkout) -> list[str]:
    """Commands ready to paste, from the root of the checkout."""
    parts = {edit.part for edit in made.edits if edit.action in (RENAME, MOVE)}
    steps = ["(cd api && poetry install)"] if script.PART in parts else []
    tests = [path.removeprefix("api/") for path in made.outcome() if path.startswith("api/tests/")]
    existing = [path for path in tests if made.outcome()[f"api/{path}"] is not None]
    if existing:
        steps.append(f"(cd api && poetry run pytest {shell(*existing)})")
    return [*steps, *terraform_steps(checkout)]
