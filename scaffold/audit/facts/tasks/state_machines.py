"""The commands that step functions override (Amazon States Language)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.command import Command
from scaffold.audit.facts.tasks.entries import known_tasks
from scaffold.pfml.starts import TaskDefinition
from scaffold.pfml.state_machines import runs, task_of
from scaffold.pfml.tasks import TASKS
from scaffold.terraform.json.expressions import expression
from scaffold.terraform.json.values import Unknown, Value

_OVERRIDES = "ContainerOverrides"


def commands(facts: Facts, names: Collection[str] = ()) -> Iterator[Command]:
    """The commands that states override. names: the tasks to look for, empty for
    all."""
    seen: set[tuple[str, int]] = set()
    for run in runs(facts.template, names):
        task = task_of(facts.template, run.definition, facts.once(known_tasks))
        name = task.name if task else ""
        definition = TaskDefinition(TASKS, task.key) if task else None
        if not run.overrides:
            yield Command("state", run.state, name, run.path, run.definition.offset, None, None, definition)
        for override in run.overrides:
            seen.add((run.path, override.offset))
            value, container = _command(override), override.get("Name")
            yield Command("state", run.state, name, run.path, override.offset, value, container, definition)
    for path, override in _parts(facts):
        container = override.get("Name")
        word = container.word if container else None
        if (path, override.offset) not in seen and word is not None:
            # An override that is passed to a state; its container is named after the task.
            name = next((known for task in facts.once(known_tasks) if (known := task.name) == word.text), "")
            yield Command("override of", word.shown, name, path, override.offset, _command(override), container)


def _command(override: Value) -> Value | None:
    """The command; unknown for `Command.$`, which is in the state's input."""
    path = override.get("Command.$")
    return Value(Unknown("Command.$"), path.offset) if path else override.get("Command")


def _parts(facts: Facts) -> Iterator[tuple[str, Value]]:
    """The entries of ContainerOverrides anywhere in the template."""
    for path in facts.template.files:
        if _OVERRIDES.encode() not in facts.checkout.require(path):
            continue
        for node in facts.checkout.terraform(path).walk():
            if isinstance(node, hcl.Item) and node.name(facts.checkout.require(path)) == _OVERRIDES:
                yield from ((path, override) for override in expression(facts.template, path, node.value).elements)
