"""A schedule expression that AWS rejects."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.timing import timings
from scaffold.audit.finding import Finding
from scaffold.aws.schedules.expression import ScheduleError
from scaffold.aws.schedules.schedule import parse
from scaffold.pfml.timing import Expression, Timing, parsed

WHY = "EventBridge rejects a rule with this expression, so the deploy fails, now or when the clocks change."
HOW = (
    "Write a valid expression: rate(value unit), or cron with six fields, in which exactly one of day-of-month and "
    "day-of-week is ?."
)
_PROPOSAL = "; write "


def check(facts: Facts) -> Iterator[Finding]:
    seen: set[Expression] = set()
    for timing in facts.once(timings):
        for written in timing.expressions:
            if parsed(written) is None and written not in seen:
                seen.add(written)
                yield _finding(timing, written)


def _finding(timing: Timing, written: Expression) -> Finding:
    problem, _, proposal = _error(written.text).partition(_PROPOSAL)
    return Finding(
        subject=timing.name,
        message=f"AWS rejects an expression of the schedule {timing.name}, so the deploy fails: {problem}",
        instead=f"Write {proposal}." if proposal else "Write a valid expression.",
        path=written.path,
        offset=written.offset,
        task=timing.task,
    )


def _error(expression: str) -> str:
    try:
        parse(expression)
    except ScheduleError as error:
        return str(error)
    return ""
