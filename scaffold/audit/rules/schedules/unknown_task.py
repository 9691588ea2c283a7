"""A schedule or a trigger of a task definition that does not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.model import Start, TaskDefinition
from scaffold.audit.finding import Finding
from scaffold.pfml.tasks import tasks_object
from scaffold.terraform.folder import PlacedBlock

WHY = "Terraform refuses the reference, so nothing can be planned or deployed in any environment."
_RESOURCE = "aws_ecs_task_definition"
_ARGUMENTS = ("ecs_task_definition_arn", "ecs_task_definition_family")


def check(facts: Facts) -> Iterator[Finding]:
    known = {found.block.labels[1]: found for found in facts.template.blocks("resource", _RESOURCE)}
    for start in (*facts.schedules, *facts.triggers):
        if not facts.focus or facts.task_name(start) in facts.focus:
            yield from _findings(facts, start, known)


def _findings(facts: Facts, start: Start, known: Mapping[str, PlacedBlock]) -> Iterator[Finding]:
    """One for each definition that does not exist: both arguments mostly name the same."""
    told: set[TaskDefinition] = set()
    for argument in _ARGUMENTS:
        definition = facts.definition(start.placed, argument)
        problem = _problem(facts, definition, known) if definition and definition not in told else None
        if definition and problem:
            told.add(definition)
            yield Finding(
                subject=start.name,
                message=f"the {start.kind} {start.name} starts {problem[0]}",
                instead=problem[1],
                path=start.placed.path,
                offset=start.placed.block.attributes[argument].start,
                task=facts.task_name(start),
            )


def _problem(facts: Facts, definition: TaskDefinition, known: Mapping[str, PlacedBlock]) -> tuple[str, str] | None:
    """What is wrong, and what to do."""
    resource, key = definition.resource, definition.key
    found = known.get(resource)
    if found is None:
        return _no_resource(resource, known) if facts.complete() else None
    many = "for_each" in found.block.attributes
    if many and not key and "count" not in found.block.attributes:
        return f"{_RESOURCE}.{resource} without saying which, so Terraform refuses it", 'Name a task: ["…"].'
    if key and not many:
        return f"{key!r} of {_RESOURCE}.{resource}, which is one alone, so Terraform refuses it", f'Take ["{key}"] out.'
    keys = _keys(facts, found) if key and facts.task_of(key) is None else set()
    if not keys or key in keys or facts.template.expand_text(key, {}) in keys:
        return None
    near = get_close_matches(key, keys, 1)
    return (
        f"the task {key!r}, which local.tasks does not have, so Terraform refuses the index at plan",
        f"Did you mean {near[0]}?" if near else "Add the task, or take this away.",
    )


def _no_resource(resource: str, known: Mapping[str, PlacedBlock]) -> tuple[str, str]:
    near = get_close_matches(resource, known, 1)
    return (
        f"{_RESOURCE}.{resource}, which the template does not have, so Terraform refuses it",
        f"Did you mean {near[0]}?" if near else "Name one that it has.",
    )


def _keys(facts: Facts, found: PlacedBlock) -> set[str]:
    """The tasks of a resource that is made for each of them; none where they are not all to be seen."""
    if not facts.all_tasks or facts.template.attribute_text(found, "for_each") != "local.tasks":
        return set()
    path, entries = tasks_object(facts.template)
    if any(not isinstance(item.key, hcl.Reference | hcl.Template) for item in entries.items):
        return set()
    texts = [facts.template.text(path, item.key).strip('"') for item in entries.items]
    return {*texts, *(facts.template.expand_text(text, {}) for text in texts)}
