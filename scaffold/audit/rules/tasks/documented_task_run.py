"""A command in documentation or a comment that starts a task that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.runs import advice, unknown_runs
from scaffold.audit.finding import Finding

WHY = "Whoever types it gets an error from ECS instead of a task."
HOW = "Write the name of the task as it is in locals.tasks, or remove the command."


def check(facts: Facts) -> Iterator[Finding]:
    for run in facts.once(unknown_runs) if not facts.focus else ():
        if not run.is_run:
            yield Finding(
                subject=run.task,
                message=f"this command starts the task {run.task}, which does not exist",
                instead=advice(facts, run),
                path=run.path,
                offset=run.offset,
            )
