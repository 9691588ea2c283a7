"""The alarms of the schedules watch something else than starts that fail."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.alarms import Alarms
from scaffold.audit.finding import Finding

WHY = "The alarms get no data or other data, so they say nothing, whichever schedule fails to start its task."


def check(facts: Facts) -> Iterator[Finding]:
    alarms = facts.once(Alarms)
    # What is wrong with all alarms is no task's.
    if facts.focus or alarms.resource is None:
        return
    label = alarms.resource.block.labels[1]
    for problem, instead, node in alarms.mistakes:
        yield Finding(
            subject=label,
            message=f"the alarm {label} is made for each schedule, and hears of no start that fails: {problem}",
            instead=instead,
            path=alarms.resource.path,
            offset=node.start,
        )
