"""The environment variables of a container, one by one: through which groups it gets each, and on what condition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.pfml.groups import Entry, entries_of
from scaffold.pfml.tasks import Task
from scaffold.terraform.conditions import grouped, one_line
from scaffold.terraform.folder import Folder, PlacedBlock

_LOCAL = re.compile(r"local\.([\w-]+)")
_LISTS = ("concat", "flatten", "distinct", "tolist")
_DEFINITION = "aws_ecs_task_definition"

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
class ContainerEnvironment:
    """What ECS runs: an entry of locals.tasks, or a container of a task definition outside of it."""

    subject: str
    task: str
    path: str
    given: tuple[Given, ...]


def container_environments(facts: Facts) -> tuple[ContainerEnvironment, ...]:
    """Those in focus; with a focus, no definitions outside of locals.tasks. `facts.containers` has them once."""
    return tuple(_container_environments(facts))


def _container_environments(facts: Facts) -> Iterator[ContainerEnvironment]:
    folder = facts.template
    if facts.takes_environment:
        common = _common(facts)
        for task in facts.tasks:
            name = task.name
            yield ContainerEnvironment(name, name, task.path, (*_of_task(folder, task), *common))
    if not facts.focus:
        for found in folder.blocks("resource", DEFINITION):
            for container in container_objects(folder, found):
                given = _of_container(folder, found.path, container)
                yield ContainerEnvironment(found.block.labels[1], "", found.path, tuple(given))


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
    elif (
        isinstance(node, hcl.Tuple)
        or (isinstance(node, hcl.Call) and node.name in _JOINS)
        or isinstance(node, hcl.Parentheses)
    ):
        for child in node.children():
            yield from _given(folder, path, child, seen)


def _of_local(folder: Folder, name: str, path: str, offset: int, seen: frozenset[str]) -> Iterator[Given]:
    found = folder.local(name)
    if found is None or name in seen:
        return
    for one in _given(folder, found[0], found[1].value, seen | {name}):
        yield replace(one, groups=(name, *one.groups), path=path, offset=offset)


# --- task definitions outside of locals.tasks


def container_objects(folder: Folder, found: PlacedBlock) -> Sequence[hcl.Object]:
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
        if isinstance(node, hcl.For) and _FOR.match(folder.checkout.require(path), node.start):
            if _SPLIT.search(folder.text(path, node)):
                mine = given_by(folder, path, node.parts[0])
                yield from (one for one in mine if one.entry.secret is (name == "secrets"))
        else:
            yield from given_by(folder, path, node)


@dataclass(frozen=True, slots=True)
class GivenSecret:
    """path and start: where the task names it, itself or by a group. conditions: all of which have to hold."""

    entry: Entry
    path: str
    start: int
    conditions: tuple[str, ...] = ()

    @property
    def inner(self) -> str:
        """Its `valueFrom` as the inside of a quoted string."""
        value = self.entry.value
        return value[1:-1] if value.startswith('"') else f"${{{value}}}"


def secrets_of(facts: Facts, task: Task) -> list[GivenSecret]:
    """Those of an entry of locals.tasks, the ones that every task gets included."""
    item = task.attribute(facts.template, "env")
    own = list(_secrets(facts.template, task.path, item.value, ())) if item else []
    return [*own, *common(facts)]


def common(facts: Facts) -> list[GivenSecret]:
    """What the task definition adds to every task."""
    folder = facts.template
    found, group = folder.block("resource", _DEFINITION, "ecs_tasks"), folder.local("common")
    if found is None or group is None or "local.common" not in folder.text(found.path, found.block):
        return []
    return [
        GivenSecret(one.entry, one.path, one.entry.start, one.conditions)
        for one in _secrets(folder, group[0], group[1].value, ())
    ]


def secrets_in(facts: Facts, definition: PlacedBlock) -> list[GivenSecret]:
    """Those of a task definition that is not made from locals.tasks: whatever its containers' `secrets` mention."""
    folder, path = facts.template, definition.path
    attribute = definition.block.attributes.get("container_definitions")
    result = []
    for node in attribute.walk() if attribute else ():
        if isinstance(node, hcl.Item) and folder.text(path, node.key).strip('"') == "secrets":
            entries = entries_of(folder, path, node.value)
            result += [GivenSecret(entry, path, node.start) for entry in entries if entry.secret]
    return result


def _secrets(folder: Folder, path: str, node: hcl.Node, seen: tuple[str, ...]) -> Iterator[GivenSecret]:
    """The secrets in a list of variables and of groups; what a loop makes of some is left out."""
    if isinstance(node, hcl.Tuple) or (isinstance(node, hcl.Call) and node.name in _LISTS):
        for child in node.children():
            yield from _secrets(folder, path, child, seen)
    elif isinstance(node, hcl.Object):
        yield from (GivenSecret(one, path, node.start) for one in entries_of(folder, path, node) if one.secret)
    elif isinstance(node, hcl.Conditional):
        condition = folder.text(path, node.condition)
        for branch, holds in ((node.yes, condition), (node.no, f"!({condition})")):
            for one in _secrets(folder, path, branch, seen):
                yield GivenSecret(one.entry, one.path, one.start, (holds, *one.conditions))
    elif isinstance(node, hcl.Reference) and (match := _LOCAL.fullmatch(folder.text(path, node))):
        found = folder.local(match[1])
        if found and match[1] not in seen:
            for one in _secrets(folder, found[0], found[1].value, (*seen, match[1])):
                yield GivenSecret(one.entry, path, node.start, one.conditions)
