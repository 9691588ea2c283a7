"""The roles that schedules and triggers pass on, each beside the one that the started task has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scaffold import hcl
from scaffold.audit.facts import Facts, Start

ARGUMENTS = {"ecs_task_executor_role": "execution_role", "ecs_task_role": "task_role"}


@dataclass(frozen=True, slots=True)
class Passed:
    """An argument of a module that starts a task, and the expression that it passes, "" for none.

    own: the task's expression, "" for none. task: the task's name, or its definition's for one outside of locals.tasks.
    """

    start: Start
    argument: str
    passed: str
    own: str
    task: str

    @property
    def node(self) -> hcl.Attribute | None:
        return self.start.found.block.attributes.get(self.argument)

    @property
    def path(self) -> str:
        return self.start.found.path

    @property
    def offset(self) -> int:
        return self.node.start if self.node else self.start.found.block.start


def passed_roles(facts: Facts) -> Iterator[Passed]:
    """Those of the starts whose task is known."""
    for start in (*facts.schedules, *facts.triggers):
        name = facts.task_name(start)
        if facts.focus and name not in facts.focus:
            continue
        for argument, attribute in ARGUMENTS.items():
            own = _own(facts, start, attribute)
            if own is not None:
                text = facts.template.attribute_text(start.found, argument)
                passed = "" if text == "null" else text
                yield Passed(start, argument, passed, "" if own == "null" else own, name or _definition(facts, start))


def _own(facts: Facts, start: Start, attribute: str) -> str | None:
    if start.task:
        return facts.role_text(start.task, attribute)
    label = _definition(facts, start)
    found = next((one for one in facts.own_definitions if one.block.labels[1] == label), None)
    return facts.template.attribute_text(found, f"{attribute}_arn") if found else None


def _definition(facts: Facts, start: Start) -> str:
    named = facts.definition(start.found, "ecs_task_definition_family") or facts.definition(
        start.found, "ecs_task_definition_arn"
    )
    return named.resource if named and not named.key else ""
