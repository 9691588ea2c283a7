"""Two blocks of one name in a folder of Terraform."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from scaffold import hcl
from scaffold.audit.facts.declarations.duplicates import repeated
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.files.layout import ENVIRONMENTS
from scaffold.pfml.environments import environment_names
from scaffold.pfml.schedules import MODULE as SCHEDULER
from scaffold.pfml.triggers import MODULE as TRIGGER
from scaffold.terraform.folder import Folder

WHY = "Terraform refuses a folder with two blocks of one name, so nothing of it can be deployed."
_HEADING = re.compile(rb"^[ \t]*(module|resource|data|variable|output)\b([^{\n]*)\{", re.MULTILINE)
_TYPES = ("module", "resource", "data", "variable", "output")
Place = tuple[str, hcl.Node, str]


def check(facts: Facts) -> Iterator[Finding]:
    for folder in _folders(facts):
        for (path, node, address), (later_path, later, _) in repeated(_named(facts, folder), lambda item: item[2]):
            place = facts.checkout.place(path, node.start)
            yield Finding(
                subject=address,
                message=f"the name {address} stands at {place}, too, and Terraform refuses the folder",
                instead="Take one out, or give it another name.",
                path=later_path,
                offset=later.start,
                task=_task(facts, later),
            )


def _folders(facts: Facts) -> Iterator[Folder]:
    """Those that have to do with tasks; with a focus, the one in which tasks are."""
    yield facts.template
    if not facts.focus:
        paths = [f"{ENVIRONMENTS}/{name}" for name in environment_names(facts.checkout)]
        paths += [f"infra/modules/{name}" for name in (SCHEDULER, TRIGGER, "alarms_api")]
        yield from (Folder.of(facts.checkout, path) for path in paths)


def _named(facts: Facts, folder: Folder) -> Iterator[Place]:
    """The blocks and local values by their addresses, of files that may have one twice."""
    for path in _suspects(facts, folder):
        for block in facts.checkout.terraform(path).blocks:
            if block.type in _TYPES:
                yield path, block, _address(block)
            elif block.type == "locals":
                yield from ((path, local, f"local.{local.name}") for local in block.attributes.values())


def _suspects(facts: Facts, folder: Folder) -> list[str]:
    """To parse each file would take long: those with a heading that is there twice, and those with local values."""
    headings: Counter[tuple[bytes, bytes]] = Counter()
    files: dict[str, set[tuple[bytes, bytes]]] = {}
    for path in folder.files:
        # Terraform: such files are merged into the others.
        if path.endswith(("/override.tf", "_override.tf")):
            continue
        found = [(kind, b" ".join(labels.replace(b'"', b" ").split())) for kind, labels in _headings(facts, path)]
        headings.update(found)
        files[path] = set(found)
    twice = {heading for heading, count in headings.items() if count > 1}
    return [path for path, found in files.items() if found & twice or b"locals" in (facts.checkout.read(path) or b"")]


def _headings(facts: Facts, path: str) -> list[tuple[bytes, bytes]]:
    return _HEADING.findall(facts.checkout.read(path) or b"")


def _address(block: hcl.Block) -> str:
    kind = {"variable": "var.", "resource": ""}.get(block.type, f"{block.type}.")
    return kind + ".".join(block.labels)


def _task(facts: Facts, node: hcl.Node) -> str:
    starts = (*facts.schedules, *facts.triggers) if isinstance(node, hcl.Block) and node.type == "module" else ()
    return next((facts.task_name(start) for start in starts if start.placed.block is node), "")
