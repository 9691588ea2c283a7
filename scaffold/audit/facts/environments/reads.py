"""What reads a variable of the template, and the environments in which that is certainly used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, cast

from scaffold import hcl
from scaffold.audit.facts.declarations.dependencies import address_of
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.entries import known_tasks, task_at
from scaffold.pfml.all_starts import all_starts
from scaffold.pfml.enabled import enabled_by, where_enabled
from scaffold.pfml.environments import names_with_tasks
from scaffold.pfml.event_rules import event_rules
from scaffold.pfml.starts import gates
from scaffold.pfml.state_machines import MACHINE, tasks_of
from scaffold.terraform.folder import PlacedBlock
from scaffold.terraform.references import Mention, mentions

_UNIMPORTANT = ("tags", "description", "depends_on")
EMPTY = frozenset(('""', "null", "[]", "{}"))
"""Values that are empty, as they are written."""
_INTERPOLATED = re.compile(rb"\$\{[\w.-]+\}")
_MAY_BE_EMPTY = ("length", "coalesce", "compact", "try", "can")


class VariableReader(NamedTuple):
    """what: what reads it, such as `the schedule x`. environments: where that exists and is on."""

    what: str
    environments: frozenset[str]


class _Use(NamedTuple):
    """A mention of a variable, or of a local value that has it. way: the nodes from its block to it."""

    mention: Mention
    way: tuple[hcl.Node, ...]

    @property
    def block(self) -> hcl.Block:
        return cast(hcl.Block, self.way[0])

    @property
    def local(self) -> str:
        """The local value that it is in; "" if it is in another block."""
        attribute = next((node for node in self.way if isinstance(node, hcl.Attribute)), None)
        return attribute.name if attribute and self.block.type == "locals" else ""


def reads(facts: Facts, variable: str) -> list[VariableReader]:
    """What reads a variable, also through local values; nothing if some code handles that it may be empty."""
    uses = list(_uses(facts, "var", variable, set()))
    if any(_handles_empty(facts, use) for use in uses):
        return []
    return [read for use in uses if (read := _read(facts, use))]


def _uses(facts: Facts, kind: str, name: str, seen: set[tuple[str, str]]) -> Iterator[_Use]:
    seen.add((kind, name))
    for mention in facts.once(_by_name).get((kind, name), ()):
        use = _Use(mention, tuple(facts.checkout.terraform(mention.path).path_to(mention.offset))[1:])
        yield use
        if use.local not in ("", "tasks") and ("local", use.local) not in seen:
            yield from _uses(facts, "local", use.local, seen)


def _read(facts: Facts, use: _Use) -> VariableReader | None:
    if use.local == "tasks":
        task = task_at(facts, use.mention.path, use.mention.offset)
        if task is None:
            return None
        return VariableReader(f"the task {task.name}", facts.once(_started).get(task.name, frozenset()))
    if use.block.type not in ("resource", "data", "module") or any(_is_unimportant(node) for node in use.way):
        return None
    return _of_block(facts, PlacedBlock(use.mention.path, use.block), use.mention.offset)


def _by_name(facts: Facts) -> dict[tuple[str, str], list[Mention]]:
    by_name: dict[tuple[str, str], list[Mention]] = {}
    for path in facts.template.files:
        for mention in facts.checkout.once(mentions, path):
            if mention.kind in ("var", "local"):
                by_name.setdefault((mention.kind, mention.name), []).append(mention)
    return by_name


def _is_unimportant(node: hcl.Node) -> bool:
    """Whether an empty value in a node changes nothing: a description, or what a policy's condition compares."""
    return (isinstance(node, hcl.Attribute) and node.name in _UNIMPORTANT) or (
        isinstance(node, hcl.Block) and node.type == "condition"
    )


def _handles_empty(facts: Facts, use: _Use) -> bool:
    """Whether it is compared with nothing, or passed to a function that may be for that."""
    path, offset = use.mention.path, use.mention.offset
    if isinstance(use.way[-1], hcl.Template):
        return not _INTERPOLATED.match(facts.checkout.require(path), max(0, offset - 2))
    return any(
        (isinstance(node, hcl.Call) and node.name in _MAY_BE_EMPTY)
        or (isinstance(node, hcl.Binary) and {facts.template.text(path, side) for side in node.children()} & EMPTY)
        for node in use.way
    )


def _of_block(facts: Facts, placed: PlacedBlock, offset: int) -> VariableReader:
    start = next((start for start in all_starts(facts.checkout) if start.location == placed.location), None)
    if start:
        return VariableReader(f"the {start.kind} {start.name}", frozenset(where_enabled(start).on))
    for_each = placed.block.attributes.get("for_each")
    if for_each and for_each.start <= offset < for_each.end:  # it has no instances without the variable
        environments = names_with_tasks(facts.checkout)
    else:
        environments = enabled_by(gates(facts.template, placed), facts.checkout).on
    return VariableReader(address_of(placed.block), frozenset(environments))


def _started(facts: Facts) -> dict[str, frozenset[str]]:
    """The environments in which schedules, triggers and scheduled step functions start each task, by its name."""
    started: dict[str, set[str]] = {}
    for start in all_starts(facts.checkout):
        started.setdefault(start.task_name, set()).update(where_enabled(start).on)
    for rule in event_rules(facts.template):
        for machine in facts.template.blocks("resource", MACHINE):
            if ".".join(machine.block.labels) in rule.targets:
                for task in tasks_of(facts.template, machine, facts.once(known_tasks)):
                    started.setdefault(task.name, set()).update(enabled_by(rule.conditions, facts.checkout).on)
    return {name: frozenset(environments) for name, environments in started.items()}
