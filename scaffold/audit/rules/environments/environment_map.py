"""A map by environment that has no entry for one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.declarations.calls import module_calls
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.monitoring import ALARMS, monitored
from scaffold.audit.finding import Finding
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.environments import environments
from scaffold.pfml.notifications import count_gates
from scaffold.terraform.folder import Folder, PlacedBlock, joined
from scaffold.terraform.references import Mention, mentions
from scaffold.terraform.satisfiable import can_hold

WHY = "Terraform rejects the index in the environment that is missing, so nothing can be deployed there."
HOW = "Add an entry for each environment to the map."
_INDEXED = re.compile(rb"(?:module\.[\w-]+\.([\w-]+)|local\.([\w-]+))\[\s*var\.environment_name\s*\]")
_WORD = b"[var.environment_name]"


class _Table(NamedTuple):
    """A map with environments as keys. name: what it is called in messages. path and value: where it is."""

    name: str
    path: str
    value: hcl.Object


def check(facts: Facts) -> Iterator[Finding]:
    if facts.focus:
        return
    incomplete: dict[tuple[str, int], tuple[_Table, dict[str, Mention]]] = {}
    for folder, names in _folders(facts).items():
        for mention in _indexed(facts, folder):
            table = _table(facts, folder, mention)
            keys = _keys(facts, table) if table else None
            if table is None or keys is None:
                continue
            for name in names:
                if name not in keys and _reaches(facts, folder, mention, name):
                    incomplete.setdefault((table.path, table.value.start), (table, {}))[1].setdefault(name, mention)
    for table, lookups in incomplete.values():
        yield _finding(facts, table, lookups)


def _folders(facts: Facts) -> dict[str, list[str]]:
    """The folders that are given an environment's name, each with the environments that use it."""
    own = [environment.name for environment in environments(facts.checkout)]
    folders = {TEMPLATE: own}
    folders |= {call.folder: own for call in facts.once(module_calls) if call.placed.path.startswith(TEMPLATE)}
    alarms = monitored(facts)
    return folders | ({ALARMS: sorted(alarms.names)} if alarms else {})


def _indexed(facts: Facts, folder: str) -> Iterator[Mention]:
    """The locals and module outputs that are indexed by the environment's name."""
    for path in facts.checkout.terraform_files(folder):
        data = facts.checkout.require(path)
        if _WORD in data:
            for mention in facts.checkout.once(mentions, path):
                if mention.kind in ("local", "module") and _INDEXED.match(data, mention.offset):
                    yield mention


def _table(facts: Facts, folder: str, mention: Mention) -> _Table | None:
    module = Folder.of(facts.checkout, folder)
    if mention.kind == "local":
        local = module.local(mention.name)
        value = local.value if local else None
        path, name = local.path if local else "", f"the map local.{mention.name}"
    else:
        call = module.block("module", mention.name)
        source = module.attribute_text(call, "source").strip('"') if call else ""
        output = Folder.of(facts.checkout, joined(folder, source)).block("output", mention.rest) if source else None
        attribute = output.block.attributes.get("value") if output else None
        value = attribute.value if attribute else None
        path, name = output.path if output else "", f"the output {mention.rest}"
    return _Table(name, path, value) if isinstance(value, hcl.Object) else None


def _keys(facts: Facts, table: _Table) -> set[str] | None:
    """The keys of a map; None if one is not a literal."""
    texts = [facts.template.text(table.path, entry.key) for entry in table.value.items]
    if any("${" in text or text.startswith("(") for text in texts):
        return None
    return {text.strip('"') for text in texts}


def _reaches(facts: Facts, folder: str, mention: Mention, name: str) -> bool:
    """Whether the index is evaluated in an environment, and not inside a condition, `try` or `can`."""
    block = facts.checkout.terraform(mention.path).block_at(mention.offset)
    if block is None:
        return True
    for node in block.path_to(mention.offset):
        if isinstance(node, hcl.Conditional) or (isinstance(node, hcl.Call) and node.name in ("try", "can")):
            return False
    if not {"count", "for_each"} & set(block.attributes):
        return True
    values = next(
        (environment.values for environment in environments(facts.checkout) if environment.name == name), None
    )
    gates = count_gates(Folder.of(facts.checkout, folder), PlacedBlock(mention.path, block))
    return folder == TEMPLATE and "for_each" not in block.attributes and can_hold(gates, values)


def _finding(facts: Facts, table: _Table, lookups: dict[str, Mention]) -> Finding:
    names = sorted(lookups)
    first = lookups[names[0]]
    place = facts.checkout.place(first.path, first.offset)
    return Finding(
        subject=table.name.rpartition(" ")[2].removeprefix("local."),
        message=(
            f"{table.name} has no entry for {', '.join(names)}, but {place} looks it up, so Terraform rejects the plan "
            "there"
        ),
        instead=f'Add "{names[0]}" = ….' if len(names) == 1 else "Add the missing entries.",
        path=table.path,
        offset=table.value.start,
    )
