"""Schedule expressions in words, in UTC and in New York time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from scaffold.aws.schedules.expression import Cron, Rate, ScheduleError
from scaffold.aws.schedules.fields import rising
from scaffold.aws.schedules.schedule import parse
from scaffold.aws.schedules.timezone import in_local_time
from scaffold.aws.schedules.zones import NEW_YORK, seasons


@dataclass(frozen=True, slots=True)
class Reading:
    """An expression in words.

    expression: as written. words: its meaning, in UTC. local: its meaning in New York time. problem: why it is invalid;
    then words and local are "".
    """

    expression: str
    words: str
    local: str
    problem: str


@lru_cache(maxsize=256)
def in_winter(expression: str) -> Reading:
    """The expression in words, during standard time."""
    return _read(expression, winter=True)


@lru_cache(maxsize=256)
def in_summer(expression: str) -> Reading:
    """The expression in words, during daylight saving time."""
    return _read(expression, winter=False)


def _read(expression: str, winter: bool) -> Reading:
    try:
        schedule = parse(expression)
    except ScheduleError as error:
        return Reading(expression, "", "", str(error).removeprefix(f"{expression}: "))
    return Reading(expression, in_words(schedule), _by_the_clock(schedule, winter), "")


@lru_cache(maxsize=256)
def in_words(schedule: Rate | Cron) -> str:
    """A schedule in words, without a zone; the expression itself if it cannot be put into words."""
    if isinstance(schedule, Rate):
        return f"Every {schedule.value} {schedule.unit}s" if schedule.value > 1 else f"Every {schedule.unit}"
    from cron_descriptor import Options, get_description

    options = Options(
        day_of_week_start_index_zero=False, use_24hour_time_format=True, locale_code="en_US", verbose=True
    )
    minutes, hours, day_of_month, month, day_of_week, year = schedule.texts
    # A moved range can look like 4-18,19-21,22; 4-22 reads better.
    hours = _ranges(schedule.hour_values) if "," in hours and "-" in hours else hours
    # The library only knows L after a day; alone it is Saturday, the last day of AWS's week.
    day_of_week = "SAT" if day_of_week == "L" else day_of_week
    try:
        # With seconds there are seven fields, so the library does not have to guess which of six is the year.
        fields = ("0", minutes, hours, day_of_month, month, day_of_week, year)
        return str(get_description(" ".join(fields).upper(), options))
    except Exception:  # many kinds of errors, and words are optional
        return str(schedule)


def _ranges(values: tuple[int, ...]) -> str:
    """Sorted numbers as ranges, such as 0,8-23."""
    return ",".join(f"{run[0]}-{run[-1]}" if run[1:] else str(run[0]) for run in rising(list(values)))


def _by_the_clock(schedule: Rate | Cron, winter: bool) -> str:
    if isinstance(schedule, Rate):
        return in_words(schedule)
    offset = seasons(NEW_YORK)[0 if winter else -1].offset
    try:
        local = in_local_time(schedule, offset)
    except ScheduleError:
        return f"{in_words(schedule)}, UTC, which is {-offset // 60} hours ahead"
    return in_words(local)
