"""The names of new schedules and triggers: not too long for AWS in any environment."""

from __future__ import annotations

from scaffold.aws.names import same_form, task_name_problem
from scaffold.changes.parts.requests import Addition
from scaffold.errors import Refusal
from scaffold.pfml.limits import check_folder, fits_folder
from scaffold.pfml.schedules import find_by_name, module_folder, schedules
from scaffold.pfml.scripts import scripts
from scaffold.pfml.tasks import find_task
from scaffold.pfml.triggers import MODULE, triggers
from scaffold.spec.checks import SCHEDULE_NAME
from scaffold.spec.specs import TaskSpec
from scaffold.terraform.folder import Folder


def check_schedule_name(addition: Addition, name: str) -> None:
    """Raise Refusal for a schedule's name that is too long, with one that fits.

    If the task's own name is too long for its trigger, only another name of the task helps.
    """
    spec = addition.spec
    if isinstance(spec, TaskSpec) and spec.trigger and not spec.trigger.name and name == spec.name:
        check_trigger_name(addition, name, "NAME")
    check_folder(
        module_folder(addition.checkout),
        name,
        {"task_name": name},
        "--schedule-name",
        lambda shorter: SCHEDULE_NAME.fullmatch(shorter) is not None and find_by_name(addition.folder, shorter) is None,
    )


def check_distinct_name(addition: Addition, name: str) -> None:
    """Raise Refusal for the name of a new schedule that an existing one has in another form, with one that is free."""
    existing = schedules(addition.checkout)
    taken = next((schedule for schedule in existing if same_form(name, schedule.given_name)), None)
    if taken is None:
        return
    task = f" of the task {taken.task_name}" if taken.task_name else ""
    free = next(filter(None, (_free(addition, f"{name}-{number}") for number in range(2, 10))), "")
    instead = f"Add --schedule-name {free}, or another name" if free else "Choose another --schedule-name"
    if taken.task_key == addition.key:
        instead += f"; if you mean that schedule, use --schedule-name {taken.given_name}"
    raise Refusal(
        f"the schedule {taken.given_name!r}{task} has the same name in another form",
        option="--schedule-name",
        value=name,
        place=addition.checkout.place(*taken.location),
        instead=f"{instead}.",
    )


def _free(addition: Addition, name: str) -> str:
    """The name of a new schedule if it is free and not too long, else ""."""
    is_taken = any(same_form(name, schedule.given_name) for schedule in schedules(addition.checkout))
    fits = fits_folder(module_folder(addition.checkout), name, {"task_name": name})
    return name if fits and not is_taken else ""


def check_trigger_name(addition: Addition, name: str, option: str) -> None:
    """Raise Refusal for the name of a trigger's Lambda function that is too long, with one that fits.

    option: NAME for the task's own name, which then has to fit as a task's and as its schedule's, too.
    """
    checkout = addition.checkout
    module = Folder.of(checkout, f"infra/modules/{MODULE}")

    def accepted(shorter: str) -> bool:
        taken = any(trigger.given_name == shorter for trigger in triggers(checkout))
        return not taken and (option != "NAME" or _is_free(addition, shorter))

    check_folder(module, name, {"task_name": name}, option, accepted)


def _is_free(addition: Addition, name: str) -> bool:
    """Whether the new task could have that name."""
    spec, checkout = addition.spec, addition.checkout
    if task_name_problem(name) or find_task(addition.folder, name) or name in scripts(checkout):
        return False
    if spec.schedule is None or spec.schedule.name != spec.name:
        return True
    fits = fits_folder(module_folder(checkout), name, {"task_name": name})
    return fits and find_by_name(addition.folder, name) is None
