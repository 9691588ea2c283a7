"""From local time to the two UTC expressions that daylight saving makes necessary.

EventBridge rules know UTC only (User Guide, "Cron expressions reference"), so a task that runs at a
local hour needs one expression for standard time and one for daylight time.
"""

from __future__ import annotations

import calendar
import difflib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
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
    item_values,
)
from scaffold.aws.schedules.schedule import matching_days, parse

_DAY = 24 * 60
_SAMPLE_YEAR = 2037
"""Late enough that only a zone's standing rules apply."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two UTC expressions for one local time."""

    standard: str
    daylight: str


def local_pair(expression: str, timezone: str) -> Pair:
    """Read `expression` as local time in the IANA zone `timezone` and give its two UTC expressions.

    A zone without daylight saving gives the same expression twice. Raises ScheduleError where the
    expression or the zone is wrong, or where the result cannot be written as one expression.
    """
    local = parse(expression)
    if isinstance(local, Rate):
        raise ScheduleError(f"{expression}: rate has no time of day; leave out the time zone")
    standard, daylight = utc_offsets(timezone)
    return Pair(*(_to_utc(local, offset, (standard, daylight)) for offset in (standard, daylight)))


def is_daylight_pair(standard: Cron, daylight: Cron) -> bool:
    """Whether `daylight` fires exactly one hour before each run of `standard`, and only then.

    Compares all days from 1970 to 2199 (but for the first and the last), so that it does not matter
    how the expressions are written. False where neither ever fires.
    """
    earlier = _moved_times(standard, -60)
    if {moved % _DAY for moved in earlier} != _moved_times(daylight, 0):
        return False
    days = _days(daylight)
    return bool(days) and all(
        _same_days(days, _shift(_days(standard), shift)) for shift in {moved // _DAY for moved in earlier}
    )


def utc_offsets(timezone: str) -> tuple[int, int]:
    """Minutes east of UTC in standard and in daylight time.

    The smaller one is standard time: the zone's own flag means the reverse in Europe/Dublin.
    """
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ScheduleError(_unknown_zone(timezone)) from None
    noon = datetime(_SAMPLE_YEAR, 1, 1, 12, tzinfo=zone)
    offsets = {(noon + timedelta(days=day)).utcoffset() for day in range(365)} - {None}
    found = sorted(offset // timedelta(minutes=1) for offset in offsets if offset is not None)
    if len(found) > 2:
        raise ScheduleError(f"{timezone} has three offsets a year or more: give UTC expressions")
    return found[0], found[-1]


def _unknown_zone(timezone: str) -> str:
    # People know cities ("New York"), so each last part of a name counts as one too.
    known: dict[str, str] = {}
    for name in sorted(available_timezones()):
        known[name.lower()] = name
        known.setdefault(name.lower().rpartition("/")[2], name)
    wanted = timezone.strip().lower().replace(" ", "_")
    matches = [wanted] if wanted in known else difflib.get_close_matches(wanted, known)
    near = dict.fromkeys(known[match] for match in matches)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"{timezone!r} is no IANA time zone (such as America/New_York){hint}"


def _to_utc(local: Cron, offset: int, offsets: tuple[int, int]) -> str:
    times = _moved_times(local, -offset)
    clock = {moved % _DAY for moved in times}
    hours = {moved // 60 for moved in clock}
    minutes = {moved % 60 for moved in clock}
    if len(hours) * len(minutes) != len(clock):
        raise ScheduleError(
            f"{local}: in UTC some of its minutes fall into another hour than the others, which one"
            " expression cannot say; make two schedules, or give both UTC expressions"
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
            return str(utc)

    latest = _DAY + min(offsets)
    stays = f"before {latest // 60:02}:{latest % 60:02}"
    if offset > 0:
        stays = f"from {max(offsets) // 60:02}:{max(offsets) % 60:02} on"
    if len(shifts) > 1:
        problem = "in UTC some of its runs fall on another day than the others"
    else:
        problem = f"in UTC it runs on the {'next' if shifts == {1} else 'previous'} day"
    raise ScheduleError(
        f"{local}: {problem}, which one expression cannot say for these days; choose local times"
        f" {stays}, make two schedules, or give both UTC expressions"
    )


def _day_proposals(local: Cron, shifts: set[int]) -> list[tuple[str, str, str]]:
    """Day-of-month, month and day-of-week that may be the shifted days; the caller checks each."""
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
    """The field with every value moved round by `distance`, written as it was where possible."""
    items = text.split(",")
    before = {value for item in items if item != "*" for value in item_values(item, field)}
    if {_round(value + distance, field) for value in before} == before:
        return text
    moved = ",".join(_moved_item(item, field, distance) for item in items).split(",")
    if all(item[0].isdecimal() for item in moved) and field is not DAY_OF_WEEK:
        moved.sort(key=lambda item: int(item.partition("-")[0].partition("/")[0]))
    return ",".join(moved)


def _moved_item(item: str, field: Field, distance: int) -> str:
    values = [_round(value + distance, field) for value in item_values(item, field)]
    base, slash, step = item.partition("/")
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
        # AWS takes ranges that wrap round, but only for weekdays is one known to run in production.
        return ",".join(_range(list(part), field) for part in _rising(values))
    return first if len(values) == 1 else f"{first}-{last}"


def _listed(values: set[int], field: Field) -> str:
    """Any values as a list, three and more neighbours as a range."""
    if len(values) == field.size:
        return "*"
    return ",".join(_range(part, field) for part in _rising(sorted(values)))


def _rising(values: list[int]) -> list[list[int]]:
    """The values cut wherever the next is not the one after."""
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
    """Minutes from the start of the cron's own day: below 0 the day before, from 1440 the next."""
    return {hour * 60 + minute + minutes for hour in cron.hour_values for minute in cron.minute_values}


@lru_cache(maxsize=256)
def _days(cron: Cron) -> int:
    """The days on which it fires, one bit a day from 1970 to 2199: sets of days in one number."""
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
    """Every month from 1970 to 2199: year, month, and the weekday of its first day with its length."""
    years, months = range(YEAR.low, YEAR.high + 1), range(MONTH.low, MONTH.high + 1)
    return [(year, month, calendar.monthrange(year, month)) for year in years for month in months]


_DAY_COUNT = (date(YEAR.high + 1, 1, 1) - date(YEAR.low, 1, 1)).days
_INNER_DAYS = (1 << (_DAY_COUNT - 1)) - 2
"""All but the first and the last, whose neighbours no expression can name."""


def _shift(days: int, by: int) -> int:
    return days << by if by >= 0 else days >> -by


def _same_days(one: int, other: int) -> bool:
    return (one ^ other) & _INNER_DAYS == 0
