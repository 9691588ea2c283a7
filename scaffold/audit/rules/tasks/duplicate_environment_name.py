"""An environment variable or secret that a task gets twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.containers import ContainerEnvironment, container_environments
from scaffold.audit.finding import Finding
from scaffold.pfml.groups import Given
from scaffold.terraform.satisfiable import can_hold

WHY = (
    "ECS wants the names of a container's variables and secrets to be unique and refuses the task definition, "
    "so the deploy fails."
)


@dataclass(frozen=True, slots=True)
class _Pair:
    first: Given
    second: Given


def check(facts: Facts) -> Iterator[Finding]:
    of_groups: dict[tuple[str, str], tuple[_Pair, list[ContainerEnvironment]]] = {}
    for container in facts.once(container_environments):
        whole: set[tuple[int, ...]] = set()
        for pair in _pairs(container.given):
            if group := _shared_group(pair):
                key = (group, pair.first.groups[-1] if _is_same(pair) else pair.first.entry.name)
                of_groups.setdefault(key, (pair, []))[1].append(container)
            elif _is_same(pair):
                # A group that comes twice brings all its names twice.
                offsets = (pair.first.offset, pair.second.offset)
                if offsets not in whole:
                    yield _group_twice(facts, container, pair)
                whole.add(offsets)
            else:
                yield _name_twice(facts, container, pair)
    for (group, _), (pair, found) in of_groups.items():
        yield _twice_in_group(facts, group, pair, found)


def _pairs(given: tuple[Given, ...]) -> Iterator[_Pair]:
    """For each name the first two that can come together."""
    by_name: dict[str, list[Given]] = {}
    for one in given:
        by_name.setdefault(one.entry.name, []).append(one)
    for name, found in by_name.items():
        if "${" in name or len(found) < 2:
            continue
        for first, second in combinations(found, 2):
            if can_hold([*first.conditions, *second.conditions]):
                yield _Pair(first, second)
                break


def _shared_group(pair: _Pair) -> str:
    """The group that has the name twice by itself, "" where two do."""
    first, second = pair.first, pair.second
    if (first.path, first.offset) != (second.path, second.offset):
        return ""
    shared = [one for one, other in zip(first.groups, second.groups, strict=False) if one == other]
    if _is_same(pair):
        shared = shared[:-1]
    return shared[-1] if shared else ""


def _is_same(pair: _Pair) -> bool:
    """Whether it is one variable that comes in two ways."""
    return pair.first.entry == pair.second.entry


def _name_twice(facts: Facts, container: ContainerEnvironment, pair: _Pair) -> Finding:
    # The name stands in the task itself where one of the two does; `common` does not.
    here, other = pair.second, pair.first
    if here.path != container.path or (here.groups and not other.groups and other.path == container.path):
        here, other = other, here
    return Finding(
        subject=container.subject,
        message=(
            f"{here.entry.name} is given twice: {_described(facts, here)}, and {_described(facts, other)}, and ECS "
            f"refuses the task definition, since names must be unique"
        ),
        instead="Take one of the two out.",
        path=here.path,
        offset=here.offset,
        task=container.task,
    )


def _group_twice(facts: Facts, container: ContainerEnvironment, pair: _Pair) -> Finding:
    first, second = pair.first, pair.second
    name = first.groups[-1] if first.groups else first.entry.name
    return Finding(
        subject=container.subject,
        message=(
            f"the group {name} comes twice, {_through(first)} and {_through(second)}, so {first.entry.name} is given "
            "twice, and ECS refuses the task definition, since names must be unique"
        ),
        instead="Take one of the two out.",
        path=second.path,
        offset=second.offset,
        task=container.task,
    )


def _twice_in_group(facts: Facts, group: str, pair: _Pair, found: list[ContainerEnvironment]) -> Finding:
    names = list(dict.fromkeys(container.subject for container in found))
    listed = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return Finding(
        subject=group,
        message=(
            f"the group {group} has {pair.first.entry.name} twice: {_described(facts, pair.first)}, and "
            f"{_described(facts, pair.second)}, and ECS refuses the task definition of {listed}, since names must be "
            "unique"
        ),
        instead="Take one of the two out.",
        path=pair.second.entry.path,
        offset=pair.second.entry.start,
        task=found[0].task if len(names) == 1 else "",
    )


def _through(given: Given) -> str:
    return f"through local.{given.groups[0]}" if len(given.groups) > 1 else "by itself"


def _described(facts: Facts, given: Given) -> str:
    entry = given.entry
    place = facts.checkout.place(entry.path, entry.start)
    kind = "the secret " if entry.secret else ""
    through = f" by local.{given.groups[-1]}" if given.groups else ""
    return f"as {kind}{entry.value or 'nothing'}{through} ({place})"
