"""The next runs of a schedule that is a pair of expressions, one for standard and one for daylight time."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from scaffold.aws.schedules.expression import Cron, Rate
from scaffold.aws.schedules.schedule import next_runs, parse, runs

_SEARCHED = 50_000
"""How many runs are looked at: a schedule every minute may be out of season for months."""


def upcoming(standard: str, daylight: str, zone: str, after: datetime, count: int) -> tuple[datetime, ...]:
    """The first `count` moments (aware, UTC) after `after` at which the pair fires; fewer where it ends.

    Each expression counts while its season holds in the IANA zone. Raises ScheduleError for an expression that AWS
    would refuse.
    """
    if standard == daylight:
        return next_runs(parse(standard), after, count)
    seasons = ((parse(standard), False), (parse(daylight), True))
    place = ZoneInfo(zone)
    return tuple(islice(heapq.merge(*(_in_season(one, season, place, after) for one, season in seasons)), count))


def _in_season(schedule: Rate | Cron, daylight: bool, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    return (run for run in islice(runs(schedule, after), _SEARCHED) if _is_daylight(run, zone) is daylight)


def _is_daylight(moment: datetime, zone: ZoneInfo) -> bool:
    """By the offset, the smaller of which is standard time: the zone's own flag means the reverse in Europe/Dublin."""
    local = moment.astimezone(zone)
    offsets = [datetime(local.year, month, 1, 12, tzinfo=UTC).astimezone(zone).utcoffset() for month in (1, 7)]
    return offsets[0] != offsets[1] and local.utcoffset() == max(offset for offset in offsets if offset is not None)
