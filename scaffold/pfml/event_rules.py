"""EventBridge rules of the template's own with a schedule, such as those that start step functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from scaffold.pfml.schedules import RULE
from scaffold.pfml.starts import gates
from scaffold.pfml.timing import SINGLE, Pair, Seasons, pairs, seasons_of_rule
from scaffold.terraform.conditions import one_line
from scaffold.terraform.folder import Folder, PlacedBlock

_TARGET = "aws_cloudwatch_event_target"
_ADDRESS = re.compile(r"(\w+\.[\w-]+)(?:\[.*?\])?\.\w+")


@dataclass(frozen=True, eq=False)
class ScheduledRule(PlacedBlock):
    """An `aws_cloudwatch_event_rule` with a schedule."""

    folder: Folder
    seasons: Seasons

    @property
    def label(self) -> str:
        return self.block.labels[1]

    @cached_property
    def name(self) -> str:
        """Its name in AWS, with `*` for the parts that differ between environments; its label if it has none."""
        attribute = self.block.attributes.get("name")
        return (
            re.sub(r"\$\{[^}]*\}", "*", self.folder.expand(self.path, attribute.value, {})) if attribute else self.label
        )

    @property
    def written(self) -> str:
        """Its expression as it is written."""
        return one_line(self.folder.attribute_text(self, SINGLE))

    @cached_property
    def pairs(self) -> dict[str, Pair]:
        """Its expressions in each environment that has the tasks; under "" those that need no environment."""
        return pairs(self.folder, self, self.seasons)

    @cached_property
    def conditions(self) -> tuple[str, ...]:
        """The conditions as they are written, all of which have to hold for it to be on."""
        enabled, state = (one_line(self.folder.attribute_text(self, name)) for name in ("is_enabled", "state"))
        states = {"": (), '"ENABLED"': (), '"DISABLED"': ("false",)}
        return (
            *((enabled,) if enabled else ()),
            *states.get(state, (f'{state} == "ENABLED"',)),
            *gates(self.folder, self),
        )

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """The addresses of what it starts, such as `aws_sfn_state_machine.x`; an expression without one as written."""
        address = re.compile(rf"\b{RULE}\.{re.escape(self.label)}\b")
        targets = self.folder.blocks("resource", _TARGET, containing=self.label)
        arns = [
            one_line(self.folder.attribute_text(target, "arn"))
            for target in targets
            if address.match(self.folder.attribute_text(target, "rule"))
        ]
        return tuple(match[1] if (match := _ADDRESS.fullmatch(arn)) else arn for arn in arns)

    def is_watched_by(self, alarm: str) -> bool:
        """Whether an alarm with that name watches it: the rule is named after it, for each environment."""
        return bool(alarm) and self.name.startswith((f"{alarm}-*", f"{alarm}_*"))


def event_rules(folder: Folder) -> Iterator[ScheduledRule]:
    for rule in folder.blocks("resource", RULE):
        seasons = seasons_of_rule(folder, rule)
        if seasons:
            yield ScheduledRule(rule.path, rule.block, folder, seasons)
