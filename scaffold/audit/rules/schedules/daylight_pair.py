"""Two expressions of a schedule that are not the same time by the clocks.

A warning: the task runs, an hour off for half of the year, or on another day.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.timing import Timing, Written, read, times, timings
from scaffold.audit.finding import Finding
from scaffold.aws.schedules.expression import Cron, Rate, ScheduleError
from scaffold.aws.schedules.schedule import next_runs
from scaffold.aws.schedules.timezone import is_daylight_pair, local_pair
from scaffold.aws.schedules.words import ZONE, in_summer, in_winter

WHY = "For half of the year the task runs an hour early or late, or on another day, and nothing fails."

_BEFORE = datetime(1969, 12, 31, tzinfo=UTC)


def check(facts: Facts) -> Iterator[Finding]:
    seen: set[tuple[Written, Written]] = set()
    for timing in facts.once(timings):
        winter, summer = timing.winter, timing.summer
        if winter and summer and timing.paired and (winter, summer) not in seen and not _is_pair(timing):
            seen.add((winter, summer))
            yield _finding(timing, winter, summer)


def _is_pair(timing: Timing) -> bool:
    """Also where it cannot be told, or where the expressions name no time of day."""
    winter, summer = read(timing.winter), read(timing.summer)
    if winter is None or summer is None:
        return True
    if isinstance(winter, Rate) or isinstance(summer, Rate):
        return winter == summer or (isinstance(winter, Rate) and isinstance(summer, Rate) and _equal(winter, summer))
    # Every hour, or every two: an interval and no time of day.
    if winter == summer and any(sign in winter.hours for sign in "*/"):
        return True
    fire = all(next_runs(one, _BEFORE, 1) for one in (winter, summer))
    return not fire or _same_days(winter, summer) or is_daylight_pair(winter, summer)


def _equal(one: Rate, other: Rate) -> bool:
    minutes = {"minute": 1, "hour": 60, "day": 1440}
    return one.value * minutes[one.unit] == other.value * minutes[other.unit]


def _same_days(winter: Cron, summer: Cron) -> bool:
    """Whether the expressions say the same days, and in summer times an hour earlier on the same day: the common case,
    in which no calendar is needed."""
    return winter.texts[2:] == summer.texts[2:] and {time - 60 for time in times(winter)} == times(summer)


def _finding(timing: Timing, winter: Written, summer: Written) -> Finding:
    words = [f"{one.local[:1].lower()}{one.local[1:]}" for one in (in_winter(winter.text), in_summer(summer.text))]
    return Finding(
        subject=timing.name,
        message=(
            f"the schedule {timing.name} moves when the clocks change: in New York, {winter.text} is {words[0]} "
            f"in winter, and {summer.text} is {words[1]} in summer"
        ),
        instead=_instead(winter, summer),
        path=summer.path,
        offset=summer.offset,
        task=timing.task,
    )


def _instead(winter: Written, summer: Written) -> str:
    """What either expression wants the other to be."""
    wanted = []
    with suppress(ScheduleError):
        wanted.append(f"{_other(winter.text, 5, daylight=True)} for summer")
    with suppress(ScheduleError):
        wanted.append(f"{_other(summer.text, 4, daylight=False)} for winter")
    return f"Write {', or '.join(wanted)}." if wanted else "Make them the same by the clocks."


def _other(expression: str, behind: int, daylight: bool) -> str:
    """The expression of the other season for one that is `behind` hours behind UTC."""
    # Read as the local time of a zone that is as far ahead of UTC, "in UTC" comes out as New York's clock.
    pair = local_pair(local_pair(expression, f"Etc/GMT-{behind}").standard, ZONE)
    return pair.daylight if daylight else pair.standard
