"""What the template and its modules create under a name in AWS."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scaffold.audit.facts.declarations.calls import calls_in
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.entries import known_tasks
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.lookups import NAMES, families, names_in_environments
from scaffold.pfml.starts import gates
from scaffold.pfml.tasks import DEFINITION, TASKS
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import is_known

_VARIABLE = re.compile(r"\bvar\.([\w-]+)")


class NamedResource(NamedTuple):
    """names: the name in each environment. block: the address of the resource or module that creates it. conditions:
    under which it exists."""

    address: str
    names: Mapping[str, str]
    block: str
    conditions: tuple[str, ...]


class Created:
    """What is created, by type."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._by_type: dict[str, tuple[NamedResource, ...]] = {}

    def of_type(self, type: str) -> tuple[NamedResource, ...]:
        if type not in self._by_type:
            own = _resources(self._facts, type)
            self._by_type[type] = (*own, *_definitions(self._facts, type), *_of_modules(self._facts, type))
        return self._by_type[type]


def _resources(facts: Facts, type: str) -> Iterator[NamedResource]:
    for resource in facts.template.blocks("resource", type):
        for attribute in [name for name in NAMES if name in resource.block.attributes]:
            if names := names_in_environments(resource, facts.checkout, attribute):
                address = ".".join(resource.block.labels)
                yield NamedResource(address, names, address, gates(facts.template, resource))


def _definitions(facts: Facts, type: str) -> Iterator[NamedResource]:
    address = f"{DEFINITION}.{TASKS}"
    for task in facts.once(known_tasks) if type == DEFINITION else ():
        yield NamedResource(f'{address}["{task.key}"]', families(facts.template, task.key), address, ())


def _of_modules(facts: Facts, type: str) -> Iterator[NamedResource]:
    for call in calls_in(facts, TEMPLATE):
        module = Folder.of(facts.checkout, call.folder)
        for resource in module.blocks("resource", type):
            if names := _names(facts, module, resource, call.placed):
                address = f"module.{call.placed.block.labels[0]}"
                yield NamedResource(address, names, address, gates(facts.template, call.placed))


def _names(facts: Facts, module: Folder, resource: PlacedBlock, call: PlacedBlock) -> dict[str, str]:
    """The name of a resource of a module in each environment in which it is known."""
    name = next((name for name in NAMES if name in resource.block.attributes), "")
    if not name or "for_each" in resource.block.attributes:
        return {}
    value, arguments = resource.block.attributes[name].value, call.block.attributes
    used = set(_VARIABLE.findall(module.text(resource.path, value))) & set(arguments)
    names = {}
    for environment, values in values_by_environment(facts.checkout).items():
        variables = {variable: values.of(call.path, arguments[variable].value) for variable in used}
        names[environment] = module.expand(resource.path, value, variables)
    return {environment: name for environment, name in names.items() if is_known(name)}
