"""Parsing schedule expressions, and when they fire, in UTC.

The grammar and its sources are in `expression`, local times in `timezone`.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice

from scaffold.aws.schedules.expression import DAY_OF_WEEK, HOURS, MINUTES, Cron, Rate, ScheduleError, number, read

__all__ = [
    "Cron",
    "Rate",
    "ScheduleError",
    "days_in_month",
    "matching_days",
    "never",
    "next_runs",
    "parse",
    "runs",
    "warnings",
]


@lru_cache(maxsize=256)
def parse(expression: str) -> Rate | Cron:
    """Parse the schedule expression of an EventBridge rule.

    Raises ScheduleError with the expression, what is wrong with it, and a valid expression if one can be guessed.
    """
    try:
        return read(expression)
    except ScheduleError as error:
        problem = str(error)
    from scaffold.aws.schedules import mistakes

    for reason, proposal in mistakes.likely(expression):
        if not proposal:
            problem = reason
            break
        try:
            read(proposal)
        except ScheduleError:
            continue
        problem = f"{reason}; write {proposal}"
        break
    raise ScheduleError(f"{_shown(expression)}: {problem}")


def days_in_month(cron: Cron, year: int, month: int) -> tuple[int, ...]:
    """The days of a month that the day fields match, regardless of the month and year fields."""
    first, length = calendar.monthrange(year, month)
    return matching_days(cron, first, length)


def matching_days(cron: Cron, first: int, length: int) -> tuple[int, ...]:
    """The same for a month of `length` days that begins on weekday `first` (0 is Monday)."""

    def weekday(day: int) -> int:
        """1 is Sunday, as in AWS."""
        return (first + day) % 7 + 1

    def nearest_working_day(day: int) -> int:
        if weekday(day) == 7:
            return day - 1 if day > 1 else day + 2
        if weekday(day) == 1:
            return day + 1 if day < length else day - 2
        return day

    if cron.day_of_week == "?":
        text = cron.day_of_month
        if text == "L":
            return (length,)
        if text == "LW":
            return (nearest_working_day(length),)
        if text.endswith("W"):
            # A month without that day is skipped, as in aws-croniter; the guide does not say.
            day = int(text[:-1])
            return (nearest_working_day(day),) if day <= length else ()
        return tuple(day for day in cron.month_days if day <= length)

    text = cron.day_of_week
    if text == "L":
        text = "7"
    if text.endswith("L"):
        wanted = number(text[:-1], DAY_OF_WEEK)
        return tuple(day for day in range(length - 6, length + 1) if weekday(day) == wanted)
    if "#" in text:
        name, _, nth = text.partition("#")
        week = range(7 * int(nth) - 6, min(7 * int(nth), length) + 1)
        return tuple(day for day in week if weekday(day) == number(name, DAY_OF_WEEK))
    wanted_days = cron.week_days or (int(text),)
    return tuple(day for day in range(1, length + 1) if weekday(day) in wanted_days)


def runs(schedule: Rate | Cron, after: datetime) -> Iterator[datetime]:
    """The moments (aware, UTC) strictly after `after` at which the schedule fires, in order.

    A rate is counted from `after`. Ends after the last year of the expression. Raises ValueError if `after` has no time
    zone.
    """
    if after.tzinfo is None:
        raise ValueError("naive datetime: pass one with a time zone")
    moment = after.astimezone(UTC)
    if isinstance(schedule, Rate):
        try:
            while True:
                moment += timedelta(**{f"{schedule.unit}s": schedule.value})
                yield moment
        except OverflowError:
            return  # beyond the year 9999
    for year in schedule.year_values:
        for month in schedule.month_values:
            if (year, month) < (moment.year, moment.month):
                continue
            for day in days_in_month(schedule, year, month):
                if (year, month, day) < (moment.year, moment.month, moment.day):
                    continue
                for hour in schedule.hour_values:
                    for minute in schedule.minute_values:
                        run = datetime(year, month, day, hour, minute, tzinfo=UTC)
                        if run > moment:
                            yield run


def next_runs(schedule: Rate | Cron, after: datetime, count: int) -> tuple[datetime, ...]:
    """The first `count` of `runs`; fewer if the schedule ends."""
    return tuple(islice(runs(schedule, after), count))


def never(schedule: Rate | Cron, now: datetime) -> str:
    """Why a schedule never fires from now on; "" if it does."""
    if next_runs(schedule, now, 1):
        return ""
    if next_runs(schedule, datetime(1969, 12, 31, tzinfo=UTC), 1):
        return "it never fires again: its last run is in the past"
    return "it never fires: there is no such day"


def warnings(schedule: Rate | Cron, now: datetime) -> tuple[str, ...]:
    """What is valid but probably a mistake, one sentence each."""
    if isinstance(schedule, Rate):
        return (f"{schedule} fires every minute",) if schedule == Rate(1, "minute") else ()
    reason = never(schedule, now)
    problems = [f"{schedule} {reason.removeprefix('it ')}"] if reason else []
    if len(schedule.minute_values) == MINUTES.size:
        if len(schedule.hour_values) == HOURS.size:
            problems.append(f"{schedule} fires every minute")
        else:
            problems.append(
                f"{schedule} fires every minute of the hours {schedule.hours}; to run once an hour, set minutes to 0"
            )
    return tuple(problems)


def _shown(expression: str) -> str:
    short = expression if len(expression) <= 100 else f"{expression[:100]}..."
    return short if short.isascii() and short.isprintable() and short.strip() else ascii(short)
