"""The environments whose alarms infra/monitoring makes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scaffold import hcl
from scaffold.audit.facts.declarations.calls import module_calls
from scaffold.audit.facts.facts import Facts
from scaffold.terraform.folder import Folder, PlacedBlock

ALARMS = "infra/modules/alarms_api"


@dataclass(frozen=True, slots=True)
class Monitored:
    """names: the environments that have alarms. path and offset: where they are listed."""

    names: frozenset[str]
    path: str
    offset: int


def monitored(facts: Facts) -> Monitored | None:
    """None where nothing makes the alarms, or where it cannot be told for which environments."""
    calls = [call.placed for call in facts.once(module_calls) if call.folder == ALARMS]
    lists = [_environments(facts, found) for found in calls]
    names: set[str] = set()
    for one in lists:
        if one is None:
            return None
        names |= one.names
    return Monitored(frozenset(names), lists[0].path, lists[0].offset) if lists and lists[0] else None


def _environments(facts: Facts, found: PlacedBlock) -> Monitored | None:
    """Those of one call: its `environment_name`, or the list that its `for_each` goes through."""
    folder = Folder.of(facts.checkout, found.path.rpartition("/")[0])
    name = found.block.attributes.get("environment_name")
    each = found.block.attributes.get("for_each")
    if name is None:
        return None
    if each is None:
        literal = _literals(folder, found.path, [name.value])
        return Monitored(frozenset(literal), found.path, name.start) if literal else None
    if not re.fullmatch(r"each\.(key|value)", folder.text(found.path, name.value)):
        return None
    path, node = found.path, each.value
    if isinstance(node, hcl.Call) and node.name == "toset" and len(node.arguments) == 1:
        node = node.arguments[0]
    if match := re.fullmatch(r"local\.([\w-]+)", folder.text(path, node)):
        local = folder.local(match[1])
        if local is None:
            return None
        path, node = local[0], local[1].value
    if not isinstance(node, hcl.Tuple):
        return None
    names = _literals(folder, path, node.items)
    return Monitored(frozenset(names), path, node.start) if names else None


def _literals(folder: Folder, path: str, nodes: list[hcl.Node] | tuple[hcl.Node, ...]) -> list[str] | None:
    """The texts, None where one is no literal."""
    texts = [folder.text(path, node) for node in nodes]
    if not all(re.fullmatch(r'"[^"$%\\]*"', text) for text in texts):
        return None
    return [text[1:-1] for text in texts]
