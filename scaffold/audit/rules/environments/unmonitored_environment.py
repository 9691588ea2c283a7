"""An environment without alarms."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.monitoring import monitored, sandboxes
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import environments

WHY = "If a schedule cannot start its task in that environment, nobody is notified."
HOW = "Add the environment to the list of environments with alarms."


def check(facts: Facts) -> Iterator[Finding]:
    listed = monitored(facts) if not facts.focus else None
    if listed is None:
        return
    for environment in environments(facts.checkout):
        if environment.name not in listed.names and not _may_be_sandbox(facts, environment.name):
            yield Finding(
                subject=environment.name,
                message=f"the environment {environment.name} has the tasks but is not listed here, so it has no alarms",
                instead=f'Add "{environment.name}".',
                path=listed.path,
                offset=listed.offset,
            )


def _may_be_sandbox(facts: Facts, name: str) -> bool:
    names = facts.once(sandboxes)
    return names is None or name in names
