"""The next runs of a pair of expressions, one for standard time and one for daylight saving time."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from scaffold.aws.schedules.expression import Cron, Rate
from scaffold.aws.schedules.schedule import next_runs, runs

_SEARCHED = 50_000
"""The number of runs to examine: a schedule that fires every minute can be out of season for months."""


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


def _in_season(schedule: Rate | Cron, daylight: bool, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    return (run for run in islice(runs(schedule, after), _SEARCHED) if _is_daylight(run, zone) is daylight)


def _is_daylight(moment: datetime, zone: ZoneInfo) -> bool:
    """By the UTC offset, because the zone's own flag means the opposite in Europe/Dublin."""
    local = moment.astimezone(zone)
    offsets = [datetime(local.year, month, 1, 12, tzinfo=UTC).astimezone(zone).utcoffset() for month in (1, 7)]
    return offsets[0] != offsets[1] and local.utcoffset() == max(offset for offset in offsets if offset is not None)
