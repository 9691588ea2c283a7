"""Repeated names: each later thing with the earlier one of the same name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from scaffold.audit.facts.facts import Facts
from scaffold.pfml.environments import environments
from scaffold.pfml.starts import Start
from scaffold.terraform.conditions import decide_all, gate
from scaffold.terraform.folder import PlacedBlock
from scaffold.terraform.values import Values

T = TypeVar("T")


def repeated(things: Iterable[T], name: Callable[[T], str]) -> Iterator[tuple[T, T]]:
    """Pairs of the first thing with a name and a later one; things without a name are left out."""
    first: dict[str, T] = {}
    for thing in things:
        key = name(thing)
        if key and key in first:
            yield first[key], thing
        elif key:
            first[key] = thing


def repeated_starts(facts: Facts, starts: Sequence[Start]) -> Iterator[tuple[Start, Start]]:
    """Schedules or triggers with the same name in one environment, in the order of files and lines."""
    ordered = sorted(starts, key=lambda start: start.location)
    for earlier, later in repeated(ordered, _fixed_name):
        in_focus = not facts.focus or facts.focus & {earlier.task_name, later.task_name}
        if in_focus and both_exist(facts, earlier, later):
            yield earlier, later


def _fixed_name(start: Start) -> str:
    """The name of a block that has only one; "" if `count` or `for_each` gives it several."""
    return "" if any(word in start.name for word in ("each.", "count.")) else start.name


def both_exist(facts: Facts, first: PlacedBlock, second: PlacedBlock) -> bool:
    """Whether it is certain that some environment has both blocks."""
    if any("for_each" in placed.block.attributes for placed in (first, second)):
        return False
    conditions = [counted[0] for counted in (gate(facts.template, first), gate(facts.template, second)) if counted]
    return not conditions or any(_hold(conditions, environment.values) for environment in environments(facts.checkout))


def _hold(conditions: list[str], values: Values) -> bool:
    return decide_all(conditions, values) is True
