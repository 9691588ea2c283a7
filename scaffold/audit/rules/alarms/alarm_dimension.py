"""Schedule alarms that do not watch failed starts."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.alarms import Alarms
from scaffold.audit.finding import Finding

WHY = "The alarms get no data, or the wrong data, so they never fire when a schedule fails to start its task."
HOW = (
    "Let the alarm watch FailedInvocations of the schedule's EventBridge rule, with the dimension RuleName set to the "
    "rule's name."
)


def check(facts: Facts) -> Iterator[Finding]:
    alarms = facts.once(Alarms)
    # A mistake in all alarms is not specific to a task.
    if facts.focus or alarms.resource is None:
        return
    label = alarms.resource.block.labels[1]
    for problem, instead, node in alarms.mistakes:
        yield Finding(
            subject=label,
            message=f"the alarm {label}, which is created for each schedule, does not watch failed starts: {problem}",
            instead=instead,
            path=alarms.resource.path,
            offset=node.start,
        )
