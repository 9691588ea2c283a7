"""Step functions (Amazon States Language): the tasks that they run, and the containers that they override."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.command import Command
from scaffold.audit.facts.tasks.entries import known_tasks
from scaffold.hcl.templates import MARK
from scaffold.pfml.environments import environment_names
from scaffold.pfml.starts import TaskDefinition
from scaffold.pfml.tasks import TASKS, Task, application
from scaffold.terraform.json.expressions import document_of, expression
from scaffold.terraform.json.text import parse_template
from scaffold.terraform.json.values import JsonString, Unknown, Value

MACHINE = "aws_sfn_state_machine"
_OVERRIDES = "ContainerOverrides"
_PATH = "${path.module}/"


class StateRun(NamedTuple):
    """A state that runs a task. definition: its TaskDefinition. overrides: the entries of its ContainerOverrides."""

    state: str
    path: str
    definition: Value
    overrides: tuple[Value, ...]


def runs(facts: Facts, names: Collection[str] = ()) -> Iterator[StateRun]:
    """The states that run a task. names: the tasks to look for, empty for all."""
    for path, document in documents(facts, names):
        for value in document.walk():
            members = value.data if isinstance(value.data, Mapping) else {}
            for state, member in members.items():
                parameters = member.get("Parameters")
                definition = parameters.get("TaskDefinition") if parameters else None
                if parameters is not None and definition is not None:
                    overrides = parameters.get("Overrides")
                    listed = overrides.get("ContainerOverrides") if overrides else None
                    yield StateRun(state, path, definition, listed.elements if listed else ())


def documents(facts: Facts, names: Collection[str] = ()) -> Iterator[tuple[str, Value]]:
    """The definitions of step functions, in template files and in resources. names: as for runs."""
    for path in template_files(facts):
        data = facts.checkout.read(path) or b""
        if b'"States"' in data and (not names or any(name.encode() in data for name in names)):
            document = parse_template(data, 0, len(data))
            if isinstance(document, Value):
                yield path, document
    for machine in facts.template.blocks("resource", MACHINE):
        attribute = machine.block.attributes.get("definition")
        document = document_of(facts.template, machine.path, attribute.value) if attribute else None
        if isinstance(document, Value):
            yield machine.path, document


def template_files(facts: Facts) -> list[str]:
    """The files that the template renders with `templatefile` or reads with `file`."""
    paths: dict[str, None] = {}
    for path in facts.template.files:
        data = facts.checkout.require(path)
        if b"templatefile(" not in data and b"file(" not in data:
            continue
        for node in facts.checkout.terraform(path).walk():
            if isinstance(node, hcl.Call) and node.name in ("templatefile", "file") and node.arguments:
                name = facts.template.text(path, node.arguments[0]).strip('"')
                if name.startswith(_PATH) and "${" not in name[len(_PATH) :]:
                    paths[f"{facts.template.path}/{name[len(_PATH) :]}"] = None
    return [path for path in paths if facts.checkout.read(path) is not None]


def task_of(facts: Facts, definition: Value) -> Task | None:
    """The task with the family that a TaskDefinition names; None if it is not in locals.tasks."""
    word = definition.word
    if word is None:
        return None
    text = family(word)
    for task in facts.once(known_tasks):
        name = task.name
        if text.endswith(f"-{name}") and _begins(facts, text.removesuffix(name)):
            return task
    return None


def family(word: JsonString) -> str:
    """A family without a revision."""
    return re.sub(r":\d+$", "", word.text)


def _begins(facts: Facts, start: str) -> bool:
    """Whether families begin with that text: the application and an environment, or interpolations for them."""
    begins = {application(facts.template), MARK}
    return start in {f"{begin}-{name}-" for begin in begins for name in [*environment_names(facts.checkout), MARK]}


def commands(facts: Facts, names: Collection[str] = ()) -> Iterator[Command]:
    """The commands that states override. names: as for runs."""
    seen: set[tuple[str, int]] = set()
    for run in runs(facts, names):
        task = task_of(facts, run.definition)
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
            if isinstance(node, hcl.Item) and facts.template.text(path, node.key).strip('"') == _OVERRIDES:
                yield from ((path, override) for override in expression(facts.template, path, node.value).elements)
