"""An environment that has no alarms."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.monitoring import monitored
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import environments

WHY = "Where a schedule does not start its task in that environment, nobody hears of it."


def check(facts: Facts) -> Iterator[Finding]:
    found = monitored(facts) if not facts.focus else None
    if found is None:
        return
    for environment in environments(facts.checkout):
        if environment.name not in found.names:
            yield Finding(
                subject=environment.name,
                message=f"the environment {environment.name} has the tasks and is not listed here, so it has no alarms",
                instead=f'Add "{environment.name}".',
                path=found.path,
                offset=found.offset,
            )
