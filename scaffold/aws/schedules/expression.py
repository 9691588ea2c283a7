"""The grammar of schedule expressions: what EventBridge rules accept, and what each field means.

Source: Amazon EventBridge User Guide, "Cron expressions reference" and "Rate expressions reference"; for the length
limit, `ScheduleExpression` of `PutRule` in the API reference. If the guide is ambiguous, the stricter reading applies:
whatever is accepted here, AWS accepts.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_LENGTH = 256
"""Characters in a whole expression, including `cron(` and `)`."""


class ScheduleError(ValueError):
    """A schedule that AWS would refuse or that cannot be converted, with a valid alternative if there is one."""


class Field(NamedTuple):
    """A field of a cron expression: its documented name, range, wildcards and value names."""

    name: str
    low: int
    high: int
    wildcards: str = ",-*/"
    names: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """The number of values."""
        return self.high - self.low + 1

    @property
    def largest_step(self) -> int:
        """The largest number allowed after `/`."""
        return min(self.high, self.size)


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")

MINUTES = Field("minutes", 0, 59)
HOURS = Field("hours", 0, 23)
DAY_OF_MONTH = Field("day-of-month", 1, 31, ",-*?/LW")
MONTH = Field("month", 1, 12, names=_MONTHS)
DAY_OF_WEEK = Field("day-of-week", 1, 7, ",-*?L#", _WEEKDAYS)
YEAR = Field("year", 1970, 2199)
FIELDS = (MINUTES, HOURS, DAY_OF_MONTH, MONTH, DAY_OF_WEEK, YEAR)


class Rate(NamedTuple):
    """`rate(value unit)`: every `value` units, counted from the creation of the rule."""

    value: int
    unit: str
    """`minute`, `hour` or `day`: always the singular."""

    def __str__(self) -> str:
        return f"rate({self.value} {self.unit}{'s' if self.value > 1 else ''})"


class Cron(NamedTuple):
    """`cron(…)`: the six fields as written, and their values as sorted numbers.

    `month_days` and `week_days` are empty if the field is `?`, or uses L, W or #, whose days differ by month.
    """

    minutes: str
    hours: str
    day_of_month: str
    month: str
    day_of_week: str
    year: str
    minute_values: tuple[int, ...]
    hour_values: tuple[int, ...]
    month_days: tuple[int, ...]
    month_values: tuple[int, ...]
    week_days: tuple[int, ...]
    year_values: tuple[int, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The six fields, in the order of the expression."""
        days = (self.day_of_month, self.month, self.day_of_week)
        return (self.minutes, self.hours, *days, self.year)

    def __str__(self) -> str:
        return f"cron({' '.join(self.texts)})"


def read(expression: str) -> Rate | Cron:
    """Parse an expression. Raises ScheduleError with the rule that it breaks, without an alternative."""
    if len(expression) > MAX_LENGTH:
        raise ScheduleError(f"{len(expression)} characters, but AWS accepts at most {MAX_LENGTH}")
    for character in expression:
        if not " " <= character <= "~":
            raise ScheduleError(
                f"the character {character!a} is not allowed in an expression; use only printable ASCII characters"
            )
    if match := re.fullmatch(r"rate\((.*)\)", expression):
        return _rate(match[1])
    if match := re.fullmatch(r"cron\((.*)\)", expression):
        return _cron(match[1])
    raise ScheduleError(
        "an expression is either rate(value unit), such as rate(5 minutes), or cron(minutes hours"
        " day-of-month month day-of-week year), such as cron(0 9 ? * MON-FRI *)"
    )


def entry_values(entry: str, field: Field) -> tuple[int, ...]:
    """The values of one entry of a list (`5`, `MON-FRI`, `0/15`), in the order of firing.

    A range whose end is before its start wraps around. Raises ScheduleError.
    """
    base, slash, step = entry.partition("/")
    if base == "*" and slash:
        first, last = field.low, field.high
    else:
        start, dash, end = base.partition("-")
        first = number(start, field)
        last = number(end, field) if dash else field.high if slash else first
    if slash and not (step.isdecimal() and 1 <= int(step) <= field.largest_step):
        raise ScheduleError(
            f"{field.name}: the step in {entry!r} must be a whole number from 1 to {field.largest_step}"
        )
    if last < first:
        if field is YEAR:
            raise ScheduleError(f"year: the range {base!r} ends before it starts")
        last += field.size
    steps = range(first, last + 1, int(step) if slash else 1)
    return tuple((value - field.low) % field.size + field.low for value in steps)


def _rate(text: str) -> Rate:
    match = re.fullmatch(r"([1-9][0-9]*) (minute|hour|day)(s?)", text)
    if not match:
        raise ScheduleError("rate takes a positive whole number, one space, and minute(s), hour(s) or day(s)")
    value, unit, plural = int(match[1]), match[2], bool(match[3])
    if plural != (value > 1):
        raise ScheduleError("the unit is singular for 1 and plural otherwise")
    return Rate(value, unit)


def _cron(text: str) -> Cron:
    texts = text.split(" ")
    if len(texts) != len(FIELDS) or "" in texts:
        raise ScheduleError(
            f"cron takes six fields separated by single spaces ({' '.join(f.name for f in FIELDS)}), but this has"
            f" {len(text.split())}"
        )
    minutes, hours, day_of_month, month, day_of_week, year = texts
    values = [_values(text, field) for text, field in zip(texts, FIELDS, strict=True)]
    if (day_of_month == "?") == (day_of_week == "?"):
        raise ScheduleError("exactly one of day-of-month and day-of-week must be ?")
    return Cron(minutes, hours, day_of_month, month, day_of_week, year, *values)


def _values(text: str, field: Field) -> tuple[int, ...]:
    if text == "*":
        return tuple(range(field.low, field.high + 1))
    for sign in "*,-/?#":
        if sign in text and sign not in field.wildcards:
            raise ScheduleError(f"{field.name}: {sign} is not allowed here, only {' '.join(field.wildcards)}")
    if text == "?":
        return ()
    if field is DAY_OF_MONTH and re.search("[LW]", text):
        if text in ("L", "LW"):
            return ()
        if text.endswith("W") and text[:-1].isdecimal():
            number(text[:-1], field)
            return ()
        raise ScheduleError(
            f"day-of-month: {text!r} is invalid; the forms with L and W are L (the last day), LW (the last weekday)"
            " and, for example, 15W (the weekday nearest to the 15th), and none of them can be part of a list"
        )
    if field is DAY_OF_WEEK and ("#" in text or text.endswith("L")):
        if text == "L":
            return ()
        day, nth = text[:-1], text[-1]
        if "#" in text:
            day, _, nth = text.partition("#")
            if nth not in ("1", "2", "3", "4", "5"):
                raise ScheduleError(
                    f"day-of-week: {text!r} is invalid; # takes one weekday before it and a number from 1 to 5 after"
                    " it, and cannot be part of a list (3#2 is the second Tuesday)"
                )
        number(day, field)
        return ()
    values = {value for entry in text.split(",") for value in entry_values(entry, field)}
    return tuple(sorted(values))


def number(text: str, field: Field) -> int:
    """A number or name as AWS's number. Raises ScheduleError."""
    if text.upper() in field.names:
        return field.names.index(text.upper()) + field.low
    names = f" or {field.names[0]}-{field.names[-1]}" if field.names else ""
    allowed = f"{field.name} takes {field.low}-{field.high}{names}"
    if not text.isdecimal() or len(text) > len(str(field.high)):
        if text == "*":
            raise ScheduleError(f"{field.name}: * can only be used alone or before a step, such as */2")
        what = f"{text!r} is invalid" if text else "a number is missing"
        raise ScheduleError(f"{field.name}: {what}; {allowed}")
    if not field.low <= int(text) <= field.high:
        raise ScheduleError(f"{field.name}: {text} is out of range; {allowed}")
    return int(text)
