"""ScheduleSpec, and how options become one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scaffold.aws.schedules import schedule as expressions
from scaffold.errors import Refusal
from scaffold.spec.checks import SCHEDULE_NAME, argument_values, check_name, check_template, check_toggle


def check_time_zone(timezone: str) -> None:
    """Raise Refusal for a zone that there is not."""
    from scaffold.aws.schedules.timezone import utc_offsets

    try:
        utc_offsets(timezone)
    except expressions.ScheduleError as error:
        raise Refusal(str(error), option="--timezone", value=timezone) from error


def check_expression(text: str, option: Literal["--schedule", "--daylight-schedule"]) -> None:
    try:
        expressions.parse(text)
    except expressions.ScheduleError as error:
        raise Refusal(str(error), option=option, value=text) from error


@dataclass(frozen=True, slots=True)
class ScheduleSpec:
    """When a task runs. Both expressions are in UTC, and the same where the time of day does not follow the clocks.

    arguments: what the scheduled run gets behind the script's name. toggle: the variable that guards it, "" for none.
    """

    name: str
    standard: str
    daylight: str
    arguments: tuple[str, ...] = ()
    toggle: str = ""

    def __post_init__(self) -> None:
        check_name(SCHEDULE_NAME, self.name, "--schedule-name", "a schedule's name has letters, digits, - and _")
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
    """A schedule from what its options say. Raises Refusal for an expression that AWS would refuse."""
    if timezone and daylight:
        raise Refusal(
            "with --timezone the expression for daylight time is computed",
            option="--daylight-schedule",
            value=daylight,
            instead="Give one of the two.",
        )
    if timezone:
        from scaffold.aws.schedules.timezone import local_pair

        check_time_zone(timezone)
        try:
            pair = local_pair(expression, timezone)
        except expressions.ScheduleError as error:
            raise Refusal(str(error), option="--schedule", value=expression) from error
        return ScheduleSpec(name, pair.standard, pair.daylight, arguments, toggle)
    check_expression(expression, "--schedule")
    if daylight:
        check_expression(daylight, "--daylight-schedule")
    return ScheduleSpec(name, expression, daylight or expression, arguments, toggle)
