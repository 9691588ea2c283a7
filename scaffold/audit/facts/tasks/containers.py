"""The environment variables of each container, with the groups and the conditions that give them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.entries import known_tasks, tasks_in_focus
from scaffold.pfml.containers import Container, containers
from scaffold.pfml.groups import Entry, Given, entries_of, given_by_elements, given_to, given_to_all
from scaffold.pfml.tasks import DEFINITION, Task, takes_environment
from scaffold.terraform.folder import Folder, PlacedBlock

_FOR = re.compile(rb"\[\s*for\s+[\w-]+\s+in\s")
_SPLIT = re.compile(r'\bif\s*!?\s*contains\(keys\([\w-]+\), *"value"\)\s*\]$')


class ContainerEnvironment(NamedTuple):
    """What ECS runs: an entry of locals.tasks, or a container of another task definition."""

    subject: str
    task: str
    path: str
    given: tuple[Given, ...]


def container_environments(facts: Facts) -> tuple[ContainerEnvironment, ...]:
    """Those in focus; with a focus, no task definitions outside of locals.tasks."""
    return tuple(_container_environments(facts))


def _container_environments(facts: Facts) -> Iterator[ContainerEnvironment]:
    folder = facts.template
    if facts.once(own_environments):
        common = tuple(given for given in given_to_all(folder) if not given.within)
        for task in facts.once(tasks_in_focus):
            yield ContainerEnvironment(task.name, task.name, task.path, (*_of_task(folder, task), *common))
    if not facts.focus:
        for definition in folder.blocks("resource", DEFINITION):
            for container in containers(folder, definition) or ():
                given = _of_container(folder, container)
                yield ContainerEnvironment(definition.block.labels[1], "", definition.path, tuple(given))


def entries_with_containers(
    facts: Facts, wanted: Callable[[Entry], bool]
) -> list[tuple[Given, list[ContainerEnvironment]]]:
    """The wanted variables and secrets, each once, with the containers that are given it, also through a group."""
    by_place: dict[tuple[str, int], tuple[Given, list[ContainerEnvironment]]] = {}
    for container in facts.once(container_environments):
        for given in container.given:
            if wanted(given.entry):
                by_place.setdefault((given.entry.path, given.entry.start), (given, []))[1].append(container)
    return list(by_place.values())


def own_environments(facts: Facts) -> bool:
    """Whether tasks.tf sets the environment of tasks; before July 2021 JSON templates did."""
    if facts.once(known_tasks) and not takes_environment(facts.template):
        facts.skip("the tasks' environment: it is set in JSON templates, as before July 2021")
        return False
    return bool(facts.once(known_tasks))


def _of_task(folder: Folder, task: Task) -> Iterator[Given]:
    attribute = task.attribute(folder, "env")
    if attribute:
        yield from given_by(folder, task.path, attribute.value)


def given_by(folder: Folder, path: str, node: hcl.Node) -> Iterator[Given]:
    """The variables that a list certainly gives if their conditions hold, placed at its elements."""
    return (given for given in given_by_elements(folder, path, node) if not given.within)


# --- task definitions outside of locals.tasks


def _of_container(folder: Folder, container: Container) -> Iterator[Given]:
    """`environment` and `secrets` are lists; each may take its part of one list by a `for` with a condition."""
    path = container.path
    for name in ("environment", "secrets"):
        node = container.attributes.get(name)
        if node is None:
            continue
        if isinstance(node, hcl.For) and _FOR.match(folder.checkout.require(path), node.start):
            if _SPLIT.search(folder.text(path, node)):
                both = given_by(folder, path, node.parts[0])
                yield from (given for given in both if given.entry.secret is (name == "secrets"))
        else:
            yield from given_by(folder, path, node)


# --- secrets


def secrets_of(facts: Facts, task: Task) -> list[Given]:
    """The secrets of an entry of locals.tasks, including those that every task gets."""
    return [*_secrets(given_to(facts.template, task)), *common_secrets(facts)]


def common_secrets(facts: Facts) -> list[Given]:
    """The secrets that the task definition adds to every task, placed in their group."""
    secrets = _secrets(given_to_all(facts.template))
    return [secret._replace(path=secret.entry.path, offset=secret.entry.start) for secret in secrets]


def secrets_in(facts: Facts, definition: PlacedBlock) -> list[Given]:
    """The secrets of a task definition outside of locals.tasks: all that the `secrets` of its containers mention."""
    folder, path = facts.template, definition.path
    attribute = definition.block.attributes.get("container_definitions")
    if attribute is None:
        return []
    secrets = []
    for node in attribute.walk():
        if isinstance(node, hcl.Item) and node.name(folder.checkout.require(path)) == "secrets":
            entries = entries_of(folder, path, node.value)
            secrets += [Given(entry, (), (), (), path, node.start) for entry in entries if entry.secret]
    return secrets


def _secrets(variables: Iterable[Given]) -> Iterator[Given]:
    """The secrets, except those that a loop may leave out."""
    return (given for given in variables if given.entry.secret and set(given.within) <= {"distinct"})
