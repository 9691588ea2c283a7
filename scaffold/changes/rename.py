"""`rename`: from a task of the checkout and its new name to the proven edits that rename its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scaffold.aws.names import slug, task_name_problem
from scaffold.changes import leftovers
from scaffold.changes.parts.api.script import scripts_after
from scaffold.changes.parts.infra.uses import unique
from scaffold.changes.parts.requests import Renaming
from scaffold.changes.parts.role_names import shortened_names
from scaffold.changes.parts.table import NAMES, PARTS
from scaffold.changes.proof import ProofError, only_names_differ, proven, task_texts
from scaffold.changes.terraform_plan import terraform_plan
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import KEEP, MOVE, RENAME, Edit
from scaffold.files.plan import Plan
from scaffold.files.printable import listed
from scaffold.pfml.scripts import scripts
from scaffold.pfml.tasks import Task, find_task, require_task, task_names
from scaffold.python.layout import LINE_LENGTH
from scaffold.rendering.literals import shell
from scaffold.spec import part_names
from scaffold.spec.naming import Naming
from scaffold.terraform.alignment import keep_comments
from scaffold.terraform.folder import Folder


def rename(old: str, new: str, checkout: Checkout) -> Plan:
    """The proven plan that gives a task another name. Raises Refusal before anything is written."""
    folder = Folder.of(checkout)
    task = require_task(folder, old, "OLD")
    naming = _naming(task, new, folder)
    renaming = Renaming(naming, task, checkout)
    move = renaming.move
    edits = [edit for part in PARTS for edit in part.rename(renaming)]
    edits = unique([*edits, *leftovers.carried(naming, checkout)])
    edits += keep_comments(checkout, edits)
    edits += leftovers.left(naming, move, checkout, edits)
    plan = proven(checkout, _in_order(unique(edits)), scripts_after(renaming))
    _prove(renaming, plan)
    return plan


def _naming(task: Task, new: str, folder: Folder) -> Naming:
    old = task.own_name
    _check_name(old, new, folder)
    script = task.script(folder)
    others = [name for name in task_names(folder) if name != old and (old in name or slug(old) in name)]
    has_script = script == old and script in scripts(folder.checkout)
    return Naming(old, new, task.key.removesuffix(old), has_script, tuple(others))


def _check_name(old: str, new: str, folder: Folder) -> None:
    problem = task_name_problem(new)
    if problem:
        raise Refusal(problem, option="NEW", value=new or " ")
    if old == new:
        raise Refusal("the task already has that name", option="NEW", value=new, instead="Choose another name.")
    taken = find_task(folder, new)
    if taken:
        place = folder.checkout.place(taken.path, taken.entry.start)
        what = "another task already has that name"
        raise Refusal(what, option="NEW", value=new, place=place, instead="Choose another name.")


def _in_order(edits: Iterable[Edit]) -> list[Edit]:
    """The edits in the order of the parts; in each, changes come before what stays."""
    order = [*NAMES, *leftovers.PARTS]

    def position(edit: Edit) -> tuple[int, bool, str, bool, int]:
        return order.index(edit.part), edit.action == KEEP, edit.path, edit.action != MOVE, edit.start

    return sorted(edits, key=position)


def _prove(renaming: Renaming, plan: Plan) -> None:
    """The tasks are the same and in the same order, and files differ only in the names. Raises ProofError."""
    naming, folder, path = renaming.naming, renaming.folder, renaming.task.path
    before, after = task_texts(plan.before[path] or b""), task_texts(plan.text_after(path))
    new_key = naming.prefix + naming.new
    if [new_key if key == naming.key else key for key in before] != list(after):
        raise ProofError(f"{path} would not have the expected tasks")
    names = {naming.old, naming.new, naming.old_slug, naming.new_slug, *shortened_names(naming, folder)}
    only_names_differ(plan, names)


def notes(plan: Plan, new: str) -> list[str]:
    """What Terraform recreates, which roles got shorter names, and which lines of Python got too long."""
    parts = {edit.part for edit in plan.edits if edit.action == RENAME}
    recreated = [part.RECREATED for part in PARTS if part.RECREATED and part.PART in parts]
    lines = [f"AWS cannot rename resources: Terraform will delete and recreate {listed(recreated)}."]
    role_names = {edit.text.decode() for edit in plan.edits if (edit.part, edit.action) == (part_names.ROLE, RENAME)}
    shortened = sorted(name for name in role_names if new not in name and slug(new) not in name)
    if shortened:
        lines.append(f"names of roles are shortened to fit in all environments: {', '.join(shortened)}.")
    long = [place for path in plan.paths if path.endswith(".py") for place in _long_lines(plan, path)]
    if long:
        lines.append(f"now longer than {LINE_LENGTH} columns, so run black: {', '.join(long)}.")
    return lines


def _long_lines(plan: Plan, path: str) -> Iterator[str]:
    """The lines of Python that a longer name has made too long."""
    before = set((plan.before[path] or b"").decode().splitlines())
    for number, line in enumerate(plan.text_after(path).decode().splitlines(), 1):
        if len(line) > LINE_LENGTH and line not in before:
            yield f"{plan.moves.get(path, path)}:{number}"


def next_steps(plan: Plan, checkout: Checkout) -> list[str]:
    """Commands to copy, to be run at the root of the checkout."""
    parts = {edit.part for edit in plan.edits if edit.action in (RENAME, MOVE)}
    steps = ["(cd api && poetry install)"] if part_names.SCRIPT in parts else []
    outcome = plan.outcome()
    tests = [path for path in outcome if path.startswith("api/tests/") and outcome[path] is not None]
    if tests:
        steps.append(f"(cd api && poetry run pytest {shell(*(path.removeprefix('api/') for path in tests))})")
    return [*steps, terraform_plan(checkout)]
