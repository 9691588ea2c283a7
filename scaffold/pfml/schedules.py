"""Schedules: modules with source `../../modules/ecs_task_scheduler`."""

from __future__ import annotations

import json
import re

from scaffold import hcl
from scaffold.hcl import split_template
from scaffold.terraform.folder import Folder, PlacedBlock

MODULE = "ecs_task_scheduler"
_MARK = "\ue000"  # stands for an interpolation in JSON; Unicode keeps it for private use


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


def arguments_of(folder: Folder, found: PlacedBlock) -> list[str] | None:
    """The command of a schedule's `input`, None where it has none or where it cannot be read.

    An interpolation may hold quotes, as in `"${join(",", local.x)}"`: the text is JSON only without them.
    """
    attribute = found.block.attributes.get("input")
    if attribute is None or not isinstance(attribute.value, hcl.Template):
        return None
    data = folder.checkout.require(found.path)
    text = data[attribute.value.inner_start : attribute.value.inner_end].decode("utf-8", "replace")
    expressions: list[str] = []
    bare = ""
    for between, expression in split_template(text):
        bare += between.replace("%%{", "%{") or f"{_MARK}{len(expressions)}{_MARK}"
        expressions += [f"${{{expression}}}"] if expression else []
    try:
        words = [str(word) for word in json.loads(bare)["containerOverrides"][0]["command"]]
    except (ValueError, KeyError, IndexError, TypeError):
        return None
    mark = re.compile(f"{_MARK}(\\d+){_MARK}")
    return [mark.sub(lambda match: expressions[int(match[1])], word) for word in words]
