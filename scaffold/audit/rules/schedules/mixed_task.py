"""A schedule with the ARN of one task and the family of another."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.pfml.all_starts import all_starts
from scaffold.pfml.starts import TaskDefinition
from scaffold.pfml.tasks import DEFINITION, unique_task

WHY = (
    "The rule starts the task of the ARN, but its role may start only the task of the family, so AWS denies each start "
    "and the task never runs."
)
HOW = "Use the same task for the ARN and the family."


def check(facts: Facts) -> Iterator[Finding]:
    for start in all_starts(facts.checkout):
        if not facts.in_focus(start.task_name):
            continue
        arn = start.definition("ecs_task_definition_arn")
        family = start.definition("ecs_task_definition_family")
        # unknown-task reports one that does not exist.
        if arn and family and arn != family and _exists(facts, arn) and _exists(facts, family):
            yield Finding(
                subject=start.name,
                message=(
                    f"the {start.kind} {start.name} has the ARN of {_name(arn)} but the family of {_name(family)}, "
                    "so AWS denies each start"
                ),
                instead="Use the same task in both.",
                path=start.path,
                offset=start.block.attributes["ecs_task_definition_arn"].start,
                task=start.task_name,
            )


def _exists(facts: Facts, definition: TaskDefinition) -> bool:
    resource = facts.template.block("resource", DEFINITION, definition.resource)
    return resource is not None and (not definition.key or unique_task(facts.template, definition.key) is not None)


def _name(definition: TaskDefinition) -> str:
    return definition.key or definition.resource
