"""A schedule expression that is valid, but probably a mistake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.timing import timings
from scaffold.audit.finding import Finding
from scaffold.aws.schedules.schedule import warnings
from scaffold.pfml.timing import Expression, parsed

WHY = "The task never runs, or starts every minute, without any error."
HOW = "Write an expression for the times at which the task should run."


def check(facts: Facts) -> Iterator[Finding]:
    now = datetime.now(UTC)
    seen: set[Expression] = set()
    for timing in facts.once(timings):
        for written in timing.expressions:
            schedule = parsed(written)
            if schedule is None or written in seen:
                continue
            seen.add(written)
            for sentence in warnings(schedule, now):
                yield Finding(
                    subject=timing.name,
                    message=f"the schedule {timing.name}: {sentence}",
                    instead="Write the intended times.",
                    path=written.path,
                    offset=written.offset,
                    task=timing.task,
                )
