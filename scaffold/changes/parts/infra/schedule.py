"""The schedule: a module with source `../../modules/ecs_task_scheduler` in cloudwatch.tf."""

from __future__ import annotations

import re

from scaffold import hcl
from scaffold.changes.parts.hints import option, to_change
from scaffold.changes.parts.infra.schedule_text import (
    ScheduleText,
    has_own_templates,
    retimed,
)
from scaffold.changes.parts.infra.start import pass_on, rename_start, use_of
from scaffold.changes.parts.infra.start_names import check_distinct_name, check_schedule_name
from scaffold.changes.parts.infra.uses import uses_in
from scaffold.changes.parts.requests import Addition, Removal, Renaming
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout, text_of
from scaffold.files.edit import Edit, Place
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.enabled import enabled_by
from scaffold.pfml.schedules import (
    MODULE,
    Schedule,
    find_by_name,
    module_folder,
    schedules,
    schedules_of,
    takes_two_expressions,
)
from scaffold.pfml.tasks import Task
from scaffold.pfml.timing import DAYLIGHT, SINGLE, STANDARD
from scaffold.pfml.toggles import asked_states
from scaffold.rendering.literals import json_string
from scaffold.spec import part_names
from scaffold.spec.schedule import ScheduleSpec
from scaffold.spec.schedule import schedule as parsed_schedule
from scaffold.spec.specs import Subject
from scaffold.terraform.comments import above, separator
from scaffold.terraform.folder import Folder
from scaffold.terraform.insertion import add_block, add_to_body, remove_block

PART = part_names.SCHEDULE
TEMPLATES: tuple[str, ...] = ("snippets/schedule.tf",)
RECREATED = "the rules and roles of its schedules"
FILE = f"{TEMPLATE}/cloudwatch.tf"
_PAIR = (STANDARD, DAYLIGHT)


def add(addition: Addition) -> list[Edit]:
    edits: list[Edit] = []
    if addition.roles.changed:
        for schedule in schedules_of(addition.folder, addition.key):
            edits += pass_on(addition.folder, schedule, addition.roles, PART)
    if addition.spec.schedule:
        edits += _schedule(addition, addition.spec.schedule)
    return edits


def find(task: Task, checkout: Checkout) -> list[Place]:
    return [schedule.location for schedule in schedules_of(Folder.of(checkout), task.key)]


def remove(removal: Removal) -> list[Edit]:
    """The schedules of the task, or the chosen one; a schedule that something else refers to stays."""
    checkout, edits = removal.checkout, []
    for schedule in filter(removal.includes, schedules_of(removal.folder, removal.task.key)):
        path, block = schedule.path, schedule.block
        removed = remove_block(checkout, path, block, PART)
        used = use_of(schedule, [removed])
        edits.append(checkout.keep(path, block.start, PART, "still used", used) if used else removed)
    return edits


def rename(renaming: Renaming) -> list[Edit]:
    """The schedules of the task: what they start, and their own names if they are named after it."""
    naming, folder, checkout = renaming.naming, renaming.folder, renaming.checkout
    edits = [use.edit(checkout, PART) for use in uses_in(naming, checkout, find(renaming.task, checkout))]
    for schedule in schedules_of(folder, renaming.task.key):
        edits += rename_start(naming, folder, schedule, schedules(checkout), PART)
    return edits


def _schedule(addition: Addition, schedule: ScheduleSpec) -> list[Edit]:
    checkout, folder = addition.checkout, addition.folder
    expressions = expressions_of(schedule, checkout)
    check_schedule_name(addition, schedule.name)
    existing = find_by_name(folder, schedule.name)
    if existing is not None:
        return _complete(addition, schedule, existing, expressions)
    check_distinct_name(addition, schedule.name)
    text = _text(addition, schedule, expressions).render(checkout)
    in_file = [existing.block for existing in schedules(checkout) if existing.path == FILE]
    return [add_block(checkout, FILE, in_file[-1] if in_file else None, text, PART)]


def _text(addition: Addition, schedule: ScheduleSpec, expressions: list[tuple[str, str]]) -> ScheduleText:
    arguments = {
        "label": _label(schedule, addition.folder),
        "is_enabled": f"var.{schedule.toggle}" if schedule.toggle else "true",
        "name": schedule.name,
        "key": addition.key,
        "execution_role": addition.roles.passed_execution,
        "task_role": addition.roles.passed_task,
        "container": addition.key,
        "argv": _argv(addition.spec, schedule),
        "expressions": expressions,
    }
    return ScheduleText(
        addition.spec.name,
        schedule.standard,
        schedule.daylight,
        schedule.timezone,
        schedule.utc,
        _environments(addition, schedule),
        _banner(addition.checkout),
        arguments,
    )


def input_of(addition: Addition, arguments: tuple[str, ...]) -> str:
    """The argument `input` of a schedule of the task that passes these arguments."""
    text = _text(addition, parsed_schedule("any-name", "rate(1 day)", arguments=arguments), [])
    return _input(text.render(addition.checkout))


def _banner(checkout: Checkout) -> str:
    """The line above most of the comments of the file's schedules."""
    data = checkout.read(FILE) or b""
    return separator(above(data, schedule.block.start) for schedule in schedules(checkout) if schedule.path == FILE)


def _environments(addition: Addition, schedule: ScheduleSpec) -> tuple[str, ...]:
    """Where the schedule will be on; only the templates of teams may need it."""
    if not has_own_templates(addition.checkout):
        return ()
    spec, checkout = addition.spec, addition.checkout
    if not schedule.toggle:
        return enabled_by([], checkout).on
    asked = asked_states(spec.enable_in, spec.disable_in, checkout)
    enabled = enabled_by([f"var.{schedule.toggle}"], checkout)
    return tuple(name for name in enabled.environments if asked.get(name, name in enabled.on))


def _input(text: str) -> str:
    """Only the argument `input` of a rendered schedule."""
    data = text.encode()
    for block in hcl.parse(data).blocks:
        if "input" in block.attributes:
            return f"  {text_of(data, block.attributes['input'])}"
    return ""


def _argv(spec: Subject, schedule: ScheduleSpec) -> list[str]:
    """The whole command of a scheduled run as JSON strings; none if it has no arguments."""
    return [json_string(word) for word in (spec.command, *schedule.arguments)] if schedule.arguments else []


def _label(schedule: ScheduleSpec, folder: Folder) -> str:
    taken = {module.block.labels[0] for module in folder.blocks("module") if module.block.labels}
    slug = re.sub(r"\W", "_", schedule.name, flags=re.ASCII)
    slug = f"_{slug}" if slug[0].isdigit() else slug
    label = f"{slug}_scheduler"
    number = 2
    while label in taken:
        label, number = f"{slug}_scheduler_{number}", number + 1
    return label


def expressions_of(schedule: ScheduleSpec, checkout: Checkout) -> list[tuple[str, str]]:
    """The arguments that the checkout's module takes, and what they are set to."""
    folder, pair = module_folder(checkout), (str(schedule.standard), str(schedule.daylight))
    if takes_two_expressions(checkout):
        return list(zip(_PAIR, pair, strict=True))
    if folder.block("variable", SINGLE) is None:
        raise Refusal(
            f"this checkout has no module {MODULE} that takes a schedule expression",
            option="--schedule",
            place=folder.path,
            instead="Schedules need a revision that has it.",
        )
    if schedule.standard != schedule.daylight:
        raise Refusal(
            f"the module {MODULE} of this checkout takes only one expression, so it cannot follow daylight saving time",
            option="--daylight-schedule or --timezone",
            value=pair[1],
            instead="Use only --schedule, in UTC.",
        )
    return [(SINGLE, pair[0])]


# --- a schedule that exists


def _complete(
    addition: Addition, schedule: ScheduleSpec, existing: Schedule, expressions: list[tuple[str, str]]
) -> list[Edit]:
    """What is missing in an existing schedule. Raises Refusal if it is another task's, or different."""
    checkout, folder = addition.checkout, addition.folder
    path, block = existing.path, existing.block
    task = existing.task_key
    if task != addition.key:
        raise Refusal(
            f"the name is taken by a schedule of the task {task!r}",
            option="--schedule-name",
            value=schedule.name,
            place=checkout.place(path, block.start),
            instead="Choose another --schedule-name.",
        )
    for argument, value in expressions:
        _check_same(addition, existing, schedule, argument, f'"{value}"')
    edits = []
    if schedule.toggle and folder.attribute_text(existing, "is_enabled") == "true":
        enabled = block.attributes["is_enabled"].value
        edits.append(checkout.replace(path, enabled.start, enabled.end, f"var.{schedule.toggle}", PART))
    elif schedule.toggle:
        _check_same(addition, existing, schedule, "is_enabled", f"var.{schedule.toggle}")
    command = addition.spec.command
    has, wanted = existing.arguments, [command, *schedule.arguments] if schedule.arguments else []
    if wanted and "input" not in block.attributes:
        text = _input(_text(addition, schedule, expressions).render(checkout))
        edits.append(add_to_body(checkout, path, block, text, PART))
    elif has is not None and has != wanted:
        raise Refusal(
            f"the schedule {schedule.name!r} runs {' '.join(has)!r}, but you asked for {' '.join(wanted) or command!r}",
            place=checkout.place(path, block.attributes["input"].start),
            option="--schedule-arg",
            instead=f"Choose another --schedule-name for a second schedule. {_to_change_arguments(addition, schedule)}",
        )
    edits += _comment(addition, schedule, existing)
    return edits or [checkout.unchanged(path, block.start, PART)]


def _comment(addition: Addition, schedule: ScheduleSpec, existing: Schedule) -> list[Edit]:
    """The comment above an existing schedule, if the command says more about its time than the expressions do."""
    environments = _environments(addition, schedule)
    is_said = schedule.timezone or schedule.utc or environments
    return retimed(existing, addition.spec.name, schedule, environments) if is_said else []


def _check_same(addition: Addition, existing: Schedule, schedule: ScheduleSpec, attribute: str, wanted: str) -> None:
    has = existing.text(attribute)
    if has != wanted:
        hint = _to_change_timing(addition, schedule)
        if attribute == "is_enabled":
            toggle = has.removeprefix("var.")
            hint = f"Use --toggle={toggle}." if has != toggle else "Change that condition by hand."
        raise Refusal(
            f"the schedule {schedule.name!r} has {attribute} = {has or 'nothing'}, but you asked for {wanted}",
            place=addition.checkout.place(*existing.location),
            instead=f"Use another --schedule-name to add a second schedule. {hint}",
        )


def _to_change_timing(addition: Addition, schedule: ScheduleSpec) -> str:
    daylight = () if schedule.daylight == schedule.standard else ("--daylight-schedule", str(schedule.daylight))
    words = ("--schedule", str(schedule.standard), *daylight)
    return to_change(addition.spec.name, *_choice(addition, schedule), *words)


def _to_change_arguments(addition: Addition, schedule: ScheduleSpec) -> str:
    words = [word for argument in schedule.arguments for word in option("--schedule-arg", argument)]
    return to_change(addition.spec.name, *_choice(addition, schedule), *(words or ["--no-schedule-args"]))


def _choice(addition: Addition, schedule: ScheduleSpec) -> tuple[str, ...]:
    """What says which schedule, if the task has several."""
    several = len(schedules_of(addition.folder, addition.key)) > 1
    return ("--schedule-name", schedule.name) if several else ()
