"""A table by environment that lacks one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffold import hcl
from scaffold.audit.facts.declarations.calls import module_calls
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.monitoring import ALARMS, monitored
from scaffold.audit.facts.starts.notifications import gates_of
from scaffold.audit.finding import Finding
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.environments import environments
from scaffold.terraform.folder import Folder, PlacedBlock, joined
from scaffold.terraform.references import Mention, mentions
from scaffold.terraform.satisfiable import can_hold

WHY = "Terraform refuses the index in the environment that lacks, so nothing can be deployed there."
_INDEXED = re.compile(rb"(?:module\.[\w-]+\.([\w-]+)|local\.([\w-]+))\[\s*var\.environment_name\s*\]")
_WORD = b"[var.environment_name]"


@dataclass(frozen=True, slots=True)
class _Table:
    """name: as it is referred to. path and value: where it stands."""

    name: str
    path: str
    value: hcl.Object


def check(facts: Facts) -> Iterator[Finding]:
    if facts.focus:
        return
    lacking: dict[tuple[str, int], tuple[_Table, dict[str, Mention]]] = {}
    for folder, names in _folders(facts).items():
        for mention in _indexed(facts, folder):
            table = _table(facts, folder, mention)
            keys = _keys(facts, table) if table else None
            for name in names if table and keys is not None else ():
                if table and keys is not None and name not in keys and _reaches(facts, folder, mention, name):
                    lacking.setdefault((table.path, table.value.start), (table, {}))[1].setdefault(name, mention)
    for table, found in lacking.values():
        yield _finding(facts, table, found)


def _folders(facts: Facts) -> dict[str, list[str]]:
    """The folders that take an environment's name, each with the environments that they are used in."""
    own = [environment.name for environment in environments(facts.checkout)]
    found = {TEMPLATE: own}
    found |= {call.folder: own for call in facts.once(module_calls) if call.placed.path.startswith(TEMPLATE)}
    alarms = monitored(facts)
    return found | ({ALARMS: sorted(alarms.names)} if alarms else {})


def _indexed(facts: Facts, folder: str) -> Iterator[Mention]:
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
        value = local[1].value if local else None
        path, name = local[0] if local else "", f"the table local.{mention.name}"
    else:
        call = module.block("module", mention.name)
        source = module.attribute_text(call, "source").strip('"') if call else ""
        output = Folder.of(facts.checkout, joined(folder, source)).block("output", mention.rest) if source else None
        attribute = output.block.attributes.get("value") if output else None
        value = attribute.value if attribute else None
        path, name = output.path if output else "", f"the output {mention.rest}"
    return _Table(name, path, value) if isinstance(value, hcl.Object) else None


def _keys(facts: Facts, table: _Table) -> set[str] | None:
    """None where a key is more than a literal."""
    texts = [facts.template.text(table.path, item.key) for item in table.value.items]
    if any("${" in text or text.startswith("(") for text in texts):
        return None
    return {text.strip('"') for text in texts}


def _reaches(facts: Facts, folder: str, mention: Mention, name: str) -> bool:
    """Whether the index is needed in an environment: not under another condition, or where it may fail."""
    blocks = facts.checkout.terraform(mention.path).blocks
    block = next((one for one in blocks if one.start <= mention.offset < one.end), None)
    for node in block.walk() if block else ():
        guards = isinstance(node, hcl.Conditional) or (isinstance(node, hcl.Call) and node.name in ("try", "can"))
        if guards and node.start <= mention.offset < node.end:
            return False
    if block is None or not {"count", "for_each"} & set(block.attributes):
        return True
    values = next((one.values for one in environments(facts.checkout) if one.name == name), None)
    gates = gates_of(Folder.of(facts.checkout, folder), PlacedBlock(mention.path, block))
    return folder == TEMPLATE and "for_each" not in block.attributes and can_hold(gates, values)


def _finding(facts: Facts, table: _Table, found: dict[str, Mention]) -> Finding:
    names = sorted(found)
    place = facts.checkout.place(found[names[0]].path, found[names[0]].offset)
    return Finding(
        subject=table.name.rpartition(" ")[2].removeprefix("local."),
        message=(
            f"{table.name} has nothing for {', '.join(names)}, and {place} looks it up, so Terraform refuses the plan "
            "there"
        ),
        instead=f'Add "{names[0]}" = ….' if len(names) == 1 else "Add them.",
        path=table.path,
        offset=table.value.start,
    )
