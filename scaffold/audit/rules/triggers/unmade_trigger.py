"""A notification that calls a trigger which is not made there."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.model import Start
from scaffold.audit.facts.starts.notifications import Destination, destinations, gates_of, in_focus, trigger_of
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import environments
from scaffold.terraform.satisfiable import can_hold, implies

WHY = "Terraform refuses the index of a module that has no such instance, so nothing can be deployed there."
_SOME = ("count", "for_each")


def check(facts: Facts) -> Iterator[Finding]:
    for destination in destinations(facts):
        start = trigger_of(facts, destination)
        problem = _problem(facts, destination, start) if start and in_focus(facts, [start]) else None
        if start and problem:
            target = destination.item.block.attributes["lambda_function_arn"]
            yield Finding(
                subject=start.name,
                message=problem[0],
                instead=problem[1],
                path=destination.placed.path,
                offset=target.start,
                task=facts.task_name(start),
            )


def _problem(facts: Facts, destination: Destination, start: Start) -> tuple[str, str] | None:
    """What is wrong, and what to do."""
    made = [name for name in _SOME if name in start.placed.block.attributes]
    module = f"module.{start.label}"
    refused = "so Terraform refuses the plan"
    if made and not destination.index:
        return (
            f"the trigger {module} is made with {made[0]} and is called without an index, {refused}",
            f"Write {module}[0].lambda_arn." if made == ["count"] else "Write which of them.",
        )
    if not made and destination.index:
        return (
            f"the trigger {module} is made once, and {module}{destination.index} is called, {refused}",
            f"Write {module}.lambda_arn.",
        )
    gates = gates_of(facts.template, start.placed)
    if not gates:
        return None
    conditions = [*destination.notification.gates, *destination.guards]
    holds = " && ".join(f"({one})" for one in conditions) or "true"
    where = [
        one.name
        for one in environments(facts.checkout)
        if implies([], holds, one.values) and not can_hold(gates, one.values)
    ]
    if not where:
        return None
    return (
        f"the trigger {module} is not made in {', '.join(where)}, since {gates[0]} does not hold, and is called "
        f"there, {refused}",
        "Let both have the same condition.",
    )
