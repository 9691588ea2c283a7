"""The environments for which infra/monitoring creates alarms."""

from __future__ import annotations

import re
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.declarations.calls import module_calls
from scaffold.audit.facts.facts import Facts
from scaffold.terraform.folder import Folder, PlacedBlock

ALARMS = "infra/modules/alarms_api"
_CONSTANTS = "infra/constants"
_SANDBOX = b"sandbox"


class Monitored(NamedTuple):
    """names: the environments that have alarms. path and offset: where they are listed."""

    names: frozenset[str]
    path: str
    offset: int


def monitored(facts: Facts) -> Monitored | None:
    """None if nothing creates the alarms, or if it is not known for which environments."""
    calls = [call.placed for call in facts.once(module_calls) if call.folder == ALARMS]
    lists = [_environments(facts, call) for call in calls]
    names: set[str] = set()
    for environments in lists:
        if environments is None:
            return None
        names |= environments.names
    return Monitored(frozenset(names), lists[0].path, lists[0].offset) if lists and lists[0] else None


def sandboxes(facts: Facts) -> frozenset[str] | None:
    """The environments that a map of infra/constants, such as one of tags, calls a sandbox; None if not all parses."""
    if not facts.complete(_CONSTANTS):
        return None
    names = set()
    for path in facts.checkout.terraform_files(_CONSTANTS):
        if _SANDBOX in (facts.checkout.read(path) or b"").lower():
            nodes = (node for block in facts.checkout.terraform(path).blocks for node in block.walk())
            names |= {name for node in nodes if isinstance(node, hcl.Object) for name in _sandboxes(facts, path, node)}
    return frozenset(names)


def _sandboxes(facts: Facts, path: str, table: hcl.Object) -> list[str]:
    text = facts.template.text
    entries = [(text(path, entry.key), text(path, entry.value)) for entry in table.items]
    return [key.strip('"') for key, value in entries if value.lower() == f'"{_SANDBOX.decode()}"']


def _environments(facts: Facts, call: PlacedBlock) -> Monitored | None:
    """Those of one module call: its `environment_name`, or the list in its `for_each`."""
    folder = Folder.of(facts.checkout, call.path.rpartition("/")[0])
    name = call.block.attributes.get("environment_name")
    collection = call.block.attributes.get("for_each")
    if name is None:
        return None
    if collection is None:
        literal = _literals(folder, call.path, [name.value])
        return Monitored(frozenset(literal), call.path, name.start) if literal else None
    if not re.fullmatch(r"each\.(key|value)", folder.text(call.path, name.value)):
        return None
    path, node = call.path, collection.value
    if isinstance(node, hcl.Call) and node.name == "toset" and len(node.arguments) == 1:
        node = node.arguments[0]
    if match := re.fullmatch(r"local\.([\w-]+)", folder.text(path, node)):
        local = folder.local(match[1])
        if local is None:
            return None
        path, node = local.path, local.value
    if not isinstance(node, hcl.Tuple):
        return None
    names = _literals(folder, path, node.items)
    return Monitored(frozenset(names), path, node.start) if names else None


def _literals(folder: Folder, path: str, nodes: list[hcl.Node] | tuple[hcl.Node, ...]) -> list[str] | None:
    """The texts; None if one is not a literal."""
    texts = [folder.text(path, node) for node in nodes]
    if not all(re.fullmatch(r'"[^"$%\\]*"', text) for text in texts):
        return None
    return [text[1:-1] for text in texts]
