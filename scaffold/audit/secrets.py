"""The secrets that a task's containers are given, each with the conditions under which it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffold import hcl
from scaffold.audit.facts import Facts
from scaffold.tasks import Entry, Task, entries_of
from scaffold.terraform import Folder, Found

_LOCAL = re.compile(r"local\.([\w-]+)")
_LISTS = ("concat", "flatten", "distinct", "tolist")
_DEFINITION = "aws_ecs_task_definition"


@dataclass(frozen=True, slots=True)
class Secret:
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


def secrets_of(facts: Facts, task: Task) -> list[Secret]:
    """Those of an entry of locals.tasks, the ones that every task gets included."""
    item = task.attribute(facts.template, "env")
    own = list(_secrets(facts.template, task.path, item.value, ())) if item else []
    return [*own, *common(facts)]


def common(facts: Facts) -> list[Secret]:
    """What the task definition adds to every task."""
    folder = facts.template
    found, group = folder.block("resource", _DEFINITION, "ecs_tasks"), folder.local("common")
    if found is None or group is None or "local.common" not in folder.text(found.path, found.block):
        return []
    return [
        Secret(one.entry, one.path, one.entry.start, one.conditions)
        for one in _secrets(folder, group[0], group[1].value, ())
    ]


def secrets_in(facts: Facts, definition: Found) -> list[Secret]:
    """Those of a task definition that is not made from locals.tasks: whatever its containers' `secrets` mention."""
    folder, path = facts.template, definition.path
    attribute = definition.block.attributes.get("container_definitions")
    result = []
    for node in attribute.walk() if attribute else ():
        if isinstance(node, hcl.Item) and folder.text(path, node.key).strip('"') == "secrets":
            entries = entries_of(folder, path, node.value)
            result += [Secret(entry, path, node.start) for entry in entries if entry.secret]
    return result


def _secrets(folder: Folder, path: str, node: hcl.Node, seen: tuple[str, ...]) -> Iterator[Secret]:
    """The secrets in a list of variables and of groups; what a loop makes of some is left out."""
    if isinstance(node, hcl.Tuple) or (isinstance(node, hcl.Call) and node.name in _LISTS):
        for child in node.children():
            yield from _secrets(folder, path, child, seen)
    elif isinstance(node, hcl.Object):
        yield from (Secret(one, path, node.start) for one in entries_of(folder, path, node) if one.secret)
    elif isinstance(node, hcl.Conditional):
        condition = folder.text(path, node.condition)
        for branch, holds in ((node.yes, condition), (node.no, f"!({condition})")):
            for one in _secrets(folder, path, branch, seen):
                yield Secret(one.entry, one.path, one.start, (holds, *one.conditions))
    elif isinstance(node, hcl.Reference) and (match := _LOCAL.fullmatch(folder.text(path, node))):
        found = folder.local(match[1])
        if found and match[1] not in seen:
            for one in _secrets(folder, found[0], found[1].value, (*seen, match[1])):
                yield Secret(one.entry, path, node.start, one.conditions)
