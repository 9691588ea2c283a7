"""The schedule: a module with source `../../modules/ecs_task_scheduler` in cloudwatch.tf."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from scaffold import hcl
from scaffold.checkout import Checkout, text_of
from scaffold.edits import Edit
from scaffold.errors import Refusal
from scaffold.hcl import split_template
from scaffold.insertion import add_block, add_to_body, remove_block
from scaffold.limits import check_folder
from scaffold.naming import Naming
from scaffold.references import first_reference
from scaffold.render import json_string, snippet
from scaffold.roles import pass_on, roles_of
from scaffold.spec import ScheduleSpec, Subject
from scaffold.tasks import task_key
from scaffold.terraform import TEMPLATE, Folder, Found
from scaffold.uses import rename_address, rename_inside, rename_label, uses_in

PART = "schedule"
FILE = f"{TEMPLATE}/cloudwatch.tf"
MODULE = "ecs_task_scheduler"
_PAIR = ("schedule_expression_standard", "schedule_expression_daylight_savings")
_ONE = ("schedule_expression",)
_MARK = "\ue000"  # stands for an interpolation in JSON; Unicode keeps it for private use


def add(spec: Subject, checkout: Checkout) -> list[Edit]:
    folder, schedule = Folder(checkout), spec.schedule
    roles = roles_of(spec, folder)
    edits = []
    for found in schedules_of(folder, task_key(folder, spec.name)) if roles.changed else ():
        edits += pass_on(folder, found, roles, PART)
    return edits + (_schedule(spec, schedule, checkout) if schedule else [])


def remove(schedules: Sequence[Found], checkout: Checkout) -> list[Edit]:
    """Some schedules; one that something else refers to is kept."""
    edits = []
    for found in schedules:
        gone = remove_block(checkout, found.path, found.block, PART)
        used = first_reference(checkout, f"module.{found.block.labels[0]}", [gone])
        edits.append(checkout.keep(found.path, found.block.start, PART, "still used", used) if used else gone)
    return edits


def rename(naming: Naming, checkout: Checkout) -> list[Edit]:
    """The schedules of a task: what they start, and their own names where they are named after it."""
    folder = Folder(checkout)
    found = schedules_of(folder, naming.key)
    edits = [use.edit(checkout, PART) for use in uses_in(naming, checkout, found)]
    for one in found:
        edits += rename_start(naming, folder, one, MODULE, PART)
    return edits


def rename_start(naming: Naming, folder: Folder, found: Found, module: str, part: str) -> list[Edit]:
    """The `task_name` of a schedule or a trigger that holds its task's name, and then the label of the module.

    With another label and the same `task_name` Terraform would make what bears that name before it is gone.
    """
    checkout, name = folder.checkout, schedule_name(folder, found)
    attribute, label = found.block.attributes.get("task_name"), found.block.labels[0]
    edits = rename_inside(naming, checkout, found.path, attribute.value, part) if attribute else []
    if not edits:
        return [checkout.keep(found.path, found.block.start, part, f"{name} is not named after the task")]
    new_name, new_label = naming.in_name(name), naming.in_identifier(label)
    check_folder(Folder(checkout, f"infra/modules/{module}"), naming.new, {"task_name": new_name}, "NEW")
    for other in folder.modules(module):
        if schedule_name(folder, other) == new_name != name:
            raise naming.taken(f"a {part} is named {new_name!r} already", checkout.place(other.path, other.block.start))
    for other in folder.blocks("module"):
        if other.block.labels[0] == new_label != label:
            raise naming.taken(
                f"the module {new_label!r} is there already", checkout.place(other.path, other.block.start)
            )
    if new_label != label:
        edits += rename_label(checkout, found, 0, new_label, part)
        edits += rename_address(checkout, f"module.{label}", new_label, part)
    return edits


def schedules_of(folder: Folder, key: str) -> list[Found]:
    """The schedules of the task with that key."""
    return [found for found in folder.modules(MODULE) if task_of(folder, found) == key]


def _schedule(spec: Subject, schedule: ScheduleSpec, checkout: Checkout) -> list[Edit]:
    folder = Folder(checkout)
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


def find_by_name(folder: Folder, name: str) -> Found | None:
    """The schedule whose `task_name` that is: the rule, its target, its role and its alarm are named after it."""
    return next((found for found in folder.modules(MODULE) if schedule_name(folder, found) == name), None)


def schedule_name(folder: Folder, found: Found) -> str:
    attribute = found.block.attributes.get("task_name")
    return folder.expand(found.path, attribute.value if attribute else None, {})


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
    folder = Folder(checkout, f"infra/modules/{MODULE}")
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
    module = Folder(checkout, f"infra/modules/{MODULE}")
    check_folder(module, schedule.name, {"task_name": schedule.name}, "--schedule-name")


# --- a schedule that exists


def _complete(
    spec: Subject, schedule: ScheduleSpec, folder: Folder, found: Found, expressions: list[tuple[str, str]]
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


def _same(folder: Folder, found: Found, schedule: ScheduleSpec, attribute: str, wanted: str) -> None:
    has = folder.attribute_text(found, attribute)
    if has != wanted:
        raise Refusal(
            f"the schedule {schedule.name!r} has {attribute} = {has or 'nothing'}, and {wanted} was asked for",
            place=folder.checkout.place(found.path, found.block.start),
            instead="Change it there first, or give another --schedule-name for a second schedule.",
        )


def task_of(folder: Folder, found: Found) -> str:
    """The key of the task that a schedule or a trigger starts."""
    text = folder.attribute_text(found, "ecs_task_definition_family")
    match = re.search(r'\["(.*)"\]', text)
    return match[1] if match else text


def arguments_of(folder: Folder, found: Found) -> list[str] | None:
    """The command of a schedule's `input`, None where it has none or where it cannot be read.

    An interpolation may hold quotes, as in `"${join(",", local.x)}"`: the text is JSON only without them.
    """
    attribute = found.block.attributes.get("input")
    if attribute is None or not isinstance(attribute.value, hcl.Template):
        return None
    data = folder.checkout.require(found.path)
    text = data[attribute.value.inner_start : attribute.value.inner_end].decode("utf-8", "replace")
    expressions: list[str] = []
    bare = ""
    for between, expression in split_template(text):
        bare += between.replace("%%{", "%{") or f"{_MARK}{len(expressions)}{_MARK}"
        expressions += [f"${{{expression}}}"] if expression else []
    try:
        words = [str(word) for word in json.loads(bare)["containerOverrides"][0]["command"]]
    except (ValueError, KeyError, IndexError, TypeError):
        return None
    mark = re.compile(f"{_MARK}(\\d+){_MARK}")
    return [mark.sub(lambda match: expressions[int(match[1])], word) for word in words]
