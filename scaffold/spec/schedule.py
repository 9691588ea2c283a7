"""ScheduleSpec, and how options become one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from scaffold.aws.schedules.schedule import Cron, Rate, ScheduleError, never, parse
from scaffold.errors import Refusal
from scaffold.spec.checks import SCHEDULE_NAME, argument_values, check_name, check_template, check_toggle


def check_time_zone(timezone: str) -> None:
    """Raise Refusal for an unknown time zone."""
    from scaffold.aws.schedules.zones import utc_offsets

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
    none. timezone: the zone that was asked for, "" for none. utc: whether it is said that the UTC time is meant.
    """

    name: str
    standard: Rate | Cron
    daylight: Rate | Cron
    arguments: tuple[str, ...] = ()
    toggle: str = ""
    timezone: str = ""
    utc: bool = False

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
    utc: bool = False,
    allow_odd: bool = False,
    arguments: tuple[str, ...] = (),
    toggle: str = "",
) -> ScheduleSpec:
    """A schedule from the values of its options. Raises Refusal for an expression that AWS would refuse, and for one
    that can never fire unless allow_odd."""
    _check_one_reading(daylight, timezone, utc)
    standard = parsed(expression, "--schedule")
    if utc and isinstance(standard, Rate):
        raise Refusal("a rate has no time of day", option="--utc", instead="Omit --utc.")
    daylight_saving = parsed(daylight, "--daylight-schedule") if daylight else standard
    if timezone:
        standard, daylight_saving = _local(expression, timezone)
    if not allow_odd:
        _check_pair(expression, standard, daylight, daylight_saving)
    return ScheduleSpec(name, standard, daylight_saving, arguments, toggle, timezone, utc)


def _check_one_reading(daylight: str, timezone: str, utc: bool) -> None:
    """Raise Refusal for options that contradict each other."""
    if timezone and daylight:
        raise Refusal(
            "with --timezone the expression for daylight time is computed",
            option="--daylight-schedule",
            value=daylight,
            instead="Use only one of the two.",
        )
    if utc and (timezone or daylight):
        option, value = ("--timezone", timezone) if timezone else ("--daylight-schedule", daylight)
        what = "with --utc the schedule keeps its UTC time all year"
        raise Refusal(what, option=option, value=value, instead="Use only one of the two.")


def _check_pair(expression: str, standard: Rate | Cron, daylight: str, daylight_saving: Rate | Cron) -> None:
    """Raise Refusal for an expression that can never fire."""
    if daylight:
        _check_fires(expression, "--schedule", standard)
        _check_fires(daylight, "--daylight-schedule", daylight_saving)
    else:
        # The two of a local time fire an hour apart, so one of them may be past.
        _check_fires(expression, "--schedule", standard, daylight_saving)


def _check_fires(expression: str, option: str, *schedules: Rate | Cron) -> None:
    """Raise Refusal for an expression if none of the schedules that it became can ever fire."""
    now = datetime.now(UTC)
    reasons = [never(schedule, now) for schedule in schedules]
    if all(reasons):
        instead = "Correct it, or add --allow-odd if it is meant."
        raise Refusal(reasons[0], option=option, value=expression, instead=instead)


def _local(expression: str, timezone: str) -> tuple[Cron, Cron]:
    """The two UTC expressions of a local one. Raises Refusal."""
    from scaffold.aws.schedules.timezone import local_pair

    check_time_zone(timezone)
    try:
        pair = local_pair(parse(expression), timezone)
    except ScheduleError as error:
        raise Refusal(str(error), option="--schedule", value=expression) from error
    return pair.standard, pair.daylight
