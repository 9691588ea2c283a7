"""A schedule whose two expressions are not the same local time in winter and summer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.timing import timings
from scaffold.audit.finding import Finding
from scaffold.aws.schedules.expression import Cron, Rate, ScheduleError
from scaffold.aws.schedules.schedule import next_runs, parse
from scaffold.aws.schedules.timezone import is_daylight_pair, local_pair
from scaffold.aws.schedules.words import ZONE, in_summer, in_winter
from scaffold.pfml.timing import Expression, Timing, parsed, times

WHY = "For half of the year the task runs an hour early or late, or on the wrong day, without any error."

_BEFORE = datetime(1969, 12, 31, tzinfo=UTC)


def check(facts: Facts) -> Iterator[Finding]:
    seen: set[tuple[Expression, Expression]] = set()
    for timing in facts.once(timings):
        winter, summer = timing.winter, timing.summer
        if winter and summer and timing.paired and (winter, summer) not in seen and not _is_pair(timing):
            seen.add((winter, summer))
            yield _finding(timing, winter, summer)


def _is_pair(timing: Timing) -> bool:
    """Whether both are the same local time; also True if that is unknown, or if they have no time of day."""
    winter, summer = parsed(timing.winter), parsed(timing.summer)
    if winter is None or summer is None:
        return True
    if isinstance(winter, Rate) or isinstance(summer, Rate):
        return winter == summer or (isinstance(winter, Rate) and isinstance(summer, Rate) and _equal(winter, summer))
    # Every hour, or every second hour, is an interval and not a time of day.
    if winter == summer and any(sign in winter.hours for sign in "*/"):
        return True
    fire = all(next_runs(cron, _BEFORE, 1) for cron in (winter, summer))
    return not fire or _same_days(winter, summer) or is_daylight_pair(winter, summer)


def _equal(winter: Rate, summer: Rate) -> bool:
    minutes = {"minute": 1, "hour": 60, "day": 1440}
    return winter.value * minutes[winter.unit] == summer.value * minutes[summer.unit]


def _same_days(winter: Cron, summer: Cron) -> bool:
    """Whether the expressions have the same days, and the summer times are an hour earlier on the same day. This is the
    common case, which needs no calendar."""
    return winter.texts[2:] == summer.texts[2:] and {time - 60 for time in times(winter)} == times(summer)


def _finding(timing: Timing, winter: Expression, summer: Expression) -> Finding:
    local = [phrase.local for phrase in (in_winter(winter.text), in_summer(summer.text))]
    words = [f"{text[:1].lower()}{text[1:]}" for text in local]
    return Finding(
        subject=timing.name,
        message=(
            f"the schedule {timing.name} shifts when the clocks change: in New York, {winter.text} is {words[0]} "
            f"in winter, but {summer.text} is {words[1]} in summer"
        ),
        instead=_instead(winter, summer),
        path=summer.path,
        offset=summer.offset,
        task=timing.task,
    )


def _instead(winter: Expression, summer: Expression) -> str:
    """For each expression, what the other one would have to be."""
    proposals = []
    with suppress(ScheduleError):
        proposals.append(f"{_counterpart(winter.text, 5, daylight=True)} for summer")
    with suppress(ScheduleError):
        proposals.append(f"{_counterpart(summer.text, 4, daylight=False)} for winter")
    return f"Write {', or '.join(proposals)}." if proposals else "Use the same local time in both."


def _counterpart(expression: str, behind: int, daylight: bool) -> Cron:
    """The expression of the other season for one whose local time is `behind` hours behind UTC."""
    # Read as local time of a zone that is as many hours ahead of UTC, the result in UTC is New York's local time.
    pair = local_pair(local_pair(parse(expression), f"Etc/GMT-{behind}", explain=False).standard, ZONE, explain=False)
    return pair.daylight if daylight else pair.standard
