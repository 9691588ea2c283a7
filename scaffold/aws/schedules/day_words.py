"""The days of a cron expression in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from scaffold.aws.schedules.expression import DAY_OF_MONTH, DAY_OF_WEEK, MONTH, YEAR, Cron, number
from scaffold.aws.schedules.fields import rising

DAILY = "daily"
_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_COUNTS = ("first", "second", "third", "fourth", "fifth")
_MONDAY = 2
_MOST_LISTED = 5
"""The number of regular values up to which each is given."""


def day_words(cron: Cron) -> str:
    """Such as `daily`, `Monday through Friday`, or `on the last day of the month in 2030`."""
    months = "" if len(cron.month_values) == MONTH.size else _spans(cron.month_values, _month)
    years = "" if len(cron.year_values) == YEAR.size else f" in {_spans(cron.year_values, str)}"
    of_month = _of_month(cron)
    if of_month:
        return f"on the {of_month} of {months or 'the month'}{years}"
    return f"{_of_week(cron)}{months and f' in {months}'}{years}"


def _of_month(cron: Cron) -> str:
    """The days that are counted in a month; "" if they are every day, or days of the week."""
    text = cron.day_of_week
    if "#" in text:
        day, _, nth = text.partition("#")
        return f"{_COUNTS[int(nth) - 1]} {_weekday(number(day, DAY_OF_WEEK))}"
    if len(text) > 1 and text.endswith("L"):
        return f"last {_weekday(number(text[:-1], DAY_OF_WEEK))}"
    if text != "?" or len(cron.month_days) == DAY_OF_MONTH.size:
        return ""
    if cron.month_days:
        return _spans(cron.month_days, _ordinal)
    text = cron.day_of_month
    if text in ("L", "LW"):
        return "last day" if text == "L" else "last weekday"
    return f"weekday nearest to the {_ordinal(int(text[:-1]))}"


def _of_week(cron: Cron) -> str:
    days = cron.week_days or (() if cron.day_of_week == "?" else (7,))  # L alone is Saturday
    if len(days) in (0, DAY_OF_WEEK.size):
        return DAILY
    # From Monday on, or from where a range begins that goes on over the weekend.
    ordered = sorted(days, key=lambda day: (day - _MONDAY) % 7)
    starts = [day for day in ordered if (day - 2) % 7 + 1 not in days]
    if len(starts) == 1:
        first = ordered.index(starts[0])
        ordered = ordered[first:] + ordered[:first]
        if len(days) > 2:
            return f"{_weekday(ordered[0])} through {_weekday(ordered[-1])}"
    return f"every {_weekday(days[0])}" if len(days) == 1 else joined([_weekday(day) for day in ordered])


def _weekday(day: int) -> str:
    return _WEEKDAYS[day - 1]


def _month(month: int) -> str:
    return _MONTHS[month - 1]


def _ordinal(day: int) -> str:
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th") if day not in (11, 12, 13) else "th"
    return f"{day}{suffix}"


def _spans(values: tuple[int, ...], name: Callable[[int], str]) -> str:
    """Sorted values, with three or more consecutive ones as a range."""
    runs, words = rising(list(values)), list[str]()
    for run in runs:
        span = [name(value) for value in run]
        words += span if len(span) < 3 else [f"{span[0]} through {span[-1]}"]
    if len(words) > _MOST_LISTED and len({after - before for before, after in pairwise(run[0] for run in runs)}) == 1:
        words[2:-1] = ["..."]
    return joined(words)


def joined(words: Sequence[str]) -> str:
    """Such as `a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
