"""Local times as pairs of UTC expressions, one for standard time and one for daylight saving time.

EventBridge rules are in UTC (Amazon EventBridge User Guide, "Cron expressions reference"), so a task that runs at a
local time needs two expressions.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from scaffold.aws.schedules.expression import (
    DAY_OF_MONTH,
    DAY_OF_WEEK,
    HOURS,
    MINUTES,
    MONTH,
    YEAR,
    Cron,
    Field,
    Rate,
    ScheduleError,
    entry_values,
)
from scaffold.aws.schedules.schedule import matching_days, parse

_DAY = 24 * 60
_SAMPLE_YEAR = 2037
"""Late enough that only the current rules of a zone apply."""


class Pair(NamedTuple):
    """Two UTC expressions for one local time."""

    standard: Cron
    daylight: Cron


def local_pair(local: Rate | Cron, timezone: str) -> Pair:
    """The two UTC expressions for an expression in local time of the IANA zone `timezone`.

    They are the same in a zone without daylight saving time. Raises ScheduleError for a rate or
    an invalid zone, or if a result cannot be written as one expression.
    """
    if isinstance(local, Rate):
        raise ScheduleError(f"{local}: a rate has no time of day; omit the time zone")
    standard, daylight = utc_offsets(timezone)
    winter = _to_utc(local, standard, (standard, daylight))
    return Pair(winter, winter if standard == daylight else _to_utc(local, daylight, (standard, daylight)))


def is_daylight_pair(standard: Cron, daylight: Cron) -> bool:
    """Whether `daylight` fires exactly one hour before each run of `standard`, and at no other time.

    Compares the days from 1970 to 2199 (except the first and the last), however the expressions are written. False if
    neither ever fires.
    """
    earlier = _moved_times(standard, -60)
    if {moved % _DAY for moved in earlier} != _moved_times(daylight, 0):
        return False
    days = _days(daylight)
    return bool(days) and all(
        _same_days(days, _shift(_days(standard), shift)) for shift in {moved // _DAY for moved in earlier}
    )


@cache
def utc_offsets(timezone: str) -> tuple[int, int]:
    """Minutes east of UTC in standard time and in daylight saving time.

    Standard time is the smaller one; the zone's own flag means the opposite in Europe/Dublin. Raises ScheduleError.
    """
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ScheduleError(_unknown_zone(timezone)) from None
    noon = datetime(_SAMPLE_YEAR, 1, 1, 12, tzinfo=zone)
    offsets = {(noon + timedelta(days=day)).utcoffset() for day in range(365)} - {None}
    minutes = sorted(offset // timedelta(minutes=1) for offset in offsets if offset is not None)
    if len(minutes) > 2:
        raise ScheduleError(f"{timezone} has more than two UTC offsets per year; use UTC expressions")
    return minutes[0], minutes[-1]


def _unknown_zone(timezone: str) -> str:
    # People think of cities ("New York"), so the last part of each name is accepted, too.
    import difflib

    known: dict[str, str] = {}
    for name in sorted(available_timezones()):
        known[name.lower()] = name
        known.setdefault(name.lower().rpartition("/")[2], name)
    wanted = timezone.strip().lower().replace(" ", "_")
    matches = [wanted] if wanted in known else difflib.get_close_matches(wanted, known)
    near = dict.fromkeys(known[match] for match in matches)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"{timezone!r} is not an IANA time zone (such as America/New_York){hint}"


def _to_utc(local: Cron, offset: int, offsets: tuple[int, int]) -> Cron:
    times = _moved_times(local, -offset)
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
    hour_text = _moved(local.hours, HOURS, min(carries)) if one_carry else _listed(hours, HOURS)
    minute_text = _moved(local.minutes, MINUTES, -offset)

    shifts = {moved // _DAY for moved in times}
    for day_of_month, month, day_of_week in _day_proposals(local, shifts):
        utc = _cron(minute_text, hour_text, day_of_month, month, day_of_week, local.year)
        unchanged = shifts == {0} and utc.texts[2:] == local.texts[2:]
        if unchanged or all(_same_days(_days(utc), _shift(_days(local), shift)) for shift in shifts):
            return utc

    latest = _DAY + min(offsets)
    stays = f"before {latest // 60:02}:{latest % 60:02}"
    if offset > 0:
        stays = f"from {max(offsets) // 60:02}:{max(offsets) % 60:02} on"
    if len(shifts) > 1:
        problem = "in UTC, some of its runs fall on a different day than the others"
    else:
        problem = f"in UTC, it runs on the {'next' if shifts == {1} else 'previous'} day"
    raise ScheduleError(
        f"{local}: {problem}, which one expression cannot express for these days; choose local times {stays}, add two"
        " schedules, or use UTC expressions"
    )


def _day_proposals(local: Cron, shifts: set[int]) -> list[tuple[str, str, str]]:
    """Candidates of day-of-month, month and day-of-week for the shifted days; the caller checks them."""
    proposals = [(local.day_of_month, local.month, local.day_of_week)]
    if shifts not in ({1}, {-1}):
        return proposals
    (shift,) = shifts
    if local.day_of_week == "L":
        proposals.append(("?", local.month, _moved("7", DAY_OF_WEEK, shift)))
    elif local.week_days:
        proposals.append(("?", local.month, _moved(local.day_of_week, DAY_OF_WEEK, shift)))
    elif local.month_days:
        day_of_month = _moved(local.day_of_month, DAY_OF_MONTH, shift)
        proposals.append((day_of_month, local.month, "?"))
    month = _moved(local.month, MONTH, shift)
    if local.day_of_month == "L" and shift == 1:
        proposals.append(("1", month, "?"))
    if local.month_days == (1,) and shift == -1:
        proposals.append(("L", month, "?"))
    return proposals


def _cron(*texts: str) -> Cron:
    cron = parse(f"cron({' '.join(texts)})")
    assert isinstance(cron, Cron)
    return cron


def _moved(text: str, field: Field, distance: int) -> str:
    """The field with every value moved by `distance`, wrapping around, in its original form if possible."""
    entries = text.split(",")
    before = {value for entry in entries if entry != "*" for value in entry_values(entry, field)}
    if {_round(value + distance, field) for value in before} == before:
        return text
    moved = ",".join(_moved_entry(entry, field, distance) for entry in entries).split(",")
    if all(entry[0].isdecimal() for entry in moved) and field is not DAY_OF_WEEK:
        moved.sort(key=lambda entry: int(entry.partition("-")[0].partition("/")[0]))
    return ",".join(moved)


def _moved_entry(entry: str, field: Field, distance: int) -> str:
    values = [_round(value + distance, field) for value in entry_values(entry, field)]
    base, slash, step = entry.partition("/")
    word = _name if base[0].isalpha() else _digits
    first, last = word(values[0], field), word(values[-1], field)
    if slash and "-" in base and values == sorted(values):
        return f"{first}-{last}/{step}"
    if slash:
        values.sort()
        if values == list(range(values[0], field.high + 1, int(step))):
            return f"{word(values[0], field)}/{step}"
        return ",".join(word(value, field) for value in values)
    if values[0] > values[-1] and field is not DAY_OF_WEEK:
        # AWS accepts ranges that wrap around, but only for weekdays is one known to run in production.
        return ",".join(_range(list(part), field) for part in _rising(values))
    return first if len(values) == 1 else f"{first}-{last}"


def _listed(values: set[int], field: Field) -> str:
    """The values as a list, with three or more consecutive ones as a range."""
    if len(values) == field.size:
        return "*"
    return ",".join(_range(part, field) for part in _rising(sorted(values)))


def _rising(values: list[int]) -> list[list[int]]:
    """The values, split into runs of consecutive ones."""
    parts: list[list[int]] = []
    for value in values:
        if parts and value == parts[-1][-1] + 1:
            parts[-1].append(value)
        else:
            parts.append([value])
    return parts


def _range(values: list[int], field: Field) -> str:
    if len(values) < 3:
        return ",".join(_digits(value, field) for value in values)
    return f"{_digits(values[0], field)}-{_digits(values[-1], field)}"


def _round(value: int, field: Field) -> int:
    return (value - field.low) % field.size + field.low


def _name(value: int, field: Field) -> str:
    return field.names[value - field.low]


def _digits(value: int, field: Field) -> str:
    return str(value)


def _moved_times(cron: Cron, minutes: int) -> set[int]:
    """The times, moved, in minutes from midnight: below 0 is the day before, 1440 and above the next day."""
    return {hour * 60 + minute + minutes for hour in cron.hour_values for minute in cron.minute_values}


@lru_cache(maxsize=256)
def _days(cron: Cron) -> int:
    """The days on which it fires, as a bit set with one bit per day from 1970 to 2199."""
    months, years = set(cron.month_values), set(cron.year_values)
    by_shape: dict[tuple[int, int], str] = {}
    digits = []  # of a binary number, the first day last
    for year, month, shape in reversed(_months()):
        if month not in months or year not in years:
            digits.append("0" * shape[1])
            continue
        if shape not in by_shape:
            days = matching_days(cron, *shape)
            by_shape[shape] = "".join("1" if day in days else "0" for day in range(shape[1], 0, -1))
        digits.append(by_shape[shape])
    return int("".join(digits), 2)


@cache
def _months() -> list[tuple[int, int, tuple[int, int]]]:
    """All months from 1970 to 2199: year, month, and (weekday of the first day, length)."""
    years, months = range(YEAR.low, YEAR.high + 1), range(MONTH.low, MONTH.high + 1)
    firsts = [date(year, month, 1) for year in years for month in months]
    following = [*firsts[1:], date(YEAR.high + 1, 1, 1)]
    lengths = [(after - first).days for first, after in zip(firsts, following, strict=True)]
    return [(first.year, first.month, (first.weekday(), length)) for first, length in zip(firsts, lengths, strict=True)]


_DAY_COUNT = (date(YEAR.high + 1, 1, 1) - date(YEAR.low, 1, 1)).days
_INNER_DAYS = (1 << (_DAY_COUNT - 1)) - 2
"""All but the first and the last day, because their neighbors are out of range."""


def _shift(days: int, by: int) -> int:
    return days << by if by >= 0 else days >> -by


def _same_days(left: int, right: int) -> bool:
    return (left ^ right) & _INNER_DAYS == 0
