"""Step functions (Amazon States Language): their definitions, and the tasks that their states run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple, Protocol, TypeVar

from scaffold import hcl
from scaffold.hcl.templates import MARK
from scaffold.pfml.environments import environment_names
from scaffold.pfml.tasks import application
from scaffold.pfml.template_calls import template_call
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.json.expressions import document_of
from scaffold.terraform.json.text import parse_template
from scaffold.terraform.json.values import Unknown, Value

MACHINE = "aws_sfn_state_machine"
STATES = b'"States"'  # which each definition has
_LOCAL = re.compile(r"(?<![\w.-])local\.([\w-]+)")
_INSTANCE = re.compile(r'aws_ecs_task_definition\.ecs_tasks\["(.*?)"\]')


class StateRun(NamedTuple):
    """A state that runs a task. definition: its TaskDefinition. overrides: the entries of its ContainerOverrides."""

    state: str
    path: str
    definition: Value
    overrides: tuple[Value, ...]


def runs(folder: Folder, names: Collection[str] = ()) -> Iterator[StateRun]:
    """The states that run a task. names: the tasks to look for, empty for all."""
    for path, document in documents(folder, names):
        yield from runs_in(path, document)


def runs_in(path: str, document: Value) -> Iterator[StateRun]:
    for value in document.walk():
        members = value.data if isinstance(value.data, Mapping) else {}
        for state, member in members.items():
            parameters = member.get("Parameters")
            definition = parameters.get("TaskDefinition") if parameters else None
            if parameters is not None and definition is not None:
                overrides = parameters.get("Overrides")
                listed = overrides.get("ContainerOverrides") if overrides else None
                yield StateRun(state, path, definition, listed.elements if listed else ())


def documents(folder: Folder, names: Collection[str] = ()) -> Iterator[tuple[str, Value]]:
    """The definitions of step functions, in template files and in resources. names: as for runs."""
    for path in template_files(folder):
        data = folder.checkout.read(path) or b""
        if STATES in data and (not names or any(name.encode() in data for name in names)):
            yield from _in_file(folder, path)
    for machine in folder.blocks("resource", MACHINE):
        attribute = machine.block.attributes.get("definition")
        document = document_of(folder, machine.path, attribute.value) if attribute else None
        if isinstance(document, Value):
            yield machine.path, document


def _in_file(folder: Folder, path: str) -> Iterator[tuple[str, Value]]:
    data = folder.checkout.require(path)
    document = parse_template(data, 0, len(data))
    if isinstance(document, Value):
        yield path, document


def template_files(folder: Folder) -> list[str]:
    """The files that the template renders with `templatefile` or reads with `file`."""
    paths: dict[str, None] = {}
    for path in folder.files:
        data = folder.checkout.require(path)
        if b"templatefile(" in data or b"file(" in data:
            for call in _file_calls(folder.checkout.terraform(path)):
                template = template_call(folder, path, call, *call.arguments[:2])
                if template:
                    paths.setdefault(template.file)
    return list(paths)


def _file_calls(node: hcl.Node) -> Iterator[hcl.Call]:
    for inner in node.walk():
        if isinstance(inner, hcl.Call) and inner.name in ("templatefile", "file") and inner.arguments:
            yield inner


# --- which task a state runs


class TaskLike(Protocol):
    """A task of locals.tasks by its key and its name, whether it is there already or not."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...


Known = TypeVar("Known", bound=TaskLike)


def task_of(folder: Folder, definition: Value, tasks: Collection[Known]) -> Known | None:
    """The task with the family that a TaskDefinition names; None if it is not in locals.tasks."""
    word = definition.word
    if word is None:
        return None
    text = without_revision(word.text)
    for task in tasks:
        name = task.name
        if text.endswith(f"-{name}") and _begins(folder, text.removesuffix(name)):
            return task
    return None


def without_revision(family: str) -> str:
    return re.sub(r":\d+$", "", family)


def _begins(folder: Folder, start: str) -> bool:
    """Whether families begin with that text: the application and an environment, or interpolations for them."""
    begins = {application(folder), MARK}
    return start in {f"{begin}-{name}-" for begin in begins for name in [*environment_names(folder.checkout), MARK]}


def tasks_of(folder: Folder, machine: PlacedBlock, tasks: Collection[Known]) -> Iterator[Known]:
    """Those of the tasks that a step function runs, by the family or by a reference to the task definition."""
    for path, document, variables in _documents_of(folder, machine):
        for run in runs_in(path, document):
            task = task_of(folder, run.definition, tasks) or _referred(run.definition, variables, tasks)
            if task is not None:
                yield task


def _documents_of(folder: Folder, machine: PlacedBlock) -> Iterator[tuple[str, Value, dict[str, str]]]:
    """The documents of one step function, each with the variables of its template as they are written."""
    attribute = machine.block.attributes.get("definition")
    nodes = [(machine.path, attribute.value)] if attribute else []
    seen = set[str]()
    for path, node in nodes:
        document = document_of(folder, path, node)
        if isinstance(document, Value):
            yield path, document, {}
        for call in _file_calls(node):
            template = template_call(folder, path, call, *call.arguments[:2])
            if template:
                yield from ((file, document, template.texts) for file, document in _in_file(folder, template.file))
        for name in _LOCAL.findall(folder.text(path, node)):
            local = folder.local(name) if name not in seen else None
            seen.add(name)
            if local:
                nodes.append((local.path, local.value))


def _referred(definition: Value, variables: Mapping[str, str], tasks: Collection[Known]) -> Known | None:
    word = definition.word
    shown = definition.data.shown if isinstance(definition.data, Unknown) else ""
    for expression in (shown, *(word.expressions if word else ())):
        match = _INSTANCE.search(variables.get(expression, expression))
        if match:
            return next((task for task in tasks if task.key == match[1]), None)
    return None
