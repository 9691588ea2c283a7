"""A schedule whose two expressions are not the same local time in winter and summer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.comments import comments_about
from scaffold.audit.facts.starts.timing import timings
from scaffold.audit.finding import Finding
from scaffold.aws.schedules.expression import Cron, Rate, ScheduleError
from scaffold.aws.schedules.schedule import next_runs, parse
from scaffold.aws.schedules.sentence import ALL_YEAR, clock_times, moves_with_clocks
from scaffold.aws.schedules.statement import says_utc
from scaffold.aws.schedules.timezone import Pair, in_local_time, is_daylight_pair, local_pair
from scaffold.aws.schedules.words import in_summer, in_winter
from scaffold.aws.schedules.zones import NEW_YORK, seasons
from scaffold.pfml.timing import Expression, Timing, parsed, times

WHY = "For half of the year the task runs an hour early or late, or on the wrong day, without any error."
HOW = (
    "Write both expressions for the same local time: in UTC, summer is one hour earlier than winter, which may be on "
    "another day."
)

_BEFORE = datetime(1969, 12, 31, tzinfo=UTC)


def check(facts: Facts) -> Iterator[Finding]:
    seen: set[tuple[Expression, Expression]] = set()
    for timing in facts.once(timings):
        winter, summer = timing.winter, timing.summer
        if not (winter and summer and timing.paired) or (winter, summer) in seen:
            continue
        if not _is_pair(timing) and not _means_utc(timing, facts):
            seen.add((winter, summer))
            yield _finding(timing, winter, summer)


def _is_pair(timing: Timing) -> bool:
    """Whether both are the same local time; also True if that is unknown, or if they have no time of day."""
    winter, summer = parsed(timing.winter), parsed(timing.summer)
    if winter is None or summer is None:
        return True
    if isinstance(winter, Rate) or isinstance(summer, Rate):
        return winter == summer or (isinstance(winter, Rate) and isinstance(summer, Rate) and _equal(winter, summer))
    if winter == summer and not moves_with_clocks(winter):
        return True
    fire = all(next_runs(cron, _BEFORE, 1) for cron in (winter, summer))
    return not fire or _same_days(winter, summer) or is_daylight_pair(winter, summer)


def _means_utc(timing: Timing, facts: Facts) -> bool:
    """Whether it fires at the same UTC time all year, and a comment says that this is meant."""
    if parsed(timing.winter) != parsed(timing.summer):
        return False
    comments = comments_about(timing, facts.checkout)
    return any(says_utc("\n".join(line.text for line in lines)) for _, lines in comments)


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
        proposals.append(f"{_pair_of(winter, 0).daylight} for summer")
    with suppress(ScheduleError):
        proposals.append(f"{_pair_of(summer, -1).standard} for winter")
    instead = f"Write {', or '.join(proposals)}" if proposals else "Use the same local time in both"
    utc = parsed(winter)
    if isinstance(utc, Cron) and utc == parsed(summer):
        instead += f"; if the UTC time is meant, say so in the comment: {clock_times(utc)} {ALL_YEAR}"
    return f"{instead}."


def _pair_of(expression: Expression, season: int) -> Pair:
    """The two expressions for the time that one of them is in New York, in its season. Raises ScheduleError."""
    utc = parse(expression.text)
    if isinstance(utc, Rate):
        raise ScheduleError(f"{utc}: a rate has no time of day")
    return local_pair(in_local_time(utc, seasons(NEW_YORK)[season].offset), NEW_YORK, explain=False)
