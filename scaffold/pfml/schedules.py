"""Schedules: modules with source `../../modules/ecs_task_scheduler`."""

from __future__ import annotations

import re

from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.json.expressions import document_of
from scaffold.terraform.json.values import Value

MODULE = "ecs_task_scheduler"


def schedules_of(folder: Folder, key: str) -> list[PlacedBlock]:
    """The schedules of the task with that key."""
    return [found for found in folder.modules(MODULE) if task_of(folder, found) == key]


def find_by_name(folder: Folder, name: str) -> PlacedBlock | None:
    """The schedule whose `task_name` that is: the rule, its target, its role and its alarm are named after it."""
    return next((found for found in folder.modules(MODULE) if schedule_name(folder, found) == name), None)


def schedule_name(folder: Folder, found: PlacedBlock) -> str:
    attribute = found.block.attributes.get("task_name")
    return folder.expand(found.path, attribute.value if attribute else None, {})


def task_of(folder: Folder, found: PlacedBlock) -> str:
    """The key of the task that a schedule or a trigger starts."""
    text = folder.attribute_text(found, "ecs_task_definition_family")
    match = re.search(r'\["(.*)"\]', text)
    return match[1] if match else text


def overrides(folder: Folder, schedule: PlacedBlock) -> tuple[Value, ...]:
    """The `containerOverrides` in a schedule's `input`; empty if it has none or they cannot be read."""
    attribute = schedule.block.attributes.get("input")
    document = document_of(folder, schedule.path, attribute.value) if attribute else None
    listed = document.get("containerOverrides") if isinstance(document, Value) else None
    return listed.items if listed else ()


def arguments_of(folder: Folder, schedule: PlacedBlock) -> list[str] | None:
    """The command in a schedule's `input`, each word as the inside of a quoted string in Terraform; None if it has
    none or it cannot be read."""
    command = next((override.get("command") for override in overrides(folder, schedule)), None)
    if command is None or not isinstance(command.data, tuple):
        return None
    words = [element.word for element in command.data]
    return [word.inner for word in words if word is not None] if None not in words else None
