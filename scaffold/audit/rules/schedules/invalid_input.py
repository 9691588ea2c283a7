"""A schedule input that is not valid JSON, or that has names unknown to ECS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.pfml.schedules import Schedule, schedules
from scaffold.terraform.json.values import JsonError, Value

WHY = (
    "EventBridge passes the input to ECS as the overrides of the run. It rejects invalid JSON, and a name that is "
    "unknown to ECS overrides nothing."
)
HOW = (
    "Write the input as a JSON object with containerOverrides, with the names that ECS uses, such as name, command "
    "and environment."
)
# Amazon ECS API Reference, TaskOverride and ContainerOverride.
_TASK = (
    *("containerOverrides", "cpu", "ephemeralStorage", "executionRoleArn", "inferenceAcceleratorOverrides", "memory"),
    "taskRoleArn",
)
_CONTAINER = (
    *("command", "cpu", "environment", "environmentFiles", "memory", "memoryReservation", "name"),
    "resourceRequirements",
)


def check(facts: Facts) -> Iterator[Finding]:
    for start in schedules(facts.checkout):
        if facts.in_focus(start.task_name):
            yield from _findings(facts, start)


def _findings(facts: Facts, start: Schedule) -> Iterator[Finding]:
    document = start.input
    if isinstance(document, JsonError):
        what = (
            f"the input of the schedule {start.name} is not valid JSON, so EventBridge rejects it: {document.message}"
        )
        yield _finding(facts, start, what, "Correct it, or write it as jsonencode({ … }).", document.offset)
    elif document is not None:
        yield from _names(facts, start, document, _TASK)
        for override in start.overrides:
            yield from _names(facts, start, override, _CONTAINER)


def _names(facts: Facts, start: Schedule, value: Value, known: tuple[str, ...]) -> Iterator[Finding]:
    """The keys that look like misspelled names of overrides."""
    from difflib import get_close_matches

    lower = {name.lower(): name for name in known}
    members = value.data if isinstance(value.data, Mapping) else {}
    for key, inner in members.items():
        near = [] if key in known else get_close_matches(key.lower(), lower, 1, 0.8)
        if near and lower[near[0]] not in members:
            what = f"the input of the schedule {start.name} has {key!r}, which is unknown to ECS and overrides nothing"
            yield _finding(facts, start, what, f"Write {lower[near[0]]}.", inner.offset)


def _finding(facts: Facts, start: Schedule, what: str, instead: str, offset: int) -> Finding:
    return Finding(start.name, what, instead, start.path, offset, start.task_name)
