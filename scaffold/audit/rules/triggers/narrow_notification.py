"""A notification that does not follow the toggle of one of its triggers."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.notifications import Destination, destinations, in_focus, trigger_of
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import environments
from scaffold.terraform.satisfiable import can_hold, implies

WHY = "All is well today, but whoever turns on the one toggle without the other turns on nothing."


def check(facts: Facts) -> Iterator[Finding]:
    for destination in destinations(facts):
        start, gates = trigger_of(facts, destination), destination.notification.gates
        if not destination.guards or not gates or not in_focus(facts, [start]) or _strikes_today(facts, destination):
            continue
        if not all(implies(destination.guards, gate) for gate in gates):
            yield Finding(
                subject=start.name if start else destination.module,
                message=(
                    f"this trigger is not turned on by {destination.condition} alone, since the notification "
                    f"{destination.notification.label} is made only where {gates[0]} holds"
                ),
                instead=f"Let the notification's count hold for {destination.condition}, too.",
                path=destination.placed.path,
                offset=destination.placed.block.start,
                task=facts.task_name(start) if start else "",
            )


def _strikes_today(facts: Facts, destination: Destination) -> bool:
    """Whether unreached-trigger says it already."""
    gates = destination.notification.gates
    return any(
        implies([], destination.condition, one.values) and not can_hold(gates, one.values)
        for one in environments(facts.checkout)
    )
