"""The days on which cron expressions fire, as bit sets with one bit per day from 1970 to 2199."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from scaffold.aws.schedules.expression import MONTH, YEAR, Cron
from scaffold.aws.schedules.schedule import matching_days


class Parts(NamedTuple):
    """The years, months, days of the month and weekdays (1 is Sunday) that occur in a set of days."""

    years: set[int]
    months: set[int]
    month_days: set[int]
    week_days: set[int]


@lru_cache(maxsize=256)
def days_of(cron: Cron) -> int:
    """The days on which it fires."""
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


def shift(days: int, by: int) -> int:
    return days << by if by >= 0 else days >> -by


def same_days(left: int, right: int) -> bool:
    return (left ^ right) & _INNER_DAYS == 0


def parts_of(days: int) -> Parts:
    """What occurs in the days, except the first and the last of all."""
    parts, start = Parts(set(), set(), set(), set()), 0
    digits = f"{days & _INNER_DAYS:0{_DAY_COUNT}b}"[::-1]
    patterns = set()  # of the days of a month, of which there are few
    for year, month, (weekday, length) in _months():
        pattern = digits[start : start + length]
        start += length
        if "1" in pattern:
            parts.years.add(year)
            parts.months.add(month)
            patterns.add((weekday, pattern))
    for weekday, pattern in patterns:
        fires = [day for day, digit in enumerate(pattern) if digit == "1"]
        parts.month_days.update(day + 1 for day in fires)
        parts.week_days.update((weekday + day + 1) % 7 + 1 for day in fires)
    return parts


def shortest_month(cron: Cron) -> int:
    """The number of days in the shortest month in which it can fire."""
    months, years = set(cron.month_values), set(cron.year_values)
    return min(shape[1] for year, month, shape in _months() if month in months and year in years)
