"""The alarms of the schedules: what they watch, what there is to watch, and the one way in which rules mend their list.

An alarm is made for each name of `locals.alarm_names`, and watches the rule of EventBridge that its dimension RuleName
tells. Names are compared with `${var.environment_name}` and the like left in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.pfml.alarms import FOLDER, alarm_names
from scaffold.pfml.schedules import MODULE as SCHEDULER
from scaffold.pfml.schedules import schedules
from scaffold.pfml.starts import Start
from scaffold.terraform.folder import Folder, PlacedBlock

RESOURCE, RULE = "aws_cloudwatch_metric_alarm", "aws_cloudwatch_event_rule"
# Stands for a name in what is made from it; Unicode keeps it for private use.
_MARK = "\ue000"
_ENVIRONMENT = "${var.environment_name}"
_LISTS = ("toset", "concat", "distinct", "sort", "compact", "flatten")


@dataclass(frozen=True, slots=True)
class Listed:
    """A name of the list, and the rule that its alarm watches. mends: whether the list can be edited here."""

    name: str
    rule: str
    path: str
    node: hcl.Node
    mends: bool


@dataclass(frozen=True, slots=True)
class Made:
    """A rule of EventBridge that the template makes. start: the schedule, None for a resource of the template."""

    rule: str
    placed: PlacedBlock
    start: Start | None


class Alarms:
    """The list of a checkout, and the rules that there are."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.folder = Folder.of(facts.checkout, FOLDER)

    @cached_property
    def resource(self) -> PlacedBlock | None:
        """The alarm that is made for each name."""
        for found in self.folder.blocks("resource", RESOURCE, containing="alarm_names"):
            if "local.alarm_names" in self.folder.attribute_text(found, "for_each"):
                return found
        return None

    @cached_property
    def dimensions(self) -> dict[str, tuple[str, hcl.Node]] | None:
        """What the alarm's dimensions are set to, each with its node; None where they are no plain object."""
        attribute = self.resource.block.attributes.get("dimensions") if self.resource else None
        if self.resource is None or attribute is None or not isinstance(attribute.value, hcl.Object):
            return None
        path = self.resource.path
        return {
            self.folder.text(path, item.key).strip('"'): (self._marked(path, item.value), item)
            for item in attribute.value.items
        }

    def setting(self, name: str) -> tuple[str, hcl.Node] | None:
        attribute = self.resource.block.attributes.get(name) if self.resource else None
        return (self._marked(self.resource.path, attribute.value), attribute) if self.resource and attribute else None

    def _marked(self, path: str, node: hcl.Node) -> str:
        return self.folder.expand(path, node, {"each.key": _MARK, "each.value": _MARK})

    @cached_property
    def scheduler_rule(self) -> str:
        """The name of a schedule's rule, with a mark for the schedule's; "" where it cannot be told."""
        module = Folder.of(self.facts.checkout, f"infra/modules/{SCHEDULER}")
        found = next(module.blocks("resource", RULE), None)
        attribute = found.block.attributes.get("name") if found else None
        if found is None or attribute is None:
            return ""
        name = module.expand(found.path, attribute.value, {"task_name": _MARK})
        return name if _MARK in name else ""

    @cached_property
    def watched_rule(self) -> str:
        """The name of the rule that an alarm watches, with a mark for the name; "" where `mistakes` says why none
        works, or where it cannot be told."""
        dimensions = self.dimensions or {}
        wrong = any(True for _ in self.mistakes)
        name = dimensions["RuleName"][0] if "RuleName" in dimensions else ""
        return "" if wrong or not _comparable(name, self.scheduler_rule) else name

    @cached_property
    def mistakes(self) -> tuple[tuple[str, str, hcl.Node], ...]:
        """Why no alarm hears of a start that fails: what is wrong, what to do, and where."""
        return tuple(self._mistakes()) if self.scheduler_rule else ()

    def _mistakes(self) -> Iterator[tuple[str, str, hcl.Node]]:
        for name, right in (("namespace", "AWS/Events"), ("metric_name", "FailedInvocations")):
            setting = self.setting(name)
            if setting and "${" not in setting[0] and setting[0] != right:
                yield f"{name} is {setting[0]}, and a start that fails counts in {right}", f"Write {right}.", setting[1]
        dimensions = self.dimensions
        if dimensions is None or not all(re.fullmatch(r"\w+", key) for key in dimensions):
            return
        if "RuleName" not in dimensions:
            node = next((node for _, node in dimensions.values()), None)
            keys = " and ".join(dimensions) or "nothing"
            if node:
                yield f"its dimension is {keys}, and AWS/Events has RuleName", "Write RuleName.", node
            return
        watched, node = dimensions["RuleName"]
        if _comparable(watched, self.scheduler_rule) and watched != self.scheduler_rule:
            yield (
                f"it watches {shown(watched)}, and a schedule's rule is named {shown(self.scheduler_rule)}",
                "Name the rule as infra/modules/ecs_task_scheduler does.",
                node,
            )

    # --- the list

    @cached_property
    def listed(self) -> tuple[Listed, ...]:
        return tuple(one for one in self._items if one is not None)

    @property
    def whole(self) -> bool:
        """Whether all names of the list are to be seen."""
        return None not in self._items

    @cached_property
    def _items(self) -> tuple[Listed | None, ...]:
        found = self.folder.local("alarm_names")
        editable = alarm_names(self.facts.checkout)
        mends = editable[1].items if editable else ()
        return tuple(self._names(found[0], found[1].value, mends, frozenset())) if found else ()

    def _names(
        self, path: str, node: hcl.Node, mends: Sequence[hcl.Node], seen: frozenset[str]
    ) -> Iterator[Listed | None]:
        """None for what cannot be told."""
        text = self.folder.text(path, node)
        if isinstance(node, hcl.Tuple) or (isinstance(node, hcl.Call) and node.name in _LISTS):
            for child in node.children():
                yield from self._names(path, child, mends, seen)
        elif isinstance(node, hcl.Template):
            name = self.folder.expand(path, node, {})
            yield Listed(name, self.watched_rule.replace(_MARK, name), path, node, node in mends)
        elif text.startswith("local.") and text not in seen and (found := self.folder.local(text[6:])):
            yield from self._names(found[0], found[1].value, mends, seen | {text})
        else:
            yield None

    @cached_property
    def others(self) -> frozenset[str]:
        """The rules that other alarms of the folder watch, outside of the list."""
        blocks = self.folder.blocks("resource", RESOURCE, containing="RuleName")
        dimensions = [(one.path, one.block.attributes.get("dimensions")) for one in blocks if one != self.resource]
        return frozenset(
            self.folder.expand(path, item.value, {})
            for path, attribute in dimensions
            if attribute and isinstance(attribute.value, hcl.Object)
            for item in attribute.value.items
        )

    # --- the rules

    @cached_property
    def made(self) -> tuple[Made, ...]:
        """Those of the schedules, and those that the template makes itself."""
        facts = self.facts
        of_schedules = [
            Made(self.scheduler_rule.replace(_MARK, start.name), start, start) for start in schedules(facts.checkout)
        ]
        others = []
        for found in facts.template.blocks("resource", RULE):
            attribute = found.block.attributes.get("name")
            name = facts.template.expand(found.path, attribute.value, {}) if attribute else "${name_prefix}"
            others.append(Made(name, found, None))
        return (*of_schedules, *others)

    @property
    def known(self) -> bool:
        """Whether the names of all rules are known."""
        return self.facts.complete() and all(_plain(made.rule) for made in self.made)

    @cached_property
    def mistaken(self) -> dict[Listed, Made]:
        """The alarms whose rule nothing makes, while one exists that is named a little otherwise and has no alarm."""
        if not self.watched_rule:
            return {}
        rules, watched = {made.rule for made in self.made}, {one.rule for one in self.listed}
        free = [made for made in self.made if made.rule not in watched and _plain(made.rule)]
        found = {}
        for one in self.listed:
            near = [made for made in free if _alike(one.rule, made.rule)] if one.rule not in rules else []
            if near:
                found[one] = near[0]
        return found


def shown(rule: str) -> str:
    """A rule's name as people read it."""
    return rule.replace(_MARK, "<name>").replace(_ENVIRONMENT, "<environment>")


def _plain(text: str) -> bool:
    return "${" not in text.replace(_ENVIRONMENT, "")


def _comparable(one: str, other: str) -> bool:
    """Whether two names consist of what is known in both."""
    return bool(one) and bool(other) and _plain(one) and _plain(other)


def _alike(one: str, other: str) -> bool:
    """Whether two names are meant to be one: they differ in separators and case alone, or by a slip of the pen."""
    first, second = (re.split(r"[-_. ]+", text.lower()) for text in (one, other))
    if "".join(first) == "".join(second):
        return True
    pairs = [pair for pair in zip(first, second, strict=False) if pair[0] != pair[1]]
    return len(first) == len(second) and len(pairs) == 1 and _one_slip(*pairs[0])


def _one_slip(one: str, other: str) -> bool:
    """Whether one letter is too many or too few, or has changed places with its neighbour.

    With another letter in its place a word is often another one: dia and dua, employer and employee.
    """
    if min(len(one), len(other)) < 4 or not (one + other).isalpha():
        return False
    start = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))
    first, second = one[start:], other[start:]
    swapped = first[:2] == second[:2][::-1] and first[2:] == second[2:]
    return swapped or first[1:] == second or first == second[1:]
