"""The commands that containers are started with: those of tasks and of other task definitions, and the overrides of
schedules and step functions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks import state_machines
from scaffold.audit.facts.tasks.command import Command, Container
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.hcl.templates import MARK
from scaffold.pfml.schedules import Schedule, schedules
from scaffold.pfml.starts import TaskDefinition
from scaffold.pfml.tasks import DEFINITION, TASKS
from scaffold.terraform.folder import PlacedBlock
from scaffold.terraform.json.expressions import expression, json_value
from scaffold.terraform.json.values import JsonString, Unknown, Value

_API_IMAGE = re.compile(r"aws_ecr_repository\.app\b")
_RENDERED = re.compile(r"data\.template_file\.([\w-]+)\[each\.key\]\.rendered")


# --- task definitions


def own_definitions(facts: Facts) -> tuple[PlacedBlock, ...]:
    """The task definitions that are not made from locals.tasks."""
    definitions = facts.template.blocks("resource", DEFINITION)
    return tuple(
        definition
        for definition in definitions
        if facts.template.attribute_text(definition, "for_each") != "local.tasks"
    )


def containers(facts: Facts, definition: TaskDefinition) -> list[Container] | None:
    """The containers of a task definition; None if they cannot be read."""
    placed = facts.template.block("resource", DEFINITION, definition.resource)
    attribute = placed.block.attributes.get("container_definitions") if placed else None
    if placed is None or attribute is None:
        return None
    if _names_by_key(facts, placed):
        name = _key(facts, definition.key)
        return [Container(name, None, True, placed.path, attribute.start)] if definition.key else None
    value = json_value(facts.template, placed.path, attribute.value)
    if value is None or not isinstance(value.data, tuple):
        return None
    listed = [_container(facts, placed.path, element, definition.key) for element in value.items]
    return [container for container in listed if container is not None] if None not in listed else None


def _names_by_key(facts: Facts, definition: PlacedBlock) -> bool:
    """Whether a JSON template names the container after the task's key, as before July 2021."""
    match = _RENDERED.fullmatch(facts.template.attribute_text(definition, "container_definitions"))
    template = facts.template.block("data", "template_file", match[1]) if match else None
    variables = template.block.attributes.get("vars") if template else None
    if template is None or variables is None:
        return False
    return re.search(r"\btask_name\s*=\s*each\.key\b", facts.template.text(template.path, variables.value)) is not None


def _container(facts: Facts, path: str, value: Value, key: str) -> Container | None:
    name, image = value.get("name"), value.get("image")
    if name is None:
        return None
    word = name.word
    if isinstance(name.data, Unknown):
        word = _key(facts, key) if name.data.shown == "each.key" and key else None
    elif word is not None and key:
        word = word.expanded(lambda text: key if text == "each.key" else f"${{{text}}}")
    return Container(word, value.get("command"), _of_api(image), path, value.offset) if word else None


def _key(facts: Facts, key: str) -> JsonString:
    """A key of locals.tasks as a container's name."""
    text = facts.template.expand_text(key, {})
    return JsonString(text) if "${" not in text else JsonString(MARK, (key,))


def _of_api(image: Value | None) -> bool | None:
    if image is None:
        return None
    shown = image.data.shown if isinstance(image.data, JsonString | Unknown) else ""
    return True if _API_IMAGE.search(shown) else False if "aws_ecr_repository." in shown else None


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
        offset = attribute.start if attribute else task.item.start
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
        for container in containers(facts, TaskDefinition(label, "")) or ():
            if container.of_api:
                yield Command(
                    "container", container.name.shown, "", container.path, container.offset, container.command
                )


def overrides_of(schedule: Schedule) -> Iterator[Command]:
    """The commands in a schedule's `input`."""
    path, task = schedule.path, schedule.task_name
    # EventBridge starts the ARN; the family only limits what it may start.
    definition = schedule.definition("ecs_task_definition_arn")
    for override in schedule.overrides:
        value, name = override.get("command"), override.get("name")
        yield Command("schedule", schedule.name, task, path, override.offset, value, name, definition)
