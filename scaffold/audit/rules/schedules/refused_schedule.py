"""A schedule expression that AWS refuses."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.timing import Timing, Written, read, timings
from scaffold.audit.finding import Finding
from scaffold.aws.schedules.expression import ScheduleError
from scaffold.aws.schedules.schedule import parse

WHY = "EventBridge does not take a rule with it, so the deploy fails: today, or when the clocks change."
_PROPOSAL = "; write "


def check(facts: Facts) -> Iterator[Finding]:
    seen: set[Written] = set()
    for timing in facts.once(timings):
        for written in timing.expressions:
            if read(written) is None and written not in seen:
                seen.add(written)
                yield _finding(timing, written)


def _finding(timing: Timing, written: Written) -> Finding:
    problem, _, proposal = _error(written.text).partition(_PROPOSAL)
    return Finding(
        subject=timing.name,
        message=f"AWS refuses an expression of the schedule {timing.name}, so a deploy with it fails: {problem}",
        instead=f"Write {proposal}." if proposal else "Write one that AWS takes.",
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
