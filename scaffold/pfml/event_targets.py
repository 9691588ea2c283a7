"""EventBridge targets that start a task themselves, beside the scheduler module."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffold import hcl
from scaffold.terraform.folder import Folder, PlacedBlock

RULE_TARGET, SCHEDULE_TARGET = "aws_cloudwatch_event_target", "aws_scheduler_schedule"
# The block of each that has the task definition.
_ECS = {RULE_TARGET: "ecs_target", SCHEDULE_TARGET: "ecs_parameters"}
_LITERAL = re.compile(r'"[^"$%\\]*"')
_DEFINITION = re.compile(r"aws_ecs_task_definition\.|[^\s]*:task-definition/")


@dataclass(frozen=True, eq=False)
class EventTarget(PlacedBlock):
    """A target of an EventBridge rule, or a schedule of EventBridge Scheduler."""

    folder: Folder

    @property
    def type(self) -> str:
        return self.block.labels[0]

    @property
    def label(self) -> str:
        return self.block.labels[1]

    @property
    def definition(self) -> hcl.Attribute | None:
        """What names the task definition that it starts, also if that stands in place of the cluster."""
        ecs = next((block for block in _blocks(self.block) if block.type == _ECS[self.type]), None)
        return (ecs.attributes.get("task_definition_arn") if ecs else None) or self._in_place_of_cluster()

    @property
    def definitions(self) -> list[str]:
        """The same as text, for each element of its `for_each`; as it is written if these are not all literal."""
        text = self.text(self.definition)
        if "each." not in text:
            return [text] if text else []
        for_each = self.block.attributes.get("for_each")
        elements = _elements(self.folder, self.path, for_each.value) if for_each else []
        return [text.replace("each.key", key).replace("each.value", value) for key, value in elements] or [text]

    def _in_place_of_cluster(self) -> hcl.Attribute | None:
        arn = self._attribute("arn")
        return arn if arn and _DEFINITION.search(self.folder.text(self.path, arn.value)) else None

    @property
    def role(self) -> hcl.Attribute | None:
        return self._attribute("role_arn")

    def _attribute(self, name: str) -> hcl.Attribute | None:
        return next((block.attributes[name] for block in _blocks(self.block) if name in block.attributes), None)

    def text(self, attribute: hcl.Attribute | None) -> str:
        """An attribute as it is written; "" if it is not set."""
        return self.folder.text(self.path, attribute.value) if attribute else ""


def _blocks(block: hcl.Block) -> Iterator[hcl.Block]:
    """A block and the blocks in it."""
    yield block
    for inner in block.blocks:
        yield from _blocks(inner)


def _elements(folder: Folder, path: str, node: hcl.Node) -> list[tuple[str, str]]:
    """The keys and the values of a `for_each`, as they are written; empty if one of them is not a literal."""
    if isinstance(node, hcl.Call) and node.name == "toset" and len(node.arguments) == 1:
        node = node.arguments[0]
    text = folder.text(path, node)
    if text.startswith("local.") and (local := folder.local(text.removeprefix("local."))):
        path, node = local.path, local.value
    if isinstance(node, hcl.Tuple):
        pairs = [(inner, inner) for inner in (folder.text(path, element) for element in node.items)]
    elif isinstance(node, hcl.Object):
        pairs = [
            (f'"{entry.name(folder.checkout.require(path))}"', folder.text(path, entry.value)) for entry in node.items
        ]
    else:
        return []
    return pairs if all(_LITERAL.fullmatch(key) for key, _ in pairs) else []


def event_targets(folder: Folder) -> Iterator[EventTarget]:
    """All targets of a folder, also those of something else than a task."""
    for type in _ECS:
        for placed in folder.blocks("resource", type):
            yield EventTarget(placed.path, placed.block, folder)
