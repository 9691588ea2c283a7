"""An override of a container that the task definition does not have."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit import state_machines
from scaffold.audit.commands import TASKS, Command, containers, overrides_of
from scaffold.audit.documents import Word
from scaffold.audit.facts import Definition, Facts
from scaffold.audit.finding import Finding, Severity

SEVERITY = Severity.ERROR
WHY = "ECS refuses to run a task with an override for a container that its definition lacks, so each start fails."


def check(facts: Facts) -> Iterator[Finding]:
    for command, definition in _overrides(facts):
        name = command.container.word if command.container else None
        known = containers(facts, definition) if name else None
        if name is None or not known:
            continue
        expanded, words = name.expanded(facts.expanded), [each.name.expanded(facts.expanded) for each in known]
        names = [word.text for word in words if word.is_known]
        if len(names) == len(words) and expanded.is_known and expanded.text not in names:
            yield _finding(command, expanded, names)


def _overrides(facts: Facts) -> Iterator[tuple[Command, Definition]]:
    """Each override with the definition that is started."""
    for start in facts.schedules:
        if facts.focus and facts.task_name(start) not in facts.focus:
            continue
        # The ARN is what EventBridge starts; the family only bounds what it may.
        definition = facts.definition(start.found, "ecs_task_definition_arn")
        if definition:
            yield from ((command, definition) for command in overrides_of(facts, start))
    for command in state_machines.commands(facts):
        task = next((task for task in facts.tasks if facts.name_of(task) == command.task), None)
        if task:
            yield command, Definition(TASKS, task.key)


def _finding(command: Command, name: Word, names: list[str]) -> Finding:
    assert command.container is not None
    only = "only container is" if len(names) == 1 else "containers are"
    return Finding(
        subject=command.name,
        message=(
            f"{command.title} overrides the container {name.text}, and the task definition's {only} "
            f"{' and '.join(names)}, so ECS refuses each start"
        ),
        instead=f"Write {names[0]}.",
        path=command.path,
        offset=command.container.offset,
        task=command.task,
    )
