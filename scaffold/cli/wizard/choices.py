"""The choices of the wizard's questions, and the notes shown under answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from scaffold.aws import fargate, names
from scaffold.aws.schedules.expression import Rate
from scaffold.aws.schedules.schedule import parse
from scaffold.aws.schedules.upcoming import upcoming
from scaffold.aws.schedules.zones import NEW_YORK
from scaffold.changes.module import modules_for
from scaffold.cli.wizard.interview import Choice, Options
from scaffold.files.checkout import Checkout
from scaffold.pfml.groups import group_entries, group_names
from scaffold.pfml.iam.roles import default_execution_role, role_names, role_resource
from scaffold.pfml.near import near_in_words
from scaffold.pfml.packages import packages
from scaffold.pfml.tasks import default_size
from scaffold.pfml.toggles import toggle_names
from scaffold.spec.schedule import schedule
from scaffold.spec.specs import NEW
from scaffold.terraform.folder import Folder

UTC = "UTC"
ZONES = (
    Choice(NEW_YORK),
    Choice(UTC, "UTC, the same all year"),
    Choice("", "UTC, with another expression in daylight saving time"),
)
NEEDS_OF_A_TASK: Mapping[str, tuple[str, ...]] = {
    "a database session": ("database",),
    "command-line arguments": ("arguments",),
    "environment variables or secrets": ("groups", "variables", "secrets"),
    "a different CPU or memory size": ("cpu", "memory"),
    "IAM roles": ("task_role", "execution_role", "task_role_name", "execution_role_name"),
    "a schedule": ("expression",),
    "an S3 trigger": ("bucket",),
    "the same as another task": ("like",),
    "a Makefile target": ("makefile",),
    "a different module, function or script": ("module", "function", "command"),
}
"""What a task may need, and the options for it."""


def open_needs(options: Options, checkout: Checkout) -> list[Choice]:
    """The needs that the command line leaves open."""
    return [
        Choice(need)
        for need, keys in NEEDS_OF_A_TASK.items()
        if not any(options[key] and options[key] != "main" for key in keys)
    ]


def modules(options: Options, checkout: Checkout) -> list[Choice]:
    """A module in each package that has tasks, the best first."""
    folder, name = Folder.of(checkout), options["name"]
    known = {package.name: package for package in packages(folder, name)}
    result = []
    for module in modules_for(name, checkout):
        package = known.get(module.rpartition(".")[0])
        tasks = f" ({_few(package.tasks)})" if package else ""
        result.append(Choice(module, f"{module}{tasks}"))
    return result


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (", …" if names[3:] else "")


def groups(options: Options, checkout: Checkout) -> list[Choice]:
    folder = Folder.of(checkout)
    return [
        Choice(name, hint=", ".join(dict.fromkeys(entry.name for entry in group_entries(folder, name))))
        for name in group_names(folder)
        if not (options["database"] and name == "db_access")
    ]


def cpu(options: Options, checkout: Checkout) -> list[Choice]:
    default = default_size(Folder.of(checkout))[0]
    left_out = Choice("", _left_out(options, _units(default)))
    return [left_out, *(Choice(str(units), _units(units)) for units in fargate.CPU_UNITS if units != default)]


def _units(units: int) -> str:
    return f"{units} ({units / 1024:g} vCPU)"


def memory(options: Options, checkout: Checkout) -> list[Choice]:
    units, default = default_size(Folder.of(checkout))
    allowed = fargate.memory_values(int(options["cpu"] or units))
    if default not in allowed and not options["like"]:
        return [Choice(str(size), f"{size} MiB") for size in allowed]
    left_out = Choice("", _left_out(options, f"{default} MiB"))
    return [left_out, *(Choice(str(size), f"{size} MiB") for size in allowed if size != default)]


def _left_out(options: Options, default: str) -> str:
    """The title of the choice that leaves an option out."""
    return f"same as {options['like']}" if options["like"] else f"{default} (default)"


def task_role(options: Options, checkout: Checkout) -> list[Choice]:
    new = options["bucket"] and not options["like"]
    return _roles("a new one, because a trigger needs one" if new else _left_out(options, "none"), checkout)


def execution_role(options: Options, checkout: Checkout) -> list[Choice]:
    default = default_execution_role(Folder.of(checkout))
    return _roles(_left_out(options, role_resource(default) or default), checkout)


def _roles(left_out: str, checkout: Checkout) -> list[Choice]:
    return [Choice("", left_out), Choice(NEW, "a new one"), *map(Choice, role_names(Folder.of(checkout)))]


def toggles(options: Options, checkout: Checkout) -> list[Choice]:
    parts = [part for part, key in (("schedule", "expression"), ("trigger", "bucket")) if options[key]]
    new = " and ".join(f"enable_{names.slug(options['name'])}_{part}" for part in parts)
    existing = map(Choice, toggle_names(checkout))
    return [Choice("", "no, it is on everywhere"), Choice("*", f"yes, {new}"), *existing]


def one_of(known: Callable[[Folder], list[str]]) -> Callable[[Options, Checkout], list[Choice]]:
    """Names from the checkout, or none."""
    return lambda options, checkout: [
        *map(Choice, dict.fromkeys(known(Folder.of(checkout)))),
        Choice("", "none"),
    ]


# --- notes


def runs(options: Options, checkout: Checkout, now: datetime) -> list[str]:
    """The next three runs, in local time and in UTC, and what else starts at about that time."""
    zone = ZoneInfo(options["timezone"] or NEW_YORK)
    keys = ("daylight", "timezone", "utc", "allow_odd")
    spec = schedule("any", options["expression"], **{key: options[key] for key in keys})
    moments = upcoming(spec.standard, spec.daylight, zone.key, now, 3)
    start = "" if at_a_time(options) else ", counted from now"
    lines = [f"  {_clock(run.astimezone(zone))} {run.astimezone(zone):%Z}  =  {_clock(run)} UTC" for run in moments]
    beside = near_in_words(spec.standard, spec.daylight, options["schedule_name"] or options["name"], checkout)
    return [f"Next runs{start}:", *lines, *beside] if moments else ["It never runs."]


def _clock(moment: datetime) -> str:
    return f"{moment:%a %Y-%m-%d %H:%M}"


def at_a_time(options: Options) -> bool:
    """Whether there is a schedule with a time of day."""
    return bool(options["expression"]) and not isinstance(parse(options["expression"]), Rate)
