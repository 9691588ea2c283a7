"""The schedule: a module with source `../../modules/ecs_task_scheduler` in cloudwatch.tf."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scaffold import hcl
from scaffold.changes.parts.infra.start import pass_on, rename_start
from scaffold.changes.parts.infra.task_roles import roles_of
from scaffold.changes.parts.infra.uses import uses_in
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout, text_of
from scaffold.files.edit import Edit
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.limits import check_folder
from scaffold.pfml.references import first_reference
from scaffold.pfml.schedules import MODULE, arguments_of, find_by_name, schedules_of, task_of
from scaffold.pfml.tasks import task_key
from scaffold.rendering.literals import json_string
from scaffold.rendering.render import snippet
from scaffold.spec import part_names
from scaffold.spec.naming import Naming
from scaffold.spec.schedule import ScheduleSpec
from scaffold.spec.specs import Subject
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.insertion import add_block, add_to_body, remove_block

PART = part_names.SCHEDULE
FILE = f"{TEMPLATE}/cloudwatch.tf"
_PAIR = ("schedule_expression_standard", "schedule_expression_daylight_savings")
_ONE = ("schedule_expression",)


def add(spec: Subject, checkout: Checkout) -> list[Edit]:
    folder, schedule = Folder.of(checkout), spec.schedule
    roles = roles_of(spec, folder)
    edits = []
    for found in schedules_of(folder, task_key(folder, spec.name)) if roles.changed else ():
        edits += pass_on(folder, found, roles, PART)
    return edits + (_schedule(spec, schedule, checkout) if schedule else [])


def remove(schedules: Sequence[PlacedBlock], checkout: Checkout) -> list[Edit]:
    """Some schedules; one that something else refers to is kept."""
    edits = []
    for found in schedules:
        gone = remove_block(checkout, found.path, found.block, PART)
        used = first_reference(checkout, f"module.{found.block.labels[0]}", [gone])
        edits.append(checkout.keep(found.path, found.block.start, PART, "still used", used) if used else gone)
    return edits


def rename(naming: Naming, checkout: Checkout) -> list[Edit]:
    """The schedules of a task: what they start, and their own names where they are named after it."""
    folder = Folder.of(checkout)
    found = schedules_of(folder, naming.key)
    edits = [use.edit(checkout, PART) for use in uses_in(naming, checkout, found)]
    for one in found:
        edits += rename_start(naming, folder, one, MODULE, PART)
    return edits


def _schedule(spec: Subject, schedule: ScheduleSpec, checkout: Checkout) -> list[Edit]:
    folder = Folder.of(checkout)
    expressions = _expressions(schedule, checkout)
    _check_name(spec, schedule, checkout)
    existing = find_by_name(folder, schedule.name)
    if existing is not None:
        return _complete(spec, schedule, folder, existing, expressions)
    modules = list(folder.modules(MODULE))
    text = _text(spec, schedule, folder, expressions)
    in_file = [found.block for found in modules if found.path == FILE]
    return [add_block(checkout, FILE, in_file[-1] if in_file else None, text, PART)]


def _text(spec: Subject, schedule: ScheduleSpec, folder: Folder, expressions: list[tuple[str, str]]) -> str:
    return snippet("schedule.tf", folder.checkout, **_values(spec, schedule, folder), expressions=expressions)


def _input(text: str) -> str:
    """The argument `input` alone of a schedule that was rendered."""
    data = text.encode()
    found = next((block.attributes["input"] for block in hcl.parse(data).blocks if "input" in block.attributes), None)
    return f"  {text_of(data, found)}" if found else ""


def _values(spec: Subject, schedule: ScheduleSpec, folder: Folder) -> dict[str, object]:
    roles = roles_of(spec, folder)
    return {
        "label": _label(schedule, folder),
        "is_enabled": f"var.{schedule.toggle}" if schedule.toggle else "true",
        "name": schedule.name,
        "key": task_key(folder, spec.name),
        "execution_role": roles.execution,
        "task_role": roles.task,
        "container": task_key(folder, spec.name),
        "argv": _argv(spec, schedule),
    }


def _argv(spec: Subject, schedule: ScheduleSpec) -> list[str]:
    """The whole command of a scheduled run as JSON strings; none where it takes no arguments."""
    return [json_string(word) for word in (spec.command, *schedule.arguments)] if schedule.arguments else []


def _label(schedule: ScheduleSpec, folder: Folder) -> str:
    taken = {found.block.labels[0] for found in folder.blocks("module") if found.block.labels}
    slug = re.sub(r"\W", "_", schedule.name, flags=re.ASCII)
    slug = f"_{slug}" if slug[0].isdigit() else slug
    label = f"{slug}_scheduler"
    number = 2
    while label in taken:
        label, number = f"{slug}_scheduler_{number}", number + 1
    return label


def _expressions(schedule: ScheduleSpec, checkout: Checkout) -> list[tuple[str, str]]:
    """The arguments that the checkout's module takes, and what they are set to."""
    folder = Folder.of(checkout, f"infra/modules/{MODULE}")
    declared = {found.block.labels[0] for found in folder.blocks("variable") if found.block.labels}
    if set(_PAIR) <= declared:
        return list(zip(_PAIR, (schedule.standard, schedule.daylight), strict=True))
    if not set(_ONE) <= declared:
        raise Refusal(
            f"this checkout has no module {MODULE} that takes a schedule expression",
            option="--schedule",
            place=folder.path,
            instead="Leave --schedule out.",
        )
    if schedule.standard != schedule.daylight:
        raise Refusal(
            f"the module {MODULE} of this checkout takes one expression and does not follow the clocks",
            option="--daylight-schedule or --timezone",
            value=schedule.daylight,
            instead="Give --schedule alone, in UTC.",
        )
    return [(_ONE[0], schedule.standard)]


def _check_name(spec: Subject, schedule: ScheduleSpec, checkout: Checkout) -> None:
    module = Folder.of(checkout, f"infra/modules/{MODULE}")
    check_folder(module, schedule.name, {"task_name": schedule.name}, "--schedule-name")


# --- a schedule that exists


def _complete(
    spec: Subject, schedule: ScheduleSpec, folder: Folder, found: PlacedBlock, expressions: list[tuple[str, str]]
) -> list[Edit]:
    """What an existing schedule lacks of what was asked for. Raises Refusal where it is another."""
    checkout = folder.checkout
    task = task_of(folder, found)
    if task != task_key(folder, spec.name):
        raise Refusal(
            f"the name is taken by the schedule of the task {task!r}",
            option="--schedule-name",
            value=schedule.name,
            place=checkout.place(found.path, found.block.start),
            instead="Give another --schedule-name.",
        )
    for argument, value in expressions:
        _same(folder, found, schedule, argument, f'"{value}"')
    edits = []
    guard = folder.attribute_text(found, "is_enabled")
    if schedule.toggle and guard == "true":
        value_node = found.block.attributes["is_enabled"].value
        edits.append(checkout.replace(found.path, value_node.start, value_node.end, f"var.{schedule.toggle}", PART))
    elif schedule.toggle:
        _same(folder, found, schedule, "is_enabled", f"var.{schedule.toggle}")
    has, wanted = arguments_of(folder, found), [spec.command, *schedule.arguments] if schedule.arguments else []
    if wanted and "input" not in found.block.attributes:
        text = _input(_text(spec, schedule, folder, expressions))
        edits.append(add_to_body(checkout, found.path, found.block, text, PART))
    elif has is not None and has != wanted:
        raise Refusal(
            f"the schedule {schedule.name!r} runs {' '.join(has)!r}, and {' '.join(wanted) or spec.command!r} "
            "was asked for",
            place=checkout.place(found.path, found.block.attributes["input"].start),
            option="--schedule-arg",
            instead="Change it there first, or give another --schedule-name.",
        )
    return edits or [checkout.unchanged(found.path, found.block.start, PART)]


def _same(folder: Folder, found: PlacedBlock, schedule: ScheduleSpec, attribute: str, wanted: str) -> None:
    has = folder.attribute_text(found, attribute)
    if has != wanted:
        raise Refusal(
            f"the schedule {schedule.name!r} has {attribute} = {has or 'nothing'}, and {wanted} was asked for",
            place=folder.checkout.place(found.path, found.block.start),
            instead="Change it there first, or give another --schedule-name for a second schedule.",
        )
