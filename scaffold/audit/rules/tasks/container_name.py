"""A task definition without a container that is named like its family."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.hcl import split_template
from scaffold.hcl.templates import MARK
from scaffold.pfml.containers import named_containers
from scaffold.pfml.starts import TaskDefinition
from scaffold.pfml.tasks import DEFINITION, TASKS
from scaffold.terraform.folder import PlacedBlock

WHY = (
    "run-task.sh overrides the container with the task's name, and ECS rejects an override for a container that does "
    "not exist."
)
HOW = "Name the container like the task's family without the application and the environment."
_KEY = "TASK"


def check(facts: Facts) -> Iterator[Finding]:
    if facts.focus:
        return
    for definition in facts.template.blocks("resource", DEFINITION):
        label = definition.block.labels[1] if len(definition.block.labels) > 1 else ""
        key = _KEY if label == TASKS else ""
        known = named_containers(facts.template, TaskDefinition(label, key))
        family = _family(facts, definition, key)
        words = [name.expanded(facts.template.expanded) for name, _ in known or ()]
        names = [word.text for word in words if word.is_known]
        if not family or not words or len(names) < len(words):
            continue
        if not any(family == name or family.endswith(f"-{name}") for name in names):
            yield _finding(definition, label, family, names)


def _family(facts: Facts, definition: PlacedBlock, key: str) -> str:
    """The family with a key for `each.key`; "" if its end is unknown."""
    attribute = definition.block.attributes.get("family")
    if attribute is None:
        return ""
    text = facts.template.expand(definition.path, attribute.value, {"each.key": key} if key else {})
    pieces = [MARK if expression else literal for literal, expression in split_template(text)]
    family = "".join(pieces)
    return "" if family.endswith(MARK) else family


def _finding(definition: PlacedBlock, label: str, family: str, names: list[str]) -> Finding:
    shown = family.replace(MARK, "…")
    return Finding(
        subject=label,
        message=(
            f"the family of {label} is {shown}, but it has no container with the task's name, only "
            f"{' and '.join(names)}, so ECS rejects the override that run-task.sh sends"
        ),
        instead="Name the container like the family without the application and the environment.",
        path=definition.path,
        offset=definition.block.attributes["family"].start,
    )
