"""The difference between two deployments as text, the same lines for all environments as far as they are the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from tests.plans.deployment import Deployment, Environment, Values, environments, split

_EMPTY: tuple[Any, ...] = (None, [], {})
_NOTHING = Environment()

# How the sample's environments are called besides their names: in short, and in tags.
_OTHER_NAMES = {"cps-preview": ("cpspr", "qa")}


def difference(before: Deployment, after: Deployment) -> str:
    """Every value that is new or different, and everything that is gone. What is not here is as it was before.

    `[test]` marks what is only so in the environment test.
    """
    old, new = environments(before), environments(after)
    replaced = {split(address) for address in after.replaced}
    plans = {}
    for name in sorted(old.keys() | new.keys()):
        recreated = {address for environment, address in replaced if environment == name}
        before_it, after_it = (_without_name(there.get(name, _NOTHING), name) for there in (old, new))
        plans[name] = dict(_compared(before_it, after_it, recreated))
    return "".join(f"{line}\n" for line in (*_counts(plans), *_merged(plans)))


Plan = dict[str, list[str]]  # lines of details by headline: a mark and an address


def _without_name(environment: Environment, name: str) -> Environment:
    names = "|".join((name, *_OTHER_NAMES.get(name, ())))
    text = json.dumps([environment.instances, environment.outputs])
    return Environment(*json.loads(re.sub(rf"(?<![A-Za-z0-9])({names})(?![A-Za-z0-9])", "<environment>", text)))


def _counts(plans: dict[str, Plan]) -> Iterator[str]:
    counts: dict[str, list[str]] = {}
    for name, plan in plans.items():
        marks = [headline.split()[0] for headline in plan]
        numbers = [sum(mark in wanted for mark in marks) for wanted in (["+"], ["~", "-/+"], ["-"])]
        counts.setdefault("{} to add, {} to change, {} to remove".format(*numbers), []).append(name)
    yield from (f"{', '.join(names)}: {text}" for text, names in counts.items())


def _merged(plans: dict[str, Plan]) -> Iterator[str]:
    for headline in _in_order(plans.values()):
        concerned = {name: plan[headline] for name, plan in plans.items() if headline in plan}
        yield f"  {headline}{_only(concerned, plans)}"
        for line in _in_order(concerned.values()):
            having = [name for name, lines in concerned.items() if line in lines]
            yield f"      {line}{_only(having, concerned)}"


def _in_order(sequences: Iterable[Iterable[str]]) -> list[str]:
    """The lines of all sequences, each after the one that it follows."""
    merged: list[str] = []
    for sequence in sequences:
        position = 0
        for line in sequence:
            if line not in merged:
                merged.insert(position, line)
            position = merged.index(line) + 1
    return merged


def _only(some: Iterable[str], all_of_them: Iterable[str]) -> str:
    return "" if set(some) == set(all_of_them) else f" [{', '.join(some)}]"


def _compared(before: Environment, after: Environment, replaced: set[str]) -> Iterator[tuple[str, list[str]]]:
    added = after.instances.keys() - before.instances.keys()
    removed = before.instances.keys() - after.instances.keys()
    successors = dict(_successors(before.instances, after.instances))
    for address in sorted(before.instances.keys() | after.instances.keys()):
        if address in successors:
            old = successors[address]
            changes = list(_changes(before.instances[old], after.instances[address]))
            yield f"+ {address}", [f"is {old} except for", *(f"  {line}" for line in changes)]
        elif address in added:
            yield f"+ {address}", [f"{path}: {_json(value)}" for path, value in _leaves(after.instances[address])]
        elif address in removed:
            yield f"- {address}", []
        else:
            changes = list(_changes(before.instances[address], after.instances[address]))
            if changes or address in replaced:
                yield f"{'-/+' if address in replaced else '~'} {address}", changes
    for change in _changes(before.outputs, after.outputs):
        yield f"output {change}", []


def _successors(before: dict[str, Values], after: dict[str, Values]) -> Iterator[tuple[str, str]]:
    """Each new instance that is much like one of the same type that is gone, with that one's address."""
    gone = sorted(before.keys() - after.keys())
    for address in sorted(after.keys() - before.keys()):
        alike = [old for old in gone if _type(old) == _type(address)]
        if alike:
            new = after[address]
            old = min(alike, key=lambda old: len(list(_changes(before[old], new))))
            if len(list(_changes(before[old], new))) < len(list(_leaves(new))):
                gone.remove(old)
                yield address, old


def _type(address: str) -> str:
    return str(re.findall(r"(?:^|\.)(aws_\w+)\.", address)[-1])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _read(value: Any) -> Any:
    """What a text says, if it is JSON."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        return json.loads(value)
    return value


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The values inside of a value that are not empty, with their paths: what has nothing inside of its members is one."""
    value = _read(value)
    members = dict(_members(value))
    if path and not any(dict(_members(_read(member))) for member in members.values()):
        if value not in _EMPTY:
            yield path, value
        return
    for step, member in members.items():
        yield from _leaves(member, (path + step).lstrip("."))


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from ((f".{name}", value[name]) for name in sorted(value))
    elif isinstance(value, list):
        yield from ((f"[{index}]", member) for index, member in enumerate(value))


def _changes(before: Any, after: Any, path: str = "") -> Iterator[str]:
    if before == after:
        return
    old, new = _read(before), _read(after)
    if old == new:
        yield f"{path}: other text, same JSON"
    elif isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            yield from _changes(old.get(name), new.get(name), f"{path}.{name}".lstrip("."))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _list_changes(old, new, path)
    else:
        yield f"{path}: {_json(old)} -> {_json(new)}"


def _list_changes(old: list[Any], new: list[Any], path: str) -> Iterator[str]:
    if len(old) == len(new):
        for index, (old_member, new_member) in enumerate(zip(old, new, strict=True)):
            yield from _changes(old_member, new_member, f"{path}[{index}]")
        return
    yield from (f"{path}: - {_json(member)}" for member in old if member not in new)
    yield from (f"{path}: + {_json(member)}" for member in new if member not in old)
    if [member for member in old if member in new] != [member for member in new if member in old]:
        yield f"{path}: other order"
