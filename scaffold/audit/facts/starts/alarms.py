"""The alarms of the schedules: which rules of EventBridge they watch, and which rules there are.

An alarm is created for each name in `locals.alarm_names`. It watches the rule that its dimension RuleName names. Names
are compared with `${var.environment_name}` and the like left in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.pfml.alarms import FOLDER, Alarm, alarm_list
from scaffold.pfml.schedules import RULE, module_folder, module_rule, schedules
from scaffold.pfml.starts import Start
from scaffold.terraform.folder import Folder, PlacedBlock

RESOURCE = "aws_cloudwatch_metric_alarm"
# A placeholder for a name inside longer names; a code point that Unicode reserves for private use.
_MARK = "\ue000"
_ENVIRONMENT = "${var.environment_name}"


class EventRule(NamedTuple):
    """A rule of EventBridge that the template creates. start: its schedule, None for a resource of the template."""

    name: str
    placed: PlacedBlock
    start: Start | None


class Alarms:
    """The list of a checkout, and the rules that the template creates."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.folder = Folder.of(facts.checkout, FOLDER)

    @cached_property
    def resource(self) -> PlacedBlock | None:
        """The alarm that is created for each name."""
        for alarm in self.folder.blocks("resource", RESOURCE, containing="alarm_names"):
            if "local.alarm_names" in self.folder.attribute_text(alarm, "for_each"):
                return alarm
        return None

    @cached_property
    def dimensions(self) -> dict[str, tuple[str, hcl.Node]] | None:
        """The alarm's dimensions, each with its value and node; None if they are not a plain object."""
        attribute = self.resource.block.attributes.get("dimensions") if self.resource else None
        if self.resource is None or attribute is None or not isinstance(attribute.value, hcl.Object):
            return None
        path, entries = self.resource.path, self.folder.entries(self.resource.path, attribute.value)
        return {name: (self._marked(path, entry.value), entry) for name, entry in entries.items()}

    def setting(self, name: str) -> tuple[str, hcl.Node] | None:
        attribute = self.resource.block.attributes.get(name) if self.resource else None
        return (self._marked(self.resource.path, attribute.value), attribute) if self.resource and attribute else None

    def _marked(self, path: str, node: hcl.Node) -> str:
        return self.folder.expand(path, node, {"each.key": _MARK, "each.value": _MARK})

    @cached_property
    def scheduler_rule(self) -> str:
        """The name of a schedule's rule, with a mark for the schedule's name; "" if it is not known."""
        rule = module_rule(self.facts.checkout)
        attribute = rule.block.attributes.get("name") if rule else None
        if rule is None or attribute is None:
            return ""
        name = module_folder(self.facts.checkout).expand(rule.path, attribute.value, {"task_name": _MARK})
        return name if _MARK in name else ""

    @cached_property
    def watched_rule(self) -> str:
        """The name of the rule that an alarm watches, with a mark for the name, or if `mistakes` says why no alarm
        works, of the one that it is meant to watch; "" if it is not known."""
        if self.mistakes:
            return self.scheduler_rule if _comparable(self.scheduler_rule) else ""
        dimensions = self.dimensions or {}
        name = dimensions["RuleName"][0] if "RuleName" in dimensions else ""
        return name if _comparable(name, self.scheduler_rule) else ""

    @cached_property
    def mistakes(self) -> tuple[tuple[str, str, hcl.Node], ...]:
        """Why no alarm notices a failed start: what is wrong, what to do, and where."""
        return tuple(self._mistakes()) if self.scheduler_rule else ()

    def _mistakes(self) -> Iterator[tuple[str, str, hcl.Node]]:
        for name, right in (("namespace", "AWS/Events"), ("metric_name", "FailedInvocations")):
            setting = self.setting(name)
            if setting and "${" not in setting[0] and setting[0] != right:
                yield f"{name} is {setting[0]}, but failed starts are counted in {right}", f"Write {right}.", setting[1]
        dimensions = self.dimensions
        if dimensions is None or not all(re.fullmatch(r"\w+", key) for key in dimensions):
            return
        if "RuleName" not in dimensions:
            node = next((node for _, node in dimensions.values()), None)
            keys = " and ".join(dimensions) or "nothing"
            if node:
                yield f"its dimension is {keys}, but AWS/Events uses RuleName", "Write RuleName.", node
            return
        watched, node = dimensions["RuleName"]
        if _comparable(watched, self.scheduler_rule) and watched != self.scheduler_rule:
            yield (
                f"it watches {shown(watched)}, but a schedule's rule is named {shown(self.scheduler_rule)}",
                "Name the rule as infra/modules/ecs_task_scheduler does.",
                node,
            )

    # --- the list

    @property
    def listed(self) -> tuple[Alarm, ...]:
        return alarm_list(self.facts.checkout).alarms

    @property
    def is_complete(self) -> bool:
        """Whether all names in the list are known."""
        return alarm_list(self.facts.checkout).is_complete

    def rule_of(self, alarm: Alarm) -> str:
        """The name of the rule that an alarm watches."""
        return self.watched_rule.replace(_MARK, alarm.name)

    @cached_property
    def others(self) -> frozenset[str]:
        """The rules that other alarms of the folder watch."""
        blocks = self.folder.blocks("resource", RESOURCE, containing="RuleName")
        dimensions = [
            (alarm.path, alarm.block.attributes.get("dimensions")) for alarm in blocks if alarm != self.resource
        ]
        return frozenset(
            self.folder.expand(path, entry.value, {})
            for path, attribute in dimensions
            if attribute and isinstance(attribute.value, hcl.Object)
            for entry in attribute.value.items
        )

    # --- the rules

    @cached_property
    def rules(self) -> tuple[EventRule, ...]:
        """The rules of the schedules, and those that are resources of the template."""
        facts = self.facts
        of_schedules = [
            EventRule(self.scheduler_rule.replace(_MARK, schedule.name), schedule, schedule)
            for schedule in schedules(facts.checkout)
        ]
        others = []
        for rule in facts.template.blocks("resource", RULE):
            attribute = rule.block.attributes.get("name")
            name = facts.template.expand(rule.path, attribute.value, {}) if attribute else "${name_prefix}"
            others.append(EventRule(name, rule, None))
        return (*of_schedules, *others)

    @property
    def known(self) -> bool:
        """Whether the names of all rules are known."""
        return self.facts.complete() and all(_plain(rule.name) for rule in self.rules)

    @cached_property
    def mistaken(self) -> dict[Alarm, EventRule]:
        """The alarms whose rule does not exist, each with a rule that has a similar name and no alarm."""
        if not self.watched_rule:
            return {}
        names = {rule.name for rule in self.rules}
        watched = {alarm: self.rule_of(alarm) for alarm in self.listed}
        free = [rule for rule in self.rules if rule.name not in watched.values() and _plain(rule.name)]
        mistaken = {}
        for alarm, name in watched.items():
            near = [rule for rule in free if _alike(name, rule.name)]
            if near and name not in names:
                mistaken[alarm] = near[0]
        return mistaken


def shown(rule: str) -> str:
    """The name of a rule as it is shown to people."""
    return rule.replace(_MARK, "<name>").replace(_ENVIRONMENT, "<environment>")


def _plain(text: str) -> bool:
    return "${" not in text.replace(_ENVIRONMENT, "")


def _comparable(*names: str) -> bool:
    """Whether all names are known."""
    return all(name and _plain(name) for name in names)


def _alike(*names: str) -> bool:
    """Whether two names are probably meant to be the same: they differ only in separators and case, or by a typo."""
    first, second = (re.split(r"[-_. ]+", text.lower()) for text in names)
    if "".join(first) == "".join(second):
        return True
    pairs = [pair for pair in zip(first, second, strict=False) if pair[0] != pair[1]]
    return len(first) == len(second) and len(pairs) == 1 and _one_slip(*pairs[0])


def _one_slip(first: str, second: str) -> bool:
    """Whether a letter is missing or extra, or two neighboring letters are swapped.

    With a different letter a word is often another word: dia and dua, employer and employee.
    """
    if min(len(first), len(second)) < 4 or not (first + second).isalpha():
        return False
    start = next((at for at, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]), len(first))
    first, second = first[start:], second[start:]
    swapped = first[:2] == second[:2][::-1] and first[2:] == second[2:]
    return swapped or first[1:] == second or first == second[1:]
