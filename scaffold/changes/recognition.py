"""The proof that a team's own templates need: the tool finds again what they make, and can take it away.

The packaged templates need none: the tests make and remove hundreds of tasks with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from scaffold.changes import remove
from scaffold.changes.parts.api import entrypoint, test
from scaffold.changes.parts.api.generated import EDITED
from scaffold.changes.parts.infra import alarm, notification, role, schedule, task, toggle
from scaffold.changes.proof import ProofError
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import KEEP, Edit
from scaffold.files.plan import Plan
from scaffold.pfml.schedules import find_by_name, schedules_of
from scaffold.pfml.tasks import find_task, task_key
from scaffold.pfml.triggers import triggers_of
from scaffold.rendering.files import CHECKOUT_FOLDER, OWN_FOLDER, own_files_read
from scaffold.spec.specs import Subject, TaskSpec
from scaffold.terraform.folder import Folder

_FILES = {
    entrypoint.PART: (f"{CHECKOUT_FOLDER}/{entrypoint.TEMPLATE_FILE}", "snippets/function.py"),
    test.PART: (f"{CHECKOUT_FOLDER}/{test.TEMPLATE_FILE}", "snippets/test_function.py"),
    task.PART: ("snippets/task.tf",),
    role.PART: (
        *("snippets/task_role.tf", "snippets/execution_role.tf"),
        *("snippets/s3_policy.tf", "snippets/secrets_policy.tf"),
    ),
    schedule.PART: ("snippets/schedule.tf",),
    alarm.PART: ("snippets/alarm.tf",),
    toggle.PART: ("snippets/toggle.tf", "snippets/enable.tf"),
    notification.PART: ("snippets/trigger.tf", "snippets/notification.tf", "snippets/lambda_function.tf"),
}


def prove_found_again(
    subject: Subject, checkout: Checkout, made: Plan, again: Callable[[Checkout], Iterable[Edit]]
) -> None:
    """Raise Refusal where a team's template had a say in a plan, and the tool would not know its own work again.

    again: the edits of the same command in another checkout.
    """
    if not own_files_read(checkout):
        return
    after = checkout.after(made.outcome())
    try:
        part, what = next(_lost(subject, checkout, after, made, again), ("", ""))
    except Refusal as error:
        part, what = "", f"the same command again would be refused: {error.what}"
    if what:
        raise _refusal(checkout, part, what)


def blamed(error: ProofError, checkout: Checkout) -> Exception:
    """A plan that does not do what it should is the fault of a team's template, where one had a say in it."""
    return _refusal(checkout, "", str(error)) if own_files_read(checkout) else error


def _lost(
    subject: Subject, checkout: Checkout, after: Checkout, made: Plan, again: Callable[[Checkout], Iterable[Edit]]
) -> Iterator[tuple[str, str]]:
    """The parts that the tool would not find afterwards, each with what is wrong."""
    folder, key = Folder.of(after), task_key(Folder.of(checkout), subject.name)
    if subject.schedule:
        found = find_by_name(folder, subject.schedule.name)
        if found is None or found not in schedules_of(folder, key):
            yield schedule.PART, "the schedule would not be found again as one of the task's"
    if subject.trigger and not triggers_of(folder, key):
        yield notification.PART, "the trigger would not be found again as one of the task's"
    for edit in again(after):
        if edit.changes:
            yield edit.part, f"the same command again would {edit.action} the {edit.part} in {edit.path} anew"
    if isinstance(subject, TaskSpec) and find_task(Folder.of(checkout), subject.name) is None:
        yield from _left(made, remove.remove(subject.name, after))


def _left(made: Plan, gone: Plan) -> Iterator[tuple[str, str]]:
    """What `remove` would leave of a task that was made as a whole."""
    kept = {edit.path: edit for edit in gone.edits if edit.action == KEEP}
    for edit in made.edits:
        stays = edit.path not in gone.paths and not edit.path.endswith("/__init__.py") and edit.part != toggle.PART
        edited = edit.path in kept and kept[edit.path].reason == EDITED
        if edit.changes and (edited or (stays and edit.path not in kept)):
            yield edit.part, f"`remove` would leave the {edit.part} in {edit.path}, as one that was edited since"


def _refusal(checkout: Checkout, part: str, what: str) -> Refusal:
    own = own_files_read(checkout)
    of_part = [path for path in own if path.removeprefix(f"{OWN_FOLDER}/") in _FILES.get(part, ())]
    return Refusal(
        f"with this template {what}",
        place=" and ".join(of_part or own),
        instead="Keep to the packaged one in what names the task and what refers to it, and change the rest.",
    )
