"""Local times as pairs of UTC expressions, one for standard time and one for daylight saving time.

EventBridge rules are in UTC (Amazon EventBridge User Guide, "Cron expressions reference"), so a task that runs at a
local time needs two expressions.
"""

from __future__ import annotations

from typing import NamedTuple

from scaffold.aws.schedules.days import days_of, same_days, shift
from scaffold.aws.schedules.expression import HOURS, MINUTES, Cron, Rate, ScheduleError
from scaffold.aws.schedules.fields import listed, moved_field
from scaffold.aws.schedules.schedule import parse
from scaffold.aws.schedules.shifted import possible_days, shifted_days
from scaffold.aws.schedules.zones import utc_offsets

_DAY = 24 * 60


class Pair(NamedTuple):
    """Two UTC expressions for one local time."""

    standard: Cron
    daylight: Cron


def local_pair(local: Rate | Cron, timezone: str, explain: bool = True) -> Pair:
    """The two UTC expressions for an expression in local time of the IANA zone `timezone`.

    They are the same in a zone without daylight saving time. Raises ScheduleError for a rate or
    an invalid zone, or if a result cannot be written as one expression. explain: whether that error is to list the days
    that can be, which takes a tenth of a second.
    """
    if isinstance(local, Rate):
        raise ScheduleError(f"{local}: a rate has no time of day; omit the time zone")
    standard, daylight = utc_offsets(timezone)
    offsets = (standard, daylight)
    winter = _to_utc(local, standard, offsets, explain)
    return Pair(winter, winter if standard == daylight else _to_utc(local, daylight, offsets, explain))


def is_daylight_pair(standard: Cron, daylight: Cron) -> bool:
    """Whether `daylight` fires exactly one hour before each run of `standard`, and at no other time.

    Compares the days from 1970 to 2199 (except the first and the last), however the expressions are written. False if
    neither ever fires.
    """
    earlier = moved_times(standard, -60)
    if {moved % _DAY for moved in earlier} != moved_times(daylight, 0):
        return False
    days = days_of(daylight)
    return bool(days) and all(
        same_days(days, shift(days_of(standard), distance)) for distance in {moved // _DAY for moved in earlier}
    )


def in_local_time(utc: Cron, offset: int) -> Cron:
    """A UTC expression in the local time of a zone that is `offset` minutes east of UTC. Raises ScheduleError if it
    cannot be written as one expression."""
    return _to_utc(utc, -offset, (-offset, -offset), explain=False)


def _to_utc(local: Cron, offset: int, offsets: tuple[int, int], explain: bool) -> Cron:
    times = moved_times(local, -offset)
    clock = {moved % _DAY for moved in times}
    hours = {moved // 60 for moved in clock}
    minutes = {moved % 60 for moved in clock}
    if len(hours) * len(minutes) != len(clock):
        raise ScheduleError(
            f"{local}: in UTC, some of its minutes fall into a different hour than the others, which one expression"
            " cannot express; add two schedules, or use UTC expressions"
        )
    carries = {(minute - offset) // 60 for minute in local.minute_values}
    one_carry = len(carries) == 1
    hour_text = moved_field(local.hours, HOURS, min(carries)) if one_carry else listed(hours, HOURS)
    minute_text = moved_field(local.minutes, MINUTES, -offset)
    days = shifted_days(local, _shifts(local, offset))
    if days is None:
        raise ScheduleError(_not_expressible(local, offset, offsets, explain))
    utc = parse(f"cron({minute_text} {hour_text} {' '.join(days)})")
    assert isinstance(utc, Cron)
    return utc


def _shifts(local: Cron, offset: int) -> frozenset[int]:
    """By how many days its runs are shifted in UTC."""
    return frozenset(moved // _DAY for moved in moved_times(local, -offset))


def _not_expressible(local: Cron, offset: int, offsets: tuple[int, int], explain: bool) -> str:
    shifts = _shifts(local, offset)
    latest = _DAY + min(offsets)
    stays = f"before {latest // 60:02}:{latest % 60:02}"
    if offset > 0:
        stays = f"from {max(offsets) // 60:02}:{max(offsets) % 60:02} on"
    if len(shifts) > 1:
        problem = "in UTC, some of its runs fall on a different day than the others"
    else:
        problem = f"in UTC, it runs on the {'next' if shifts == {1} else 'previous'} day"
    possible = possible_days(local, [_shifts(local, each) for each in offsets]) if explain else ""
    return (
        f"{local}: {problem}, which one expression cannot express for these days{possible and ', only for ' + possible}"
        f"; choose local times {stays}, add two schedules, or use UTC expressions"
    )


def moved_times(cron: Cron, minutes: int) -> set[int]:
    """The times, moved, in minutes from midnight: below 0 is the day before, 1440 and above the next day."""
    return {hour * 60 + minute + minutes for hour in cron.hour_values for minute in cron.minute_values}
