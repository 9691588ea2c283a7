"""ScheduleSpec, and how options become one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scaffold.aws.schedules.schedule import Cron, Rate, ScheduleError, parse
from scaffold.errors import Refusal
from scaffold.spec.checks import SCHEDULE_NAME, argument_values, check_name, check_template, check_toggle


def check_time_zone(timezone: str) -> None:
    """Raise Refusal for an unknown time zone."""
    from scaffold.aws.schedules.timezone import utc_offsets

    try:
        utc_offsets(timezone)
    except ScheduleError as error:
        raise Refusal(str(error), option="--timezone", value=timezone) from error


def parsed(text: str, option: Literal["--schedule", "--daylight-schedule"]) -> Rate | Cron:
    """The parsed value of an option. Raises Refusal for one that AWS would refuse."""
    try:
        return parse(text)
    except ScheduleError as error:
        raise Refusal(str(error), option=option, value=text) from error


@dataclass(frozen=True, slots=True)
class ScheduleSpec:
    """When a task runs. Both expressions are in UTC; they are equal if the runs do not follow local time.

    arguments: the arguments of a scheduled run, after the script's name. toggle: the variable that guards it, "" for
    none.
    """

    name: str
    standard: Rate | Cron
    daylight: Rate | Cron
    arguments: tuple[str, ...] = ()
    toggle: str = ""

    def __post_init__(self) -> None:
        check_name(SCHEDULE_NAME, self.name, "--schedule-name", "a schedule's name has only letters, digits, - and _")
        for argument in self.arguments:
            check_template(argument, "--schedule-arg", argument)
        argument_values(self.arguments)
        check_toggle(self.toggle)


def schedule(
    name: str,
    expression: str,
    *,
    daylight: str = "",
    timezone: str = "",
    arguments: tuple[str, ...] = (),
    toggle: str = "",
) -> ScheduleSpec:
    """A schedule from the values of its options. Raises Refusal for an expression that AWS would refuse."""
    if timezone and daylight:
        raise Refusal(
            "with --timezone the expression for daylight time is computed",
            option="--daylight-schedule",
            value=daylight,
            instead="Use only one of the two.",
        )
    standard: Rate | Cron
    daylight_saving: Rate | Cron
    if timezone:
        standard, daylight_saving = _local(expression, timezone)
    else:
        standard = parsed(expression, "--schedule")
        daylight_saving = parsed(daylight, "--daylight-schedule") if daylight else standard
    return ScheduleSpec(name, standard, daylight_saving, arguments, toggle)


def _local(expression: str, timezone: str) -> tuple[Cron, Cron]:
    """The two UTC expressions of a local one. Raises Refusal."""
    from scaffold.aws.schedules.timezone import local_pair

    check_time_zone(timezone)
    try:
        pair = local_pair(parse(expression), timezone)
    except ScheduleError as error:
        raise Refusal(str(error), option="--schedule", value=expression) from error
    return pair.standard, pair.daylight
