"""The environment variables of a container, one by one: through which groups it gets each, and on what condition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scaffold import hcl
from scaffold.audit.facts import Facts
from scaffold.tasks import Entry, Task, entries_of
from scaffold.terraform import Folder, Found
from scaffold.triggers import grouped, one_line

DEFINITION = "aws_ecs_task_definition"
_LOCAL = re.compile(r"local\.([\w-]+)")
_JOINS = ("concat", "flatten", "tolist")
_FOR = re.compile(rb"\[\s*for\s+[\w-]+\s+in\s")
_SPLIT = re.compile(r'\bif\s*!?\s*contains\(keys\([\w-]+\), *"value"\)\s*\]$')


@dataclass(frozen=True, slots=True)
class Given:
    """A variable that a list gives. groups: the locals through which, the outermost first. conditions: all that have
    to hold. path and offset: the element of the outermost list that it stands in."""

    entry: Entry
    groups: tuple[str, ...]
    conditions: tuple[str, ...]
    path: str
    offset: int


@dataclass(frozen=True, slots=True)
class Container:
    """What ECS runs: an entry of locals.tasks, or a container of a task definition outside of it."""

    subject: str
    task: str
    path: str
    given: tuple[Given, ...]


def containers(facts: Facts) -> Iterator[Container]:
    """Those in focus; with a focus, no definitions outside of locals.tasks. `facts.containers` has them once."""
    folder = facts.template
    if facts.takes_environment:
        common = _common(facts)
        for task in facts.tasks:
            name = facts.name_of(task)
            yield Container(name, name, task.path, (*_of_task(folder, task), *common))
    if not facts.focus:
        for found in folder.blocks("resource", DEFINITION):
            for container in container_objects(folder, found):
                given = _of_container(folder, found.path, container)
                yield Container(found.block.labels[1], "", found.path, tuple(given))


def _common(facts: Facts) -> tuple[Given, ...]:
    """What the task definition adds to each entry."""
    found = facts.template.block("resource", DEFINITION, "ecs_tasks")
    if found is None or "local.common" not in facts.template.text(found.path, found.block):
        return ()
    return tuple(_of_local(facts.template, "common", found.path, found.block.start, frozenset()))


def _of_task(folder: Folder, task: Task) -> Iterator[Given]:
    item = task.attribute(folder, "env")
    if item:
        yield from given_by(folder, task.path, item.value)


def given_by(folder: Folder, path: str, node: hcl.Node) -> Iterator[Given]:
    """The variables of a list, whose elements they are placed at."""
    if isinstance(node, hcl.Tuple):
        for element in node.items:
            for one in _given(folder, path, element, frozenset()):
                yield replace(one, path=path, offset=element.start)
    else:
        yield from _given(folder, path, node, frozenset())


def _given(folder: Folder, path: str, node: hcl.Node, seen: frozenset[str]) -> Iterator[Given]:
    """Nothing for what cannot be followed, such as a `for` expression."""
    if isinstance(node, hcl.Object):
        for entry in entries_of(folder, path, node):
            yield Given(entry, (), (), path, node.start)
    elif isinstance(node, hcl.Reference):
        match = _LOCAL.fullmatch(folder.text(path, node))
        if match:
            yield from _of_local(folder, match[1], path, node.start, seen)
    elif isinstance(node, hcl.Conditional):
        condition = one_line(folder.text(path, node.condition))
        for branch, holds in ((node.yes, condition), (node.no, f"!{grouped(condition)}")):
            for one in _given(folder, path, branch, seen):
                yield replace(one, conditions=(holds, *one.conditions))
    elif isinstance(node, hcl.Tuple) or (isinstance(node, hcl.Call) and node.name in _JOINS) or _in_brackets(node):
        for child in node.children():
            yield from _given(folder, path, child, seen)


def _in_brackets(node: hcl.Node) -> bool:
    """Whether it is one expression in parentheses."""
    return isinstance(node, hcl.Compound) and len(node.parts) == 1 and node.parts[0].start > node.start


def _of_local(folder: Folder, name: str, path: str, offset: int, seen: frozenset[str]) -> Iterator[Given]:
    found = folder.local(name)
    if found is None or name in seen:
        return
    for one in _given(folder, found[0], found[1].value, seen | {name}):
        yield replace(one, groups=(name, *one.groups), path=path, offset=offset)


# --- task definitions outside of locals.tasks


def container_objects(folder: Folder, found: Found) -> Sequence[hcl.Object]:
    """The containers of a task definition that says them in a `jsonencode([…])`."""
    attribute = found.block.attributes.get("container_definitions")
    call = attribute.value if attribute else None
    if not isinstance(call, hcl.Call) or call.name != "jsonencode" or not isinstance(call.arguments[0], hcl.Tuple):
        return ()
    return [item for item in call.arguments[0].items if isinstance(item, hcl.Object)]


def values_of(folder: Folder, path: str, node: hcl.Object) -> dict[str, hcl.Node]:
    return {folder.text(path, item.key).strip('"'): item.value for item in node.items}


def _of_container(folder: Folder, path: str, container: hcl.Object) -> Iterator[Given]:
    """`environment` and `secrets` are lists, of which each may take its part by a `for` with a condition."""
    values = values_of(folder, path, container)
    for name in ("environment", "secrets"):
        node = values.get(name)
        if node is None:
            continue
        if isinstance(node, hcl.Compound) and _FOR.match(folder.checkout.require(path), node.start):
            if _SPLIT.search(folder.text(path, node)):
                mine = given_by(folder, path, node.parts[0])
                yield from (one for one in mine if one.entry.secret is (name == "secrets"))
        else:
            yield from given_by(folder, path, node)
