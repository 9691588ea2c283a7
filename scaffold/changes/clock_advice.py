"""Warnings about what clock changes do to a new schedule."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.aws.schedules.expression import Cron, Rate, ScheduleError
from scaffold.aws.schedules.sentence import clock_change, clock_times
from scaffold.aws.schedules.timezone import in_local_time
from scaffold.aws.schedules.zones import NEW_YORK, seasons, switched_with_new_york
from scaffold.changes.parts.infra.schedule_text import states_utc
from scaffold.changes.parts.requests import Addition
from scaffold.pfml.schedules import find_by_name, takes_two_expressions
from scaffold.rendering.literals import shell
from scaffold.spec.schedule import ScheduleSpec


def clock_warnings(addition: Addition, schedule: ScheduleSpec) -> Iterator[str]:
    """What the clocks do to it, unless that was decided."""
    standard = schedule.standard
    if isinstance(standard, Rate) or isinstance(schedule.daylight, Rate) or schedule.utc:
        return
    change = clock_change(standard) if standard == schedule.daylight else ""
    if schedule.timezone:
        yield from _of_zone(schedule.timezone, change)
    elif change and not _is_decided(addition, schedule):
        yield f"{standard} is in UTC: {change}. {_instead(standard, takes_two_expressions(addition.checkout))}"


def _of_zone(timezone: str, change: str) -> Iterator[str]:
    if len(seasons(timezone)) == 1 and change:
        utc = " If that is meant, use --utc instead." if timezone == "UTC" else ""
        yield f"{timezone} has no daylight saving time: in New York, it runs at {change}.{utc}"
    elif not switched_with_new_york(timezone):
        yield (
            f"the clocks in {timezone} change on other days than in New York, where the expressions are switched; in"
            " between, the task runs at another local time."
        )


def _is_decided(addition: Addition, schedule: ScheduleSpec) -> bool:
    existing = find_by_name(addition.folder, schedule.name)
    return existing is not None and states_utc(existing)


def _instead(standard: Cron, has_two: bool) -> str:
    utc = f"If {clock_times(standard)} UTC is meant, add --utc."
    if not has_two:
        return utc
    try:
        local = in_local_time(standard, seasons(NEW_YORK)[0].offset)
    except ScheduleError:
        return utc
    return f"To stay at {clock_times(local)}, use {shell(str(local))} with --timezone {NEW_YORK}. {utc}"
