"""An S3 trigger that is on where its bucket's notification is off."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.notifications import destinations, in_focus, trigger_of
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import environments
from scaffold.terraform.satisfiable import can_hold, implies

WHY = "The filter is a part of the notification: where that is not made, no object starts the task, toggle or not."


def check(facts: Facts) -> Iterator[Finding]:
    for destination in destinations(facts):
        start, gates = trigger_of(facts, destination), destination.notification.gates
        if not destination.guards or not gates or not in_focus(facts, [start]):
            continue
        where = [
            one.name
            for one in environments(facts.checkout)
            if implies([], destination.condition, one.values) and not can_hold(gates, one.values)
        ]
        if where:
            yield Finding(
                subject=start.name if start else destination.module,
                message=(
                    f"this trigger is turned on by {destination.condition} in {', '.join(where)}, where the "
                    f"notification {destination.notification.label} is not made, since {gates[0]} does not hold, so "
                    "nothing starts the task"
                ),
                instead=f"Let the notification's count hold for {destination.condition}, too.",
                path=destination.placed.path,
                offset=destination.placed.block.start,
                task=facts.task_name(start) if start else "",
            )
