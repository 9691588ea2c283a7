"""A workflow or script that starts a task that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.runs import advice, unknown_runs
from scaffold.audit.finding import Finding

WHY = "ECS has no task definition with that name, so the workflow or the script fails when it gets there."
HOW = "Start an existing task, and correct workflows and scripts whenever a task is renamed or removed."


def check(facts: Facts) -> Iterator[Finding]:
    for run in facts.once(unknown_runs) if not facts.focus else ():
        if run.is_run:
            yield Finding(
                subject=run.task,
                message=f"this starts the task {run.task}, which does not exist, so it fails",
                instead=advice(facts, run),
                path=run.path,
                offset=run.offset,
            )
