"""The runs of a pair of expressions, one for standard time and one for daylight saving time."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from scaffold.aws.schedules.expression import Cron, Rate
from scaffold.aws.schedules.schedule import next_runs, runs

_SEARCHED = 50_000
"""The number of runs to examine: a schedule that fires every minute can be out of season for months."""

_SEASON = timedelta(days=14)
"""A season is longer than that, so there is at most one change of clocks in it."""


def upcoming(
    standard: Rate | Cron, daylight: Rate | Cron, zone: str, after: datetime, count: int
) -> tuple[datetime, ...]:
    """The first `count` moments (aware, UTC) after `after` at which the pair fires; fewer if it ends.

    Each expression applies while its half of the year lasts in the IANA zone.
    """
    if standard == daylight:
        return next_runs(standard, after, count)
    seasons = ((standard, False), (daylight, True))
    place = ZoneInfo(zone)
    return tuple(
        islice(heapq.merge(*(_in_season(schedule, season, place, after) for schedule, season in seasons)), count)
    )


def runs_between(
    standard: Rate | Cron, daylight: Rate | Cron, zone: str, start: datetime, end: datetime
) -> Iterator[datetime]:
    """The moments (aware, UTC) at which the pair fires, from `start` until before `end`, in order.

    Each expression applies while its half of the year lasts in the IANA zone.
    """
    for first, last, is_daylight in season_spans(ZoneInfo(zone), start, end):
        moments = runs(daylight if is_daylight else standard, first - timedelta(seconds=1))
        yield from takewhile(last.__gt__, moments)


def season_spans(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, bool]]:
    """The spans (aware, UTC) between the clock changes from `start` until `end`, each with whether it is summer."""
    first, end = start.astimezone(UTC), end.astimezone(UTC)
    while first < end:
        is_daylight, last = _is_daylight(first, zone), first
        while last < end and _is_daylight(last, zone) is is_daylight:
            last += _SEASON
        last = min(_change(max(first, last - _SEASON), last, zone), end)
        yield first, last, is_daylight
        first = last


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first minute of another season in a span with at most one change; its end if there is none."""
    is_daylight = _is_daylight(before, zone)
    if _is_daylight(after, zone) is is_daylight:
        return after
    while after - before > timedelta(minutes=1):
        middle = before + timedelta(minutes=(after - before) // timedelta(minutes=2))
        before, after = (middle, after) if _is_daylight(middle, zone) is is_daylight else (before, middle)
    return after


def _in_season(schedule: Rate | Cron, daylight: bool, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    return (run for run in islice(runs(schedule, after), _SEARCHED) if _is_daylight(run, zone) is daylight)


def _is_daylight(moment: datetime, zone: ZoneInfo) -> bool:
    """By the UTC offset, because the zone's own flag means the opposite in Europe/Dublin."""
    local = moment.astimezone(zone)
    offsets = [datetime(local.year, month, 1, 12, tzinfo=UTC).astimezone(zone).utcoffset() for month in (1, 7)]
    return offsets[0] != offsets[1] and local.utcoffset() == max(offset for offset in offsets if offset is not None)
