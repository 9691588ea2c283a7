"""When schedules fire: their expressions as EventBridge gets them, and where each is written.

An expression is written in the module call, in a local value, in a variable's default, or in an environment's main.tf.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from scaffold import hcl
from scaffold.aws.schedules.expression import Cron, Rate, ScheduleError
from scaffold.aws.schedules.schedule import parse
from scaffold.aws.schedules.timezone import moved_times
from scaffold.files.checkout import Checkout
from scaffold.files.layout import ENVIRONMENTS
from scaffold.pfml.environments import Environment, environment_names, environments
from scaffold.terraform.conditions import decide
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import Values, is_known, literal

STANDARD = "schedule_expression_standard"
DAYLIGHT = "schedule_expression_daylight_savings"
SINGLE = "schedule_expression"
_NAME = re.compile(r"(var|local)\.([\w-]+)")


@dataclass(frozen=True, slots=True)
class Expression:
    """A schedule expression, and the file and byte where its text begins.

    is_known: False if it is only known at deployment; then the text still contains `${…}`. listed: the text that `list`
    shows, with `${…}` for a condition that compares values.
    """

    text: str
    path: str
    offset: int
    is_known: bool = True
    listed: str = field(default="", compare=False)


class Seasons(NamedTuple):
    """What a schedule is given: one node for standard time and one for daylight time, None if it is not set.

    paired: whether there are two expressions.
    """

    winter: hcl.Node | None
    summer: hcl.Node | None
    paired: bool


Pair = tuple[Expression | None, Expression | None]


class Timing(NamedTuple):
    """When a schedule fires in some environments.

    name: the schedule's name, or the label of a rule. task: the name of the task that it starts, "" for a rule.
    environments: () if it is the same in all of them. winter, summer: None if they are only known at deployment.
    """

    name: str
    task: str
    placed: PlacedBlock
    environments: tuple[str, ...]
    winter: Expression | None
    summer: Expression | None
    paired: bool

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return tuple(dict.fromkeys(expression for expression in (self.winter, self.summer) if expression))


def parsed(expression: Expression | None) -> Rate | Cron | None:
    """None for an expression that is not known, or that AWS refuses."""
    return _parsed(expression.text) if expression else None


@lru_cache(maxsize=256)
def _parsed(text: str) -> Rate | Cron | None:
    try:
        return parse(text)
    except ScheduleError:
        return None


def times(cron: Cron) -> set[int]:
    """The times of day when it fires, in minutes since midnight UTC."""
    return moved_times(cron, 0)


def seasons_of(block: hcl.Block) -> Seasons:
    """The expressions of a schedule. Before November 2021 it had one for both seasons."""
    standard, daylight, both = (block.attributes.get(name) for name in (STANDARD, DAYLIGHT, SINGLE))
    if standard or daylight:
        return Seasons(standard and standard.value, daylight and daylight.value, bool(standard and daylight))
    return Seasons(both and both.value, both and both.value, False)


def seasons_of_rule(folder: Folder, rule: PlacedBlock) -> Seasons | None:
    """The expression of an `aws_cloudwatch_event_rule`, or the two branches of a condition on daylight saving time."""
    attribute = rule.block.attributes.get(SINGLE)
    if attribute is None:
        return None
    node = attribute.value
    condition = folder.text(rule.path, node.condition) if isinstance(node, hcl.Conditional) else ""
    if isinstance(node, hcl.Conditional) and re.fullmatch(r"(local|var)\.\w*daylight\w*", condition):
        return Seasons(node.no, node.yes, True)
    return Seasons(node, node, False)


def timings_of(name: str, task: str, folder: Folder, placed: PlacedBlock, seasons: Seasons) -> list[Timing]:
    """One for each pair of expressions, with the environments that have it; none if no environment can be read."""
    groups: dict[Pair, list[str]] = {}
    checkout = folder.checkout
    if not fixed_pair(folder, placed, seasons) and environment_names(checkout) and not environments(checkout):
        return []
    for environment, pair in pairs(folder, placed, seasons).items():
        winter, summer = (expression if expression and expression.is_known else None for expression in pair)
        groups.setdefault((winter, summer), []).append(environment)
    everywhere = len(groups) == 1
    return [
        Timing(name, task, placed, () if everywhere else tuple(names), *pair, seasons.paired)
        for pair, names in groups.items()
    ]


def fixed_pair(folder: Folder, placed: PlacedBlock, seasons: Seasons) -> Pair | None:
    """Two strings without interpolations, which are the same in all environments."""
    winter, summer = (_literal(folder, placed.path, node) for node in (seasons.winter, seasons.summer))
    return (winter, summer) if winter and summer else None


def pairs(folder: Folder, placed: PlacedBlock, seasons: Seasons) -> dict[str, Pair]:
    """The expressions in each environment that has the tasks; under "" those that need no environment."""
    fixed = fixed_pair(folder, placed, seasons)
    if fixed:
        return {"": fixed}
    # Without an environment the defaults are all there is.
    chosen: tuple[Environment | None, ...] = environments(folder.checkout) or (None,)
    return {
        environment.name if environment else "": (
            _resolved(folder, environment, placed.path, seasons.winter),
            _resolved(folder, environment, placed.path, seasons.summer),
        )
        for environment in chosen
    }


def _literal(folder: Folder, path: str, node: hcl.Node | None) -> Expression | None:
    if not isinstance(node, hcl.Template):
        return None
    text = folder.expand(path, node, {})
    return Expression(literal(text), path, node.start, listed=text) if is_known(text) else None


def _resolved(folder: Folder, environment: Environment | None, path: str, node: hcl.Node | None) -> Expression | None:
    if node is None:
        return None
    values = environment.values if environment else Values(folder, {})
    followed = _followed(environment, values, path, node, frozenset())
    try:
        text = values.of(path, values.chosen(path, node))
    except RecursionError:  # local values that refer to each other, which Terraform rejects
        text = f"${{{folder.text(path, node)}}}"
    if followed:
        return replace(followed, listed=text)
    known = is_known(text)
    return Expression(literal(text) if known else text, path, node.start, known, text)


def _followed(
    environment: Environment | None, values: Values, path: str, node: hcl.Node, seen: frozenset[str]
) -> Expression | None:
    """What a string, a condition, or the name of a variable or a local value resolves to."""
    if isinstance(node, hcl.Conditional):
        holds = decide(values.folder.text(path, node.condition), values)
        branch = node.yes if holds else node.no
        return None if holds is None else _followed(environment, values, path, branch, seen)
    if isinstance(node, hcl.Template):
        text = values.of(path, node)
        return Expression(literal(text), path, node.start) if is_known(text) else None
    name = values.folder.text(path, node)
    match = _NAME.fullmatch(name)
    if match is None or name in seen:
        return None
    setting = environment.call.block.attributes.get(match[2]) if environment and match[1] == "var" else None
    if environment and setting:
        own = Values(_folder_of(values.folder.checkout, environment), {})
        return _followed(None, own, environment.call.path, setting.value, frozenset())
    place = values.folder.local(match[2]) if match[1] == "local" else _default(values.folder, match[2])
    return _followed(environment, values, place[0], place[1].value, seen | {name}) if place else None


def _folder_of(checkout: Checkout, environment: Environment) -> Folder:
    return Folder.of(checkout, f"{ENVIRONMENTS}/{environment.name}")


def _default(folder: Folder, name: str) -> tuple[str, hcl.Attribute] | None:
    variable = folder.block("variable", name)
    default = variable.block.attributes.get("default") if variable else None
    return (variable.path, default) if variable and default else None
