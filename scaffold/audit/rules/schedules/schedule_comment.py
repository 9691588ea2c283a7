"""A comment with a different time than its schedule.

Only certain cases are reported: a time of day with a zone at which the schedule fires in no environment. EST may mean
New York's local time in summer, too, unless the comment also has EDT.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.comments import Clock, clocks, comments_about
from scaffold.audit.facts.starts.timing import timings
from scaffold.audit.finding import Finding
from scaffold.aws.schedules.expression import Cron
from scaffold.pfml.timing import Timing, parsed, times
from scaffold.terraform.comments import Comment

WHY = "Readers of the comment expect the task to run at a time at which it does not."
HOW = "Correct the comment, or the expressions if the comment has the right time."
_DAY = 24 * 60
# Minutes by which New York is behind UTC.
_WINTER, _SUMMER = 5 * 60, 4 * 60


class _Times(NamedTuple):
    """When a schedule fires: minutes since midnight UTC."""

    winter: frozenset[int]
    summer: frozenset[int]

    def local(self, summer: bool) -> frozenset[int]:
        """The same times in New York."""
        times, behind = (self.summer, _SUMMER) if summer else (self.winter, _WINTER)
        return frozenset((time - behind) % _DAY for time in times)

    def of(self, zone: str, apart: bool) -> tuple[frozenset[int], ...]:
        """The times that may be meant in a zone: a range may be that of one season. apart: whether the comment
        distinguishes EST from EDT."""
        if apart and zone in ("EST", "EDT"):
            return (self.local(zone == "EDT"),)
        winter, summer = (self.winter, self.summer) if zone == "UTC" else (self.local(False), self.local(True))
        return (winter, summer, winter | summer)


def check(facts: Facts) -> Iterator[Finding]:
    blocks: dict[tuple[str, tuple[Comment, ...]], list[Timing]] = {}
    for timing in facts.once(timings):
        for block in comments_about(timing, facts.checkout):
            blocks.setdefault(block, []).append(timing)
    for (path, lines), described in blocks.items():
        fires = _times(described)
        named = [clock for line in lines for clock in clocks(line)] if fires else []
        apart = {"EST", "EDT"} <= {clock.zone for clock in named}
        wrong = [clock for clock in named if fires and not any(_fires(clock, of) for of in fires.of(clock.zone, apart))]
        if fires and wrong:
            yield _finding(described[0], path, wrong, fires)


def _times(described: list[Timing]) -> _Times | None:
    """The times in all environments; None if one is unknown or not a time of day."""
    winter: set[int] = set()
    summer: set[int] = set()
    for timing in described:
        standard, daylight = parsed(timing.winter), parsed(timing.summer)
        if not isinstance(standard, Cron) or not isinstance(daylight, Cron):
            return None
        winter |= times(standard)
        summer |= times(daylight)
    return _Times(frozenset(winter), frozenset(summer))


def _fires(clock: Clock, fires: frozenset[int]) -> bool:
    if clock.until is None:
        return not fires.isdisjoint(clock.minutes)
    # "To 10 PM" may or may not include runs that start within that hour.
    (start,) = clock.minutes
    length = (clock.until - start) % _DAY + 59
    since = {(time - start) % _DAY for time in fires}
    return max(since) <= length and min(since) < 60


def _finding(timing: Timing, path: str, wrong: list[Clock], fires: _Times) -> Finding:
    winter, summer = (_listed(fires.local(summer)) for summer in (False, True))
    local = winter if winter == summer else f"{winter} in winter and {summer} in summer"
    utc = (
        f": {_listed(fires.winter)} UTC in winter, {_listed(fires.summer)} UTC in summer" if _few(fires.winter) else ""
    )
    return Finding(
        subject=timing.name,
        message=(
            f"the comment says {' and '.join(clock.text for clock in wrong)}, but the schedule {timing.name} fires "
            f"{local} in New York{utc}"
        ),
        instead="Correct the comment or the expressions.",
        path=path,
        offset=wrong[0].offset,
        task=timing.task,
    )


def _listed(minutes: frozenset[int]) -> str:
    words = [f"{time // 60:02}:{time % 60:02}" for time in sorted(minutes)]
    if _few(minutes):
        return f"at {' and '.join(words)}"
    return f"{len(words)} times a day, first at {words[0]} and last at {words[-1]},"


def _few(minutes: frozenset[int]) -> bool:
    return len(minutes) < 4
