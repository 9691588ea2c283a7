"""A task definition whose containers are named otherwise than its family."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.model import TaskDefinition
from scaffold.audit.facts.tasks.command import DEFINITION, TASKS
from scaffold.audit.facts.tasks.commands import containers
from scaffold.audit.finding import Finding
from scaffold.hcl import split_template
from scaffold.hcl.templates import MARK
from scaffold.terraform.folder import PlacedBlock

WHY = (
    "run-task.sh and people override the container that has the task's name, and ECS refuses an override of any other."
)
_KEY = "TASK"


def check(facts: Facts) -> Iterator[Finding]:
    if facts.focus:
        return
    for found in facts.template.blocks("resource", DEFINITION):
        label = found.block.labels[1] if len(found.block.labels) > 1 else ""
        key = _KEY if label == TASKS else ""
        known = containers(facts, TaskDefinition(label, key))
        family = _family(facts, found, key)
        words = [container.name.expanded(facts.expanded) for container in known or ()]
        names = [word.text for word in words if word.is_known]
        if not family or not words or len(names) < len(words):
            continue
        if not any(family == name or family.endswith(f"-{name}") for name in names):
            yield _finding(found, label, family, names)


def _family(facts: Facts, found: PlacedBlock, key: str) -> str:
    """The family with a key for `each.key`; "" where its end cannot be told."""
    attribute = found.block.attributes.get("family")
    if attribute is None:
        return ""
    text = facts.template.expand(found.path, attribute.value, {"each.key": key} if key else {})
    pieces = [MARK if expression else literal for literal, expression in split_template(text)]
    family = "".join(pieces)
    return "" if family.endswith(MARK) else family


def _finding(found: PlacedBlock, label: str, family: str, names: list[str]) -> Finding:
    shown = family.replace(MARK, "…")
    return Finding(
        subject=label,
        message=(
            f"the family of {label} is {shown}, and no container is named as it ends: {', '.join(names)}; run-task.sh "
            "overrides a container of the task's name, which ECS refuses"
        ),
        instead="Name the container as the family without application and environment.",
        path=found.path,
        offset=found.block.attributes["family"].start,
    )
