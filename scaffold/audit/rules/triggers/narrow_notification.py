"""A notification that does not follow the toggle of one of its triggers."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.notifications import destinations, in_focus, trigger_of
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import environments
from scaffold.pfml.notifications import Destination
from scaffold.terraform.satisfiable import can_hold, implies

WHY = "It works today, but turning on this toggle without the other one has no effect."
HOW = "Create the notification if any of its triggers is on: extend its count by the missing toggle."


def check(facts: Facts) -> Iterator[Finding]:
    for destination in destinations(facts):
        start, gates = trigger_of(facts, destination), destination.notification.gates
        if not destination.guards or not gates or not in_focus(facts, [start]) or _strikes_today(facts, destination):
            continue
        if not all(implies(destination.guards, gate) for gate in gates):
            yield Finding(
                subject=start.name if start else destination.module,
                message=(
                    f"the condition {destination.condition} alone does not turn this trigger on, since the "
                    f"notification {destination.notification.label} is created only if {gates[0]}"
                ),
                instead=f"Extend the count of the notification to {destination.condition}.",
                path=destination.path,
                offset=destination.outer.start,
                task=start.task_name if start else "",
            )


def _strikes_today(facts: Facts, destination: Destination) -> bool:
    """Whether unreached-trigger reports it already."""
    gates = destination.notification.gates
    return any(
        implies([], destination.condition, environment.values) and not can_hold(gates, environment.values)
        for environment in environments(facts.checkout)
    )
