"""An override for a container that the task definition does not have."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.command import Command
from scaffold.audit.facts.tasks.commands import all_commands
from scaffold.audit.finding import Finding
from scaffold.pfml.containers import named_containers
from scaffold.terraform.json.values import JsonString

WHY = "ECS rejects an override for a container that is not in the task definition, so each start fails."
HOW = "Use the name of a container of the task definition: the task's name."


def check(facts: Facts) -> Iterator[Finding]:
    for command in facts.once(all_commands):
        name = command.container.word if command.container else None
        known = named_containers(facts.template, command.definition) if command.definition and name else None
        if name is None or not known:
            continue
        expanded = name.expanded(facts.template.expanded)
        words = [container.expanded(facts.template.expanded) for container, _ in known]
        names = [word.text for word in words if word.is_known]
        if len(names) == len(words) and expanded.is_known and expanded.text not in names:
            yield _finding(command, expanded, names)


def _finding(command: Command, name: JsonString, names: list[str]) -> Finding:
    assert command.container is not None
    only = "only container is" if len(names) == 1 else "containers are"
    return Finding(
        subject=command.name,
        message=(
            f"{command.title} overrides the container {name.text}, but the task definition's {only} "
            f"{' and '.join(names)}, so ECS rejects each start"
        ),
        instead=f"Write {names[0]}.",
        path=command.path,
        offset=command.container.offset,
        task=command.task,
    )
