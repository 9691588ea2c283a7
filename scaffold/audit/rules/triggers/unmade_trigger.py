"""A notification that calls a trigger that is not created in the same environment."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.notifications import destinations, in_focus, trigger_of
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import environments
from scaffold.pfml.notifications import Destination, count_gates
from scaffold.pfml.starts import Start
from scaffold.terraform.satisfiable import can_hold, implies

WHY = "Terraform rejects a reference to a module instance that does not exist, so nothing can be deployed there."
HOW = "Call the trigger only where it is created: use the same condition in both."
_SOME = ("count", "for_each")


def check(facts: Facts) -> Iterator[Finding]:
    for destination in destinations(facts):
        start = trigger_of(facts, destination)
        problem = _problem(facts, destination, start) if start and in_focus(facts, [start]) else None
        if start and problem:
            target = destination.block.attributes["lambda_function_arn"]
            yield Finding(
                subject=start.name,
                message=problem[0],
                instead=problem[1],
                path=destination.path,
                offset=target.start,
                task=start.task_name,
            )


def _problem(facts: Facts, destination: Destination, start: Start) -> tuple[str, str] | None:
    """What is wrong, and what to do."""
    repetition = [name for name in _SOME if name in start.block.attributes]
    module = f"module.{start.label}"
    rejected = "so Terraform rejects the plan"
    if repetition and not destination.index:
        return (
            f"the trigger {module} has {repetition[0]} but is called without an index, {rejected}",
            f"Write {module}[0].lambda_arn." if repetition == ["count"] else "Add the index.",
        )
    if not repetition and destination.index:
        return (
            f"the trigger {module} has no count or for_each but is called as {module}{destination.index}, {rejected}",
            f"Write {module}.lambda_arn.",
        )
    gates = count_gates(facts.template, start)
    if not gates:
        return None
    conditions = [*destination.notification.gates, *destination.guards]
    holds = " && ".join(f"({condition})" for condition in conditions) or "true"
    where = [
        environment.name
        for environment in environments(facts.checkout)
        if implies([], holds, environment.values) and not can_hold(gates, environment.values)
    ]
    if not where:
        return None
    return (
        f"the trigger {module} is not created in {', '.join(where)}, since {gates[0]} is false, but it is called "
        f"there, {rejected}",
        "Use the same condition for both.",
    )
