"""Schedules: module calls with source `../../modules/ecs_task_scheduler`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from scaffold.files.checkout import Checkout
from scaffold.pfml.starts import Start
from scaffold.pfml.timing import DAYLIGHT, SINGLE, STANDARD, Pair, Seasons, Timing, pairs, seasons_of, timings_of
from scaffold.terraform.conditions import one_line
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.json.expressions import document_of
from scaffold.terraform.json.values import JsonError, Value

MODULE = "ecs_task_scheduler"
RULE = "aws_cloudwatch_event_rule"


@dataclass(frozen=True, eq=False)
class Schedule(Start):
    """A module call that starts a task at certain times."""

    kind: ClassVar[str] = "schedule"
    module: ClassVar[str] = MODULE

    @cached_property
    def input(self) -> Value | JsonError | None:
        """The overrides of the run, which EventBridge hands to ECS; None if there are none or they cannot be read."""
        attribute = self.block.attributes.get("input")
        return document_of(self.folder, self.path, attribute.value) if attribute else None

    @cached_property
    def overrides(self) -> tuple[Value, ...]:
        """The `containerOverrides` in `input`; empty if it has none or they cannot be read."""
        listed = self.input.get("containerOverrides") if isinstance(self.input, Value) else None
        return listed.elements if listed else ()

    @cached_property
    def arguments(self) -> list[str] | None:
        """The command in `input`, each word as the inside of a quoted string in Terraform; None if it has none or it
        cannot be read."""
        command = next((override.get("command") for override in self.overrides), None)
        if command is None or not isinstance(command.data, tuple):
            return None
        words = [element.word for element in command.data]
        return [word.inner for word in words if word is not None] if None not in words else None

    @cached_property
    def conditions(self) -> tuple[str, ...]:
        """The conditions as they are written, all of which have to hold for the schedule to be on."""
        enabled = one_line(self.text("is_enabled") or default_of(self.folder.checkout, "is_enabled"))
        return (enabled, *self.gates) if enabled else self.gates

    @property
    def written(self) -> tuple[str, ...]:
        """Its expression as it is written, or the two for winter and summer."""
        return tuple(filter(None, (self.text(name) for name in (STANDARD, DAYLIGHT, SINGLE))))

    @cached_property
    def seasons(self) -> Seasons:
        return seasons_of(self.block)

    @cached_property
    def pairs(self) -> dict[str, Pair]:
        """Its expressions in each environment that has the tasks; under "" those that need no environment."""
        return pairs(self.folder, self, self.seasons)

    @cached_property
    def timings(self) -> list[Timing]:
        return timings_of(self.name, self.task_name, self.folder, self, self.seasons)


def schedules(checkout: Checkout) -> tuple[Schedule, ...]:
    """All schedules of the template."""
    return checkout.once(_schedules)


def _schedules(checkout: Checkout) -> tuple[Schedule, ...]:
    folder = Folder.of(checkout)
    return tuple(Schedule(placed.path, placed.block, folder) for placed in folder.modules(MODULE))


def schedules_of(folder: Folder, key: str) -> list[Schedule]:
    """The schedules of the task with that key."""
    return [schedule for schedule in schedules(folder.checkout) if schedule.task_key == key]


def find_by_name(folder: Folder, name: str) -> Schedule | None:
    """The schedule with that `task_name`: the rule, its target, its role and its alarm are named after it."""
    return next((schedule for schedule in schedules(folder.checkout) if schedule.given_name == name), None)


def module_folder(checkout: Checkout) -> Folder:
    return Folder.of(checkout, f"infra/modules/{MODULE}")


def takes_two_expressions(checkout: Checkout) -> bool:
    """Whether the module takes one expression for each season. Before November 2021 it took only one."""
    folder = module_folder(checkout)
    return all(folder.block("variable", name) for name in (STANDARD, DAYLIGHT))


def module_rule(checkout: Checkout) -> PlacedBlock | None:
    """The rule of EventBridge that the module creates for a schedule."""
    return module_folder(checkout).block("resource", RULE)


def default_of(checkout: Checkout, argument: str) -> str:
    """The module's default for an argument, as it is written; "" if it has none."""
    folder = module_folder(checkout)
    variable = folder.block("variable", argument)
    return folder.attribute_text(variable, "default") if variable else ""
