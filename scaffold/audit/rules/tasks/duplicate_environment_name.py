"""An environment variable or secret that a task is given twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.containers import ContainerEnvironment, container_environments
from scaffold.audit.finding import Finding
from scaffold.audit.phrases import listed
from scaffold.pfml.groups import Given
from scaffold.terraform.satisfiable import can_hold

WHY = (
    "The names of a container's variables and secrets must be unique, so ECS rejects the task definition and the "
    "deploy fails."
)
HOW = "Keep only one variable or secret with the name, also among those in the groups that the task uses."


_REMOVE = "Remove one of them."


class _Pair(NamedTuple):
    first: Given
    second: Given


def check(facts: Facts) -> Iterator[Finding]:
    of_groups: dict[tuple[str, str], tuple[_Pair, list[ContainerEnvironment]]] = {}
    for container in facts.once(container_environments):
        repeated_groups: set[tuple[int, ...]] = set()
        for pair in _pairs(container.given):
            if group := _shared_group(pair):
                key = (group, pair.first.groups[-1] if _is_same(pair) else pair.first.entry.name)
                of_groups.setdefault(key, (pair, []))[1].append(container)
            elif _is_same(pair):
                # A group that is given twice repeats all its names.
                offsets = (pair.first.offset, pair.second.offset)
                if offsets not in repeated_groups:
                    yield _group_twice(facts, container, pair)
                repeated_groups.add(offsets)
            else:
                yield _name_twice(facts, container, pair)
    for (group, _), (pair, containers) in of_groups.items():
        yield _twice_in_group(facts, group, pair, containers)


def _pairs(all_given: tuple[Given, ...]) -> Iterator[_Pair]:
    """For each name, the first two that can be given together."""
    by_name: dict[str, list[Given]] = {}
    for given in all_given:
        by_name.setdefault(given.entry.name, []).append(given)
    for name, same in by_name.items():
        if "${" in name or len(same) < 2:
            continue
        for first, second in combinations(same, 2):
            if can_hold([*first.conditions, *second.conditions]):
                yield _Pair(first, second)
                break


def _shared_group(pair: _Pair) -> str:
    """The group that contains the name twice, "" if the two come from different places."""
    first, second = pair.first, pair.second
    if (first.path, first.offset) != (second.path, second.offset):
        return ""
    shared = [group for group, second_group in zip(first.groups, second.groups, strict=False) if group == second_group]
    if _is_same(pair):
        shared = shared[:-1]
    return shared[-1] if shared else ""


def _is_same(pair: _Pair) -> bool:
    """Whether it is the same variable, given in two ways."""
    return pair.first.entry == pair.second.entry


def _name_twice(facts: Facts, container: ContainerEnvironment, pair: _Pair) -> Finding:
    # Report the one in the task itself, if one of the two is there.
    here, earlier = pair.second, pair.first
    if here.path != container.path or (here.groups and not earlier.groups and earlier.path == container.path):
        here, earlier = earlier, here
    return Finding(
        subject=container.subject,
        message=(
            f"{here.entry.name} is given twice: {_described(facts, here)}, and {_described(facts, earlier)}, so ECS "
            "rejects the task definition"
        ),
        instead=_REMOVE,
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
            f"the group {name} is given twice{_ways(first, second)}, so {first.entry.name} is not unique, and ECS "
            "rejects the task definition"
        ),
        instead=_REMOVE,
        path=second.path,
        offset=second.offset,
        task=container.task,
    )


def _twice_in_group(facts: Facts, group: str, pair: _Pair, containers: list[ContainerEnvironment]) -> Finding:
    names = list(dict.fromkeys(container.subject for container in containers))

    return Finding(
        subject=group,
        message=(
            f"the group {group} has {pair.first.entry.name} twice: {_described(facts, pair.first)}, and "
            f"{_described(facts, pair.second)}, so ECS rejects the task definition of {listed(names)}"
        ),
        instead=_REMOVE,
        path=pair.second.entry.path,
        offset=pair.second.entry.start,
        task=containers[0].task if len(names) == 1 else "",
    )


def _ways(first: Given, second: Given) -> str:
    """In which two ways a group is given, "" if it is in one list twice."""
    ways = _through(first), _through(second)
    return "" if ways[0] == ways[1] else f", {ways[0]} and {ways[1]}"


def _through(given: Given) -> str:
    return f"through local.{given.groups[0]}" if len(given.groups) > 1 else "directly"


def _described(facts: Facts, given: Given) -> str:
    entry = given.entry
    place = facts.checkout.place(entry.path, entry.start)
    kind = "the secret " if entry.secret else ""
    through = f" by local.{given.groups[-1]}" if given.groups else ""
    return f"as {kind}{entry.value or 'nothing'}{through} ({place})"
