"""What stands twice: the later of two things of one name, with the earlier."""

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


def repeated(items: Iterable[T], name: Callable[[T], str]) -> Iterator[tuple[T, T]]:
    """Each item whose name an earlier one has, behind that one; those without a name are left out."""
    first: dict[str, T] = {}
    for item in items:
        key = name(item)
        if key and key in first:
            yield first[key], item
        elif key:
            first[key] = item


def repeated_starts(facts: Facts, starts: Sequence[Start]) -> Iterator[tuple[Start, Start]]:
    """The schedules or triggers of one name of which an environment has both, in the order of files and lines."""
    ordered = sorted(starts, key=lambda start: (start.path, start.block.start))
    for earlier, later in repeated(ordered, _fixed_name):
        in_focus = not facts.focus or facts.focus & {earlier.task_name, later.task_name}
        if in_focus and both_exist(facts, earlier, later):
            yield earlier, later


def _fixed_name(start: Start) -> str:
    """A name that a block has but once, "" for one that is made anew for each of several."""
    return "" if any(word in start.name for word in ("each.", "count.")) else start.name


def both_exist(facts: Facts, one: PlacedBlock, other: PlacedBlock) -> bool:
    """Whether it is certain that some environment has both blocks."""
    if any("for_each" in found.block.attributes for found in (one, other)):
        return False
    conditions = [found[0] for found in (gate(facts.template, one), gate(facts.template, other)) if found]
    return not conditions or any(_hold(conditions, environment.values) for environment in environments(facts.checkout))


def _hold(conditions: list[str], values: Values) -> bool:
    return decide_all(conditions, values) is True
