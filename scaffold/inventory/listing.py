"""The inventory as text: a table of all tasks, and one task with its places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from scaffold.aws.schedules.words import Reading
from scaffold.files.printable import printable
from scaffold.inventory.columns import GAP, laid_out, wrapped
from scaffold.inventory.inventory import Inventory, RoleListing, TaskListing
from scaffold.inventory.starts import ScheduleListing, ToggleListing, TriggerListing
from scaffold.pfml.filters import decoded
from scaffold.pfml.local_times import LocalTimes
from scaffold.spec.buckets import bucket_label

_API = "massgov.pfml."
_LABEL = 16
_FEW = 3
_NARROWEST_NAME, _WIDEST_NAME = 36, 44
_WIDEST_ROLE = 34
_ROLES = "execution role"

# --- all tasks


def table(inventory: Inventory, width: int) -> str:
    """One row for each task, wrapped to `width` columns."""
    count = len(inventory.environments)
    caption = (
        f"{_counted(len(inventory.tasks), 'task')} in {_counted(count, 'environment')}. Local times are in "
        f"{inventory.time_zone}, the same in winter and in summer unless both are shown. Unless shown otherwise, a "
        f"task runs the script with its own name, and entrypoints are in {_API[:-1]}. The execution role is shown only "
        "if it is not the default."
    )
    rows = [_row(task, inventory.environments) for task in inventory.tasks]
    heads = ["TASK\n  script, entrypoint", f"TASK ROLE\n{_ROLES}", "SCHEDULES, TRIGGERS\n  and where they are on"]
    widths = _widths(inventory.tasks, width)
    lines = [*wrapped(caption, width), ""]
    lines += [*laid_out(heads, widths), "  ".join("-" * size for size in widths)]
    for row in rows:
        lines += [*laid_out(row, widths), ""]
    for stray in inventory.strays:
        lines += wrapped(printable(stray), width)
    return "\n".join(lines).rstrip("\n") + "\n"


def _widths(tasks: Sequence[TaskListing], width: int) -> list[int]:
    """Wide enough for the names of tasks and roles on one line, if that leaves most of the width for the starts."""
    room = width - 2 * GAP
    names = [len(printable(task.name)) for task in tasks]
    roles = [len(name) for task in tasks for name in _roles(task)]
    first = min(max([_NARROWEST_NAME, *names]), max(_WIDEST_NAME, room // 4), room * 2 // 5)
    second = min(max([len(_ROLES), *roles]), max(_WIDEST_ROLE, room // 4), (room - first) * 2 // 5)
    return [first, second, room - first - second]


def _row(task: TaskListing, environments: tuple[str, ...]) -> list[str]:
    return ["\n".join(map(printable, lines)) for lines in (_identity(task), _roles(task), _starts(task, environments))]


def _identity(task: TaskListing) -> Iterator[str]:
    yield task.name
    if task.command and task.command != (task.name,):
        yield f"  runs {shown_command(task.command)}"
    if task.entrypoint.name:
        yield f"  {task.entrypoint.name.removeprefix(_API)}"
    for problem in task.problems:
        yield f"  ! {problem}"


def _roles(task: TaskListing) -> Iterator[str]:
    yield role_name(task.task_role)
    if not task.execution_role.default:
        yield role_name(task.execution_role)


def role_name(role: RoleListing) -> str:
    return role.resource or role.name or role.expression or "none"


def _starts(task: TaskListing, environments: tuple[str, ...]) -> Iterator[str]:
    for schedule in task.schedules:
        named = (schedule.name, len(task.schedules)) != (task.name, 1)
        indent = "  " if named else ""
        if named:
            yield f"{schedule.name or schedule.module}:"
        for timing in schedule.timings:
            only = f", in {_few(timing.environments, environments)}" if len(schedule.timings) > 1 else ""
            yield f"{indent}{timing.in_words}{only}"
        yield f"  {where_on(schedule, environments)}"
    for trigger in task.triggers:
        yield bucket_and_keys(trigger)
        yield f"  {where_on(trigger, environments)}"
    if not task.schedules and not task.triggers:
        yield "-"


def bucket_and_keys(trigger: TriggerListing) -> str:
    return f"s3 {bucket_label(trigger.bucket)}: {_keys(trigger)}"


def _keys(trigger: TriggerListing) -> str:
    """The object keys of a trigger as a pattern, and its events unless they are `s3:ObjectCreated:*`."""
    if not trigger.notification:
        return "no notification"
    usual = trigger.events == ("s3:ObjectCreated:*",)
    keys = f"{decoded(trigger.prefix)}*{decoded(trigger.suffix)}"
    return keys if usual else f"{keys} on {', '.join(trigger.events) or '?'}"


def where_on(start: ScheduleListing | TriggerListing | ToggleListing, environments: tuple[str, ...]) -> str:
    """The environments in which something is on. A condition that cannot be evaluated is shown as written."""
    on = f"on in {_few(start.on, environments)}" if start.on else "" if start.undecided else "off everywhere"
    if not start.undecided:
        return on if environments else "on nowhere: no environment has the tasks"
    written = f"var.{start.variable}" if isinstance(start, ToggleListing) else " and ".join(start.conditions)
    rest = f"undecided in {_few(start.undecided, environments)}: on if {written}"
    return f"{on}; {rest}" if on else rest


def _few(some: tuple[str, ...], environments: tuple[str, ...]) -> str:
    """Environments by name, or "all but" the others if that is shorter."""
    missing = [name for name in environments if name not in some]
    if not missing:
        return f"all {len(environments)}" if len(environments) > 1 else ", ".join(some)
    return f"all but {', '.join(missing)}" if len(missing) <= _FEW < len(some) else ", ".join(some)


# --- one task


def sheet(inventory: Inventory, width: int) -> str:
    """One task: each part, with its place on the same line or below it."""
    (task,) = inventory.tasks
    lines = [printable(f"{task.name}  {task.place}"), ""]
    for label, entries in _sections(task, inventory):
        for index, (text, place) in enumerate(entries):
            lines += _entry(label if index == 0 else "", printable(text), printable(place), width)
    return "\n".join(lines) + "\n"


Entries = list[tuple[str, str]]


def _sections(task: TaskListing, inventory: Inventory) -> Iterator[tuple[str, Entries]]:
    """Labels, each with pairs of a text and a place."""
    yield "command", [(shown_command(task.command) or "none", "")]
    yield "script", [(task.script.name or "none", task.script.place)]
    if task.make_targets:
        yield "make target", [(target.name, target.place) for target in task.make_targets]
    yield "entrypoint", [(task.entrypoint.name or "none", task.entrypoint.place)]
    if task.entrypoint.decorator:
        yield "decorator", [(f'@background_task("{task.entrypoint.decorator}")', "")]
    yield "task role", [_role(task.task_role)]
    yield "execution role", [_role(task.execution_role)]
    yield "size", [(f"{task.cpu or '?'} CPU units, {task.memory or '?'} MiB of memory", "")]
    yield "environment", list(_environment(task))
    for schedule in task.schedules:
        yield "schedule", list(_schedule(schedule, inventory))
    for trigger in task.triggers:
        yield "trigger", list(_trigger(trigger, inventory))
    for toggle in task.toggles:
        yield "toggle", list(_toggle(toggle, inventory))
    yield "tests", [("", place) for place in task.tests] or [("no test imports its module", "")]
    if task.problems:
        yield "problems", [(problem, "") for problem in task.problems]


def _role(role: RoleListing) -> tuple[str, str]:
    named = f" ({role.name})" if role.name and role.resource else ""
    default = ", the default" if role.default and role.expression else ""
    return f"{role_name(role)}{named}{default}", role.place


def _environment(task: TaskListing) -> Iterator[tuple[str, str]]:
    environment = task.environment
    for group in environment.groups:
        yield f"group {group.name}" + (f", if {group.condition}" if group.condition else ""), group.place
    for variable in environment.variables:
        yield f"{variable.name} = {variable.value}", variable.place
    for secret in environment.secrets:
        yield f"secret {secret.name} = {secret.value}", secret.place
    if environment.template:
        yield "from the JSON template", environment.template
    if not (environment.groups or environment.variables or environment.secrets or environment.template):
        yield "none of its own", ""


def _schedule(schedule: ScheduleListing, inventory: Inventory) -> Iterator[tuple[str, str]]:
    yield schedule.name or schedule.module, schedule.place
    for timing in schedule.timings:
        only = f"in {_few(timing.environments, inventory.environments)}: " if len(schedule.timings) > 1 else ""
        yield f"  {only}{_seasons(timing, inventory.time_zone)}", ""
        for line in _expressions(timing):
            yield f"    {line}", ""
    names = [text for text in dict.fromkeys(schedule.written) if not text.startswith('"')]
    if names:
        yield f"  by {' and '.join(names)}", ""
    if schedule.arguments:
        yield f"  runs {shown_command(schedule.arguments)}", ""
    yield f"  {_guarded(schedule, inventory)}", ""
    yield "  alarm" if schedule.alarm else "  no alarm", schedule.alarm


def _seasons(timing: LocalTimes, zone: str) -> str:
    text, readings = timing.in_words, (timing.winter, timing.summer)
    # A rate, which is the same in every time zone, needs no zone.
    if any(reading.problem for reading in readings) or all(reading.local == reading.words for reading in readings):
        return text
    return (
        f"{text} ({zone})"
        if timing.winter.local != timing.summer.local
        else f"{text}, in winter and in summer ({zone})"
    )


def _expressions(timing: LocalTimes) -> Iterator[str]:
    """The expressions with their meaning in UTC; one line if both seasons have the same expression."""
    if timing.winter.expression == timing.summer.expression:
        yield _utc(timing.winter)
        return
    yield f"winter: {_utc(timing.winter)}"
    yield f"summer: {_utc(timing.summer)}"


def _utc(reading: Reading) -> str:
    words = reading.words if reading.words == reading.local else f"{reading.words}, UTC"
    return ": ".join(filter(None, (reading.expression, reading.problem or words)))


def _trigger(trigger: TriggerListing, inventory: Inventory) -> Iterator[tuple[str, str]]:
    yield f"module.{trigger.module}", trigger.place
    yield f"  {trigger.bucket} ({trigger.bucket_name}): {_keys(trigger)}", trigger.notification
    yield f"  {_guarded(trigger, inventory)}", ""


def _guarded(start: ScheduleListing | TriggerListing, inventory: Inventory) -> str:
    by = [condition for condition in start.conditions if condition not in ("true", "false")]
    where = where_on(start, inventory.environments)
    return f"{where}, by {' and '.join(by)}" if by and not start.undecided else where


def _toggle(toggle: ToggleListing, inventory: Inventory) -> Iterator[tuple[str, str]]:
    declared = f", default {toggle.default}" if toggle.default else ""
    yield f"{toggle.variable}{declared if toggle.place else ', not declared'}", toggle.place
    yield f"  {where_on(toggle, inventory.environments)}", ""
    for setting in toggle.settings:
        yield f"  {setting.environment}: {setting.value}", setting.place


def _entry(label: str, text: str, place: str, width: int) -> Iterator[str]:
    """A line with its place on the same line, or below it if both do not fit."""
    indent = " " * (len(text) - len(text.lstrip()))
    room = width - _LABEL
    both = f"{text}  {place}" if place and text else text or place
    pieces = wrapped(both, room) if len(both) <= room or not place else [*wrapped(text, room), f"{indent}  {place}"]
    for index, piece in enumerate(pieces):
        yield f"{label if index == 0 else '':<{_LABEL}}{piece}".rstrip()


# --- words


def shown_command(command: Iterable[str]) -> str:
    """A command with quotes around words that contain spaces."""
    return " ".join(_quoted(word) if re.search(r"\s", word) or not word else word for word in command)


def _quoted(word: str) -> str:
    mark = '"' if "'" in word else "'"
    return f"{mark}{word}{mark}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
