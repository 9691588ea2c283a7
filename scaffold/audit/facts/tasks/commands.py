"""The commands that containers are started with: those of tasks and of other task definitions, and the overrides of
schedules and step functions."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks import state_machines
from scaffold.audit.facts.tasks.command import Command
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.pfml.containers import named_containers
from scaffold.pfml.schedules import Schedule, schedules
from scaffold.pfml.starts import TaskDefinition
from scaffold.pfml.tasks import DEFINITION, TASKS
from scaffold.terraform.folder import PlacedBlock
from scaffold.terraform.json.expressions import expression

# --- task definitions


def own_definitions(facts: Facts) -> tuple[PlacedBlock, ...]:
    """The task definitions that are not created from locals.tasks."""
    definitions = facts.template.blocks("resource", DEFINITION)
    return tuple(
        definition
        for definition in definitions
        if facts.template.attribute_text(definition, "for_each") != "local.tasks"
    )


# --- who starts what


def all_commands(facts: Facts) -> tuple[Command, ...]:
    """All commands; with a focus those of its tasks."""
    return tuple(_all_commands(facts))


def _all_commands(facts: Facts) -> Iterator[Command]:
    everything = not facts.focus
    for task in facts.once(tasks_in_focus):
        attribute = task.attribute(facts.template, "command")
        name = task.name
        value = expression(facts.template, task.path, attribute.value) if attribute else None
        offset = attribute.start if attribute else task.entry.start
        yield Command("task", name, name, task.path, offset, value)
    for start in schedules(facts.checkout):
        if everything or start.task_name in facts.focus:
            yield from overrides_of(start)
    states = state_machines.commands(facts, () if everything else facts.focus)
    yield from (command for command in states if everything or command.task in facts.focus)
    if everything:
        yield from _other_definitions(facts)


def _other_definitions(facts: Facts) -> Iterator[Command]:
    for definition in facts.template.blocks("resource", DEFINITION):
        label = definition.block.labels[1] if len(definition.block.labels) > 1 else ""
        if label == TASKS or "for_each" in definition.block.attributes:
            continue
        for name, container in named_containers(facts.template, TaskDefinition(label, "")) or ():
            if container.of_api:
                yield Command("container", name.shown, "", container.path, container.offset, container.command)


def overrides_of(schedule: Schedule) -> Iterator[Command]:
    """The commands in a schedule's `input`."""
    path, task = schedule.path, schedule.task_name
    # EventBridge starts the ARN; the family only limits what it may start.
    definition = schedule.definition("ecs_task_definition_arn")
    for override in schedule.overrides:
        value, name = override.get("command"), override.get("name")
        yield Command("schedule", schedule.name, task, path, override.offset, value, name, definition)
