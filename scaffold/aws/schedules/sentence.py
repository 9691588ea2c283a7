"""When a schedule runs, in one sentence: its days, its local times in both seasons, and UTC.

The comment above a schedule, and warnings about clock changes, are written with this.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from scaffold.aws.schedules.day_words import DAILY, day_words, joined
from scaffold.aws.schedules.expression import HOURS, Cron, Rate, ScheduleError
from scaffold.aws.schedules.timezone import in_local_time, moved_times
from scaffold.aws.schedules.words import in_words
from scaffold.aws.schedules.zones import NEW_YORK, Season, seasons

UTC = "UTC"
ALL_YEAR = f"{UTC} all year"
_HOUR, _DAY = 60, 24 * 60
_MOST_LISTED = 4
"""The number of runs a day up to which the time of each is given."""
ABBREVIATED = {
    "America/New_York": ("EST", "EDT"),
    "America/Chicago": ("CST", "CDT"),
    "America/Denver": ("MST", "MDT"),
    "America/Los_Angeles": ("PST", "PDT"),
}
"""The zones whose times have names that need no explanation."""
_WEST = {"EST": 5, "EDT": 4, "CST": 6, "CDT": 5, "MST": 7, "MDT": 6, "PST": 8, "PDT": 7}
"""The hours that they are behind UTC: other zones, such as Cuba's, have times of the same names."""


class _Times(NamedTuple):
    """Times of day, in minutes since midnight. every: such as `every 15 minutes`, if only the first and the last time
    are given."""

    minutes: tuple[int, ...]
    every: str = ""

    @property
    def written(self) -> str:
        """Such as `4am and 5pm`, or `between 4am and 5pm`."""
        return f"{'between ' if self.every else ''}{joined([clock(minute) for minute in self.minutes])}"

    def moved(self, by: int, zone: str, days: bool = True) -> str:
        """The times in another zone, such as `9am UTC` or `9am to 5pm UTC`. days: whether to add `+1 day`."""
        moved = [minute + by for minute in self.minutes]
        shifts = {minute // _DAY for minute in moved}
        mark = f" {min(shifts):+} day" if days and len(shifts) == 1 and min(shifts) else ""
        if self.every:
            return f"{' to '.join(map(clock, moved))} {zone}{mark}".rstrip()
        if len(shifts) == 1 or not days:
            return f"{joined([clock(minute) for minute in moved])} {zone}{mark}".rstrip()
        return joined([_Times((minute,)).moved(by, zone) for minute in self.minutes])


def clock(minute: int) -> str:
    """A time of day, such as `4am` or `12:30pm`; minutes of other days are taken as those of one day."""
    hour, rest = divmod(minute % _DAY, _HOUR)
    return f"{(hour - 1) % 12 + 1}{f':{rest:02}' if rest else ''}{'am' if hour < 12 else 'pm'}"


@lru_cache(maxsize=256)
def sentence(standard: Rate | Cron, daylight: Rate | Cron, timezone: str = "", utc: bool = False) -> str:
    """Such as `daily at 4am EST (9am UTC), 4am EDT (8am UTC)`.

    timezone: the zone whose local time is meant. Without one, two different expressions mean a time in New York. utc:
    whether the UTC time is meant, which is then said.
    """
    if isinstance(standard, Rate) or isinstance(daylight, Rate):
        return _both([_rate(half) if isinstance(half, Rate) else str(half) for half in (standard, daylight)])
    if standard == daylight and len(standard.hour_values) == HOURS.size:
        return _hourly(standard, utc)
    if standard == daylight and (not timezone or len(seasons(timezone)) > 1 or seasons(timezone)[0].name == UTC):
        return _in_utc(standard, utc or bool(timezone))
    try:
        return _in_zone(standard, daylight, timezone or NEW_YORK)
    except ScheduleError:  # its local days cannot be written as one expression
        return _both([f"{_lead(cron)}{_times(cron).written} {UTC}" for cron in (standard, daylight)])


def local_times(standard: Rate | Cron, daylight: Rate | Cron, timezone: str = "") -> list[str]:
    """The local times of the sentence alone, such as `4am EST` and `4am EDT`; none if there is no time of day."""
    if isinstance(standard, Rate) or isinstance(daylight, Rate) or len(standard.hour_values) == HOURS.size:
        return []
    if standard == daylight and not timezone:
        return _in_new_york(standard)
    zone = timezone or NEW_YORK
    try:
        local = _local(standard, daylight, zone)
    except ScheduleError:
        return []
    names = [season.name if _has_names(zone) else f"{zone} time" for _, season in local]
    return list(dict.fromkeys(_times(cron).moved(0, name) for (cron, _), name in zip(local, names, strict=True)))


def clock_change(cron: Cron) -> str:
    """What clock changes do to a UTC expression: `4am EST in winter, 5am EDT in summer`; "" if they do nothing."""
    if not moves_with_clocks(cron):
        return ""
    both = _seasons(cron, NEW_YORK)
    winter, summer = (_times(cron).moved(season.offset, season.name, days=False) for season in both)
    return f"{winter} in winter, {summer} in summer"


def clock_times(cron: Cron) -> str:
    """Its times of day, such as `4am and 5pm`, or `4am to 9:45pm`, in whatever zone it is."""
    return _times(cron).moved(0, "")


def moves_with_clocks(utc: Cron) -> bool:
    """Whether clock changes move the local time of a UTC expression. Every hour, or every second hour, is an interval,
    and in July there is only one time."""
    is_interval = any(sign in utc.hours for sign in "*/") or len(utc.hour_values) == HOURS.size
    return not is_interval and len(_seasons(utc, NEW_YORK)) > 1


# --- the forms


def _in_utc(cron: Cron, all_year: bool) -> str:
    local = _in_new_york(cron)
    between = "; " if any(" and " in times for times in local) else ", "
    return f"{_lead(cron)}{_times(cron).written} {ALL_YEAR if all_year else UTC} ({between.join(local)})"


def _in_zone(standard: Cron, daylight: Cron, timezone: str) -> str:
    """Raises ScheduleError if the local days cannot be written as one expression."""
    local = _local(standard, daylight, timezone)
    return _in_named_seasons(local) if _has_names(timezone) else _in_named_zone(local, timezone)


def _in_named_seasons(local: Sequence[tuple[Cron, Season]]) -> str:
    """Such as `daily at 4am EST (9am UTC), 4am EDT (8am UTC)`; several times are not repeated if they are the same."""
    parts, before = list[str](), ("", _Times(()))
    for cron, season in local:
        lead, times = _lead(cron), _times(cron)
        words = "" if (lead, times) == before and times.minutes[1:] else f"{times.written} "
        parts.append(f"{lead if lead != before[0] else ''}{words}{season.name} ({_moved_to_utc(cron, season)})")
        before = lead, times
    return ", ".join(parts)


def _in_named_zone(local: Sequence[tuple[Cron, Season]], timezone: str) -> str:
    """For a zone whose times have no names, or names that few people know: `daily at 4am Asia/Kolkata time (…)`."""
    cron, label = local[0][0], UTC if len(seasons(timezone)) > 1 else ALL_YEAR
    utc = [_moved_to_utc(cron, season, label) for cron, season in local]
    return f"{_lead(cron)}{_times(cron).written} {timezone} time ({_both(utc)})"


def _moved_to_utc(local: Cron, season: Season, label: str = UTC) -> str:
    return _times(local).moved(-season.offset, label)


def _hourly(cron: Cron, utc: bool) -> str:
    """Every hour or more often, which does not depend on the clocks."""
    days = day_words(cron)
    return f"{'' if days == DAILY else f'{days} in {ALL_YEAR if utc else UTC}, '}{_within_hours(cron.minute_values)}"


def _within_hours(minutes: tuple[int, ...]) -> str:
    step = _HOUR // len(minutes)
    if len(minutes) > 1 and minutes == tuple(range(minutes[0], _HOUR, step)):
        return _every(step)
    if minutes == (0,):
        return "every hour"
    if len(minutes) > _MOST_LISTED:
        return f"{len(minutes)} times an hour"
    return f"every hour at {joined(list(map(str, minutes)))} minute{'s' if minutes != (1,) else ''} past"


def _rate(rate: Rate) -> str:
    if rate == Rate(1, "day"):
        return "once a day"
    return in_words(rate).lower()


def _both(texts: Sequence[str]) -> str:
    """What differs by season."""
    if len(set(texts)) == 1:
        return texts[0]
    return f"{texts[0]} in standard time, {texts[1]} in daylight saving time"


# --- days and times


def _lead(cron: Cron) -> str:
    """What comes before the times: `daily at `, or `every 15 minutes `."""
    days, every = day_words(cron), _times(cron).every
    if not every:
        return f"{days} at "
    return f"{every} " if days == DAILY else f"{days}, {every} "


def _in_new_york(utc: Cron) -> list[str]:
    return [_times(utc).moved(season.offset, season.name) for season in _seasons(utc, NEW_YORK)]


def _local(standard: Cron, daylight: Cron, timezone: str) -> list[tuple[Cron, Season]]:
    """The local expression in each season. Raises ScheduleError if it cannot be written as one expression."""
    return [
        (in_local_time(cron, season.offset), season)
        for cron, season in zip((standard, daylight), seasons(timezone), strict=False)
        if season in _seasons(cron, timezone)
    ]


def _has_names(timezone: str) -> bool:
    """Whether its two times have names that everybody knows."""
    both = seasons(timezone)
    return len(both) > 1 and all(_WEST.get(season.name, 0) * _HOUR == -season.offset for season in both)


def _seasons(cron: Cron, timezone: str) -> list[Season]:
    """The seasons in which it can fire."""
    return [season for season in seasons(timezone) if season.months & set(cron.month_values)]


@lru_cache(maxsize=256)
def _times(cron: Cron) -> _Times:
    minutes = sorted(moved_times(cron, 0))
    if len(minutes) <= _MOST_LISTED:
        return _Times(tuple(minutes))
    if day_words(cron) == DAILY:
        minutes = _over_midnight(minutes)
    gaps = {after - before for before, after in pairwise(minutes)}
    every = _every(*gaps) if len(gaps) == 1 else f"{len(minutes)} times"
    return _Times((minutes[0], minutes[-1]), every)


def _over_midnight(minutes: list[int]) -> list[int]:
    """The times from after the longest pause on: those of a night are from 8pm to 4am, not from midnight to 11pm."""
    pauses = [after - before for before, after in pairwise([minutes[-1] - _DAY, *minutes])]
    first = pauses.index(max(pauses))
    return minutes[first:] + [minute + _DAY for minute in minutes[:first]]


def _every(minutes: int) -> str:
    hours, rest = divmod(minutes, _HOUR)
    return _rate(Rate(minutes, "minute") if rest else Rate(hours, "hour"))
