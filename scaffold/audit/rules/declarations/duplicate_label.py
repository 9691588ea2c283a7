"""Two blocks with the same name in a Terraform folder."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from scaffold import hcl
from scaffold.audit.facts.declarations.duplicates import repeated
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.files.layout import ENVIRONMENTS
from scaffold.pfml.all_starts import all_starts
from scaffold.pfml.environments import environment_names
from scaffold.pfml.schedules import MODULE as SCHEDULER
from scaffold.pfml.triggers import MODULE as TRIGGER
from scaffold.terraform.folder import Folder

WHY = "Terraform rejects a folder that has two blocks with the same name, so nothing in it can be deployed."
HOW = "Remove one of the two blocks, or give it another name."
_HEADING = re.compile(rb"^[ \t]*(module|resource|data|variable|output)\b([^{\n]*)\{", re.MULTILINE)
_TYPES = ("module", "resource", "data", "variable", "output")
Place = tuple[str, hcl.Node, str]


def check(facts: Facts) -> Iterator[Finding]:
    for folder in _folders(facts):
        for (path, node, address), (later_path, later, _) in repeated(_named(facts, folder), lambda block: block[2]):
            place = facts.checkout.place(path, node.start)
            yield Finding(
                subject=address,
                message=f"the name {address} is already declared at {place}, so Terraform rejects the folder",
                instead="Remove one of them, or rename it.",
                path=later_path,
                offset=later.start,
                task=_task(facts, later),
            )


def _folders(facts: Facts) -> Iterator[Folder]:
    """The folders that concern tasks; with a focus, only the template."""
    yield facts.template
    if not facts.focus:
        paths = [f"{ENVIRONMENTS}/{name}" for name in environment_names(facts.checkout)]
        paths += [f"infra/modules/{name}" for name in (SCHEDULER, TRIGGER, "alarms_api")]
        yield from (Folder.of(facts.checkout, path) for path in paths)


def _named(facts: Facts, folder: Folder) -> Iterator[Place]:
    """The blocks and local values with their addresses, in files that may contain a duplicate."""
    for path in _suspects(facts, folder):
        for block in facts.checkout.terraform(path).blocks:
            if block.type in _TYPES:
                yield path, block, _address(block)
            elif block.type == "locals":
                yield from ((path, local, f"local.{local.name}") for local in block.attributes.values())


def _suspects(facts: Facts, folder: Folder) -> list[str]:
    """The files with a repeated heading, and those with local values: parsing all files would take long."""
    headings: Counter[tuple[bytes, bytes]] = Counter()
    files: dict[str, set[tuple[bytes, bytes]]] = {}
    for path in folder.files:
        # Terraform merges these files into the others.
        if path.endswith(("/override.tf", "_override.tf")):
            continue
        of_file = _headings(facts, path)
        headings.update(of_file)
        files[path] = set(of_file)
    twice = {heading for heading, count in headings.items() if count > 1}
    return [path for path, own in files.items() if own & twice or b"locals" in (facts.checkout.read(path) or b"")]


def _headings(facts: Facts, path: str) -> list[tuple[bytes, bytes]]:
    """The type and the labels of each block, without parsing the file."""
    matches = _HEADING.findall(facts.checkout.read(path) or b"")
    return [(kind, b" ".join(labels.replace(b'"', b" ").split())) for kind, labels in matches]


def _address(block: hcl.Block) -> str:
    kind = {"variable": "var.", "resource": ""}.get(block.type, f"{block.type}.")
    return kind + ".".join(block.labels)


def _task(facts: Facts, node: hcl.Node) -> str:
    return next((start.task_name for start in all_starts(facts.checkout) if start.block is node), "")
