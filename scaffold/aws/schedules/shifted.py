"""The days of a schedule after a shift over midnight, written as the fields of one expression."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scaffold.aws.schedules.days import Parts, days_of, parts_of, same_days, shift, shortest_month
from scaffold.aws.schedules.expression import DAY_OF_MONTH, DAY_OF_WEEK, MONTH, YEAR, Cron, Field, ScheduleError
from scaffold.aws.schedules.fields import field_values, listed, moved_field
from scaffold.aws.schedules.schedule import parse

Shifts = frozenset[int]


class DayFields(NamedTuple):
    """The last four fields of a cron expression."""

    day_of_month: str
    month: str
    day_of_week: str
    year: str


def shifted_days(local: Cron, shifts: Shifts) -> DayFields | None:
    """The days for all runs of a schedule, which are shifted by -1, 0 or 1 days; None if one expression cannot
    express them."""
    same = DayFields(*local.texts[2:])
    days = days_of(local)
    shifted = [shift(days, distance) for distance in shifts]
    if all(same_days(days, target) for target in shifted):
        return same
    if not all(same_days(shifted[0], target) for target in shifted):
        return None
    parts = parts_of(shifted[0])
    for fields in _proposals(local, parts, min(shifts)):
        try:
            proposal = _daily(fields)
        except ScheduleError:
            continue
        if same_days(days_of(proposal), shifted[0]):
            return fields
    return None


def _proposals(local: Cron, parts: Parts, distance: int) -> Iterator[DayFields]:
    """The expressions that can have these parts. If any list of days, months and years has exactly these days, then the
    lists of all that occur do, too."""
    month = _written(parts.months, MONTH, local.month, distance)
    day_of_month = _written(parts.month_days, DAY_OF_MONTH, local.day_of_month, distance)
    # With all years, the first or the last is not in the parts if the only run is on the first or the last day.
    for year in dict.fromkeys((local.year, _written(parts.years, YEAR, local.year, distance))):
        if local.day_of_week != "?":
            weekday = "7" if local.day_of_week == "L" else local.day_of_week
            yield DayFields("?", month, _written(parts.week_days, DAY_OF_WEEK, weekday, distance), year)
        days = (day_of_month, "L")
        for day in days[::-1] if local.month_days == (1,) else days:
            yield DayFields(day, month, "?", year)


def _written(values: set[int], field: Field, text: str, distance: int) -> str:
    """The values of a field, in the form of the local field if it has that many."""
    try:
        forms = [text, moved_field(text, field, distance)]
        return next(form for form in forms if field_values(form, field) == values)
    except (ScheduleError, StopIteration):
        return listed(values, field)


def _daily(fields: Iterable[str]) -> Cron:
    cron = parse(f"cron(0 0 {' '.join(fields)})")
    assert isinstance(cron, Cron)
    return cron


def possible_days(local: Cron, shifts: Iterable[Shifts]) -> str:
    """The days that could be expressed instead; "" if there are none. shifts: those of each of the two expressions."""
    shifts = tuple(shifts)
    if any(len(distances) > 1 for distances in shifts):
        return ""

    def possible(day_of_month: str, month: str = local.month, day_of_week: str = "?") -> bool:
        proposal = _daily((day_of_month, month, day_of_week, local.year))
        return days_of(proposal) != 0 and all(shifted_days(proposal, distances) for distances in shifts)

    if local.day_of_week != "?":
        weekday = re.split("[#L]", local.day_of_week)[0]
        return f"? * {weekday}" if weekday and possible("?", "*", weekday) else ""
    shortest = shortest_month(local)
    first, last = (1, shortest - 1) if frozenset({1}) in shifts else (2, shortest)
    alone = [day for day in (*map(str, range(1, 32)), "L") if not (day != "L" and first <= int(day) <= last)]
    alone = [day for day in alone if possible(day)]
    return f"days {first}-{last}" + (f", and {', '.join(alone)} alone" if alone else "")
