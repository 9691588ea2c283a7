"""An S3 trigger that is on in an environment where its bucket's notification is off."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.notifications import destinations, in_focus, trigger_of
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import environments
from scaffold.terraform.satisfiable import can_hold, implies

WHY = "The filter is part of the notification. If that is not created, no S3 object starts the task, toggle or not."
HOW = "Create the notification wherever one of its triggers is on: extend its count by the missing condition."


def check(facts: Facts) -> Iterator[Finding]:
    for destination in destinations(facts):
        start, gates = trigger_of(facts, destination), destination.notification.gates
        if not destination.guards or not gates or not in_focus(facts, [start]):
            continue
        where = [
            environment.name
            for environment in environments(facts.checkout)
            if implies([], destination.condition, environment.values) and not can_hold(gates, environment.values)
        ]
        if where:
            yield Finding(
                subject=start.name if start else destination.module,
                message=(
                    f"the condition {destination.condition} turns this trigger on in {', '.join(where)}, where the "
                    f"notification {destination.notification.label} is not created, since {gates[0]} is false, so "
                    "nothing starts the task"
                ),
                instead=f"Extend the count of the notification to {destination.condition}.",
                path=destination.path,
                offset=destination.outer.start,
                task=start.task_name if start else "",
            )
