"""When schedules fire: their expressions as EventBridge gets them, and where each is written.

An expression is written in the module, in a local value, in a variable's default, or in an environment's main.tf.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.aws.schedules.expression import Cron, Rate, ScheduleError
from scaffold.aws.schedules.schedule import parse
from scaffold.files.layout import ENVIRONMENTS
from scaffold.pfml.environments import Environment, environment_names, environments
from scaffold.terraform.conditions import decide
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import Values, is_known, literal

STANDARD, DAYLIGHT, ONE = "schedule_expression_standard", "schedule_expression_daylight_savings", "schedule_expression"
_NAME = re.compile(r"(var|local)\.([\w-]+)")


@dataclass(frozen=True, slots=True)
class Written:
    """An expression, and the file and byte at which its text begins."""

    text: str
    path: str
    offset: int


@dataclass(frozen=True, slots=True)
class Timing:
    """When a schedule fires in some environments.

    name: the schedule's task_name, or the label of a rule. task: the name of the task that it starts, "" for a rule.
    environments: () where it is the same in all of them. winter, summer: None where only a deploy knows them.
    paired: whether there are two expressions, for standard and for daylight time.
    """

    name: str
    task: str
    placed: PlacedBlock
    environments: tuple[str, ...]
    winter: Written | None
    summer: Written | None
    paired: bool

    @property
    def expressions(self) -> tuple[Written, ...]:
        return tuple(dict.fromkeys(one for one in (self.winter, self.summer) if one))


def timings(facts: Facts) -> tuple[Timing, ...]:
    """Those of the schedules, and without a focus those of the template's own rules."""
    return tuple(_all_timings(facts))


def _all_timings(facts: Facts) -> Iterator[Timing]:
    for start in facts.schedules:
        task = facts.task_name(start)
        if not facts.focus or task in facts.focus:
            yield from _timings(facts, start.placed, start.name, task, *_arguments(start.placed.block))
    for found in () if facts.focus else facts.template.blocks("resource", "aws_cloudwatch_event_rule"):
        attribute = found.block.attributes.get(ONE)
        if attribute:
            yield from _timings(facts, found, found.block.labels[1], "", *_seasons(facts, found, attribute.value))


def read(written: Written | None) -> Rate | Cron | None:
    """None for one that is not known, or that AWS refuses."""
    return _read(written.text) if written else None


@lru_cache(maxsize=256)
def _read(text: str) -> Rate | Cron | None:
    try:
        return parse(text)
    except ScheduleError:
        return None


def times(cron: Cron) -> set[int]:
    """The times of day at which it fires, in minutes since midnight UTC."""
    return {hour * 60 + minute for hour in cron.hour_values for minute in cron.minute_values}


def _arguments(block: hcl.Block) -> tuple[hcl.Node | None, hcl.Node | None, bool]:
    standard, daylight, one = (block.attributes.get(name) for name in (STANDARD, DAYLIGHT, ONE))
    if standard or daylight:
        return standard and standard.value, daylight and daylight.value, bool(standard and daylight)
    return one and one.value, one and one.value, False


def _seasons(facts: Facts, found: PlacedBlock, node: hcl.Node) -> tuple[hcl.Node, hcl.Node, bool]:
    """The branches of a condition on daylight saving time."""
    if isinstance(node, hcl.Conditional):
        condition = facts.template.text(found.path, node.condition)
        if re.fullmatch(r"(local|var)\.\w*daylight\w*", condition):
            return node.no, node.yes, True
    return node, node, False


def _timings(
    facts: Facts,
    found: PlacedBlock,
    name: str,
    task: str,
    winter: hcl.Node | None,
    summer: hcl.Node | None,
    paired: bool,
) -> Iterator[Timing]:
    fixed = [_literal(facts, found.path, node) for node in (winter, summer)]
    if all(fixed):
        yield Timing(name, task, found, (), fixed[0], fixed[1], paired)
        return
    groups: dict[tuple[Written | None, Written | None], list[str]] = {}
    # Without an environment the defaults are what there is.
    for environment in environments(facts.checkout) if environment_names(facts.checkout) else (None,):
        pair = _resolved(facts, environment, found.path, winter), _resolved(facts, environment, found.path, summer)
        groups.setdefault(pair, []).append(environment.name if environment else "")
    for pair, names in groups.items():
        where = () if len(groups) == 1 else tuple(names)
        yield Timing(name, task, found, where, *pair, paired)


def _literal(facts: Facts, path: str, node: hcl.Node | None) -> Written | None:
    """A string without interpolations, which is the same in all environments."""
    if not isinstance(node, hcl.Template):
        return None
    text = facts.template.expand(path, node, {})
    return Written(literal(text), path, node.start) if is_known(text) else None


def _resolved(facts: Facts, environment: Environment | None, path: str, node: hcl.Node | None) -> Written | None:
    values = environment.values if environment else Values(facts.template, {})
    return _followed(facts, environment, values, path, node, frozenset()) if node else None


def _followed(
    facts: Facts, environment: Environment | None, values: Values, path: str, node: hcl.Node, seen: frozenset[str]
) -> Written | None:
    """What a string, a condition, or the name of a variable or a local value leads to."""
    if isinstance(node, hcl.Conditional):
        holds = decide(values.folder.text(path, node.condition), values)
        branch = node.yes if holds else node.no
        return None if holds is None else _followed(facts, environment, values, path, branch, seen)
    if isinstance(node, hcl.Template):
        text = values.of(path, node)
        return Written(literal(text), path, node.start) if is_known(text) else None
    name = values.folder.text(path, node)
    match = _NAME.fullmatch(name)
    if match is None or name in seen:
        return None
    given = environment.call.block.attributes.get(match[2]) if environment and match[1] == "var" else None
    if environment and given and values.folder is facts.template:
        theirs = Values(Folder.of(facts.checkout, f"{ENVIRONMENTS}/{environment.name}"), {})
        return _followed(facts, None, theirs, environment.call.path, given.value, frozenset())
    place = values.folder.local(match[2]) if match[1] == "local" else _default(values.folder, match[2])
    return _followed(facts, environment, values, place[0], place[1].value, seen | {name}) if place else None


def _default(folder: Folder, variable: str) -> tuple[str, hcl.Attribute] | None:
    found = folder.block("variable", variable)
    default = found.block.attributes.get("default") if found else None
    return (found.path, default) if found and default else None
