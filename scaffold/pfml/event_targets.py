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


def event_targets(folder: Folder) -> Iterator[EventTarget]:
    """All targets of a folder, also those of something else than a task."""
    for type in _ECS:
        for placed in folder.blocks("resource", type):
            yield EventTarget(placed.path, placed.block, folder)
