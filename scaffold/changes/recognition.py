"""The proof that a team's own templates need: that the tool recognizes what they create, and can remove it.

The packaged templates need none: the tests create and remove hundreds of tasks with them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from scaffold.changes import remove
from scaffold.changes.outcome import outcome_of
from scaffold.changes.parts.api import called
from scaffold.changes.parts.api.generated import EDITED
from scaffold.changes.parts.requests import Addition
from scaffold.changes.parts.table import PARTS
from scaffold.changes.proof import ProofError
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import CREATE, KEEP, Edit
from scaffold.files.plan import Plan
from scaffold.pfml.tasks import require_task
from scaffold.rendering.files import OWN_FOLDER, own_files_read
from scaffold.spec import part_names
from scaffold.spec.specs import TaskSpec
from scaffold.terraform.folder import Folder


def prove_recognized(addition: Addition, plan: Plan, again: Callable[[Checkout], Iterable[Edit]]) -> None:
    """Raise Refusal if a plan used a team's templates and the tool would not recognize what they create.

    again: the edits of the same command in another checkout.
    """
    if not own_files_read(addition.checkout):
        return
    after = outcome_of(plan, addition.checkout)
    try:
        part, problem = next(_problems(addition, after, plan, again), ("", ""))
    except Refusal as error:
        part, problem = "", f"a second run would be refused: {error.what}"
    if problem:
        raise _refusal(addition.checkout, part, problem)


def blamed(error: ProofError, checkout: Checkout) -> Exception:
    """The refusal of a team's template, if the plan that failed its proof used one; else the error itself."""
    return _refusal(checkout, "", str(error)) if own_files_read(checkout) else error


def _problems(
    addition: Addition, after: Checkout, plan: Plan, again: Callable[[Checkout], Iterable[Edit]]
) -> Iterator[tuple[str, str]]:
    """The parts that the tool would not recognize afterwards, each with what is wrong."""
    changed = {edit.part for edit in plan.edits if edit.changes}
    if isinstance(addition.spec, TaskSpec) and changed & {part_names.ENTRYPOINT, part_names.TEST}:
        created = [edit.path for edit in plan.edits if edit.action == CREATE]
        yield from called.problems(addition.spec.module, created, after)
    yield from _not_found(addition, after, changed - {part_names.TOGGLE})
    for edit in again(after):
        if edit.changes:
            yield edit.part, f"a second run would {edit.action} the {edit.part} in {edit.path} again"
    # A toggle is found by what it guards, so a problem there comes first.
    yield from _not_found(addition, after, changed & {part_names.TOGGLE})
    if isinstance(addition.spec, TaskSpec) and addition.task is None:
        yield from _left(plan, remove.remove(addition.spec.name, after))


def _not_found(addition: Addition, after: Checkout, names: Collection[str]) -> Iterator[tuple[str, str]]:
    task = require_task(Folder.of(after), addition.spec.name)
    for part in PARTS:
        if part.PART in names and not part.find(task, after):
            yield part.PART, f"the {part.PART} would not be recognized as the task's"


def _left(plan: Plan, removal: Plan) -> Iterator[tuple[str, str]]:
    """What `remove` would leave of a newly created task."""
    kept = {edit.path: edit for edit in removal.edits if edit.action == KEEP}
    for edit in plan.edits:
        if not edit.changes:
            continue
        is_left = edit.path not in removal.paths and edit.path not in kept and not edit.path.endswith("/__init__.py")
        is_edited = edit.path in kept and kept[edit.path].reason == EDITED
        if is_edited or (is_left and edit.part != part_names.TOGGLE):
            yield edit.part, f"`remove` would leave the {edit.part} in {edit.path}, as if it had been edited since"


def _refusal(checkout: Checkout, part: str, problem: str) -> Refusal:
    own = own_files_read(checkout)
    templates = {template for module in PARTS if part == module.PART for template in module.TEMPLATES}
    of_part = [path for path in own if path.removeprefix(f"{OWN_FOLDER}/") in templates]
    return Refusal(
        f"with this template {problem}",
        place=" and ".join(of_part or own),
        instead="Keep the names and references of the packaged template, and change only the rest.",
    )
