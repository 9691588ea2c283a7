"""The strings that differ by environment: what each passes to the template, and the maps by environment in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.declarations.calls import BOOTSTRAP, ModuleCall, calls_in, module_calls
from scaffold.audit.facts.facts import Facts
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.environments import environment_names
from scaffold.terraform.folder import Folder
from scaffold.terraform.values import is_known

_FEWEST = 3
"""The fewest environments that can agree, or that an object must have as keys to be a map by environment."""
_NO_STRING = re.compile(r"\d+|true|false|null")


class EnvironmentValue(NamedTuple):
    """A string that an environment sets. node: as it is written. text: as it evaluates."""

    environment: str
    path: str
    node: hcl.Node
    text: str


def template_calls(facts: Facts) -> tuple[ModuleCall, ...]:
    """The module calls of the template, also in the folder that a new environment is copied from."""
    return tuple(call for call in facts.once(module_calls) if call.folder == TEMPLATE)


def settings(facts: Facts) -> dict[str, list[EnvironmentValue]]:
    """The strings that are known and not empty, by the variable or the local value, with the way to them if that is a
    list or an object."""
    by_name: dict[str, list[EnvironmentValue]] = {}
    for name, setting in (*_passed(facts), *_in_maps(facts)):
        if setting.text and not _NO_STRING.fullmatch(setting.text) and is_known(setting.text):
            by_name.setdefault(name, []).append(setting)
    return by_name


def is_majority(count: int, others: int) -> bool:
    """Whether so many environments agree that it is probably a mistake if others differ."""
    return count >= max(_FEWEST, 2 * others)


def is_copied(path: str) -> bool:
    """Whether a file is in the folder that a new environment is copied from."""
    return path.startswith(f"{BOOTSTRAP}/")


def _passed(facts: Facts) -> Iterator[tuple[str, EnvironmentValue]]:
    for call in facts.once(template_calls):
        path = call.placed.path
        folder = Folder.of(facts.checkout, path.rpartition("/")[0])
        for argument in call.arguments():
            if argument.name != "environment_name":
                yield from _strings(folder, argument.name, call.subject, path, argument.value)


def _in_maps(facts: Facts) -> Iterator[tuple[str, EnvironmentValue]]:
    names = set(environment_names(facts.checkout))
    for folder, name, path, value in _maps(facts):
        if isinstance(value, hcl.Object) and len(value.items) >= _FEWEST:
            entries = folder.entries(path, value)
            if len(entries.keys() & names) >= _FEWEST:
                for key, entry in entries.items():
                    yield from _strings(folder, name, key, path, entry.value)


def _maps(facts: Facts) -> Iterator[tuple[Folder, str, str, hcl.Node]]:
    """The local values of the template and the outputs of the modules that it calls, each with its name and path."""
    for local in facts.template.locals():
        yield facts.template, f"local.{local.attribute.name}", local.path, local.value
    for path in dict.fromkeys(call.folder for call in calls_in(facts, TEMPLATE)):
        folder = Folder.of(facts.checkout, path)
        for output in folder.blocks("output"):
            if attribute := output.block.attributes.get("value"):
                yield folder, f"output.{output.block.labels[0]}", output.path, attribute.value


def _strings(
    folder: Folder, name: str, environment: str, path: str, node: hcl.Node
) -> Iterator[tuple[str, EnvironmentValue]]:
    if isinstance(node, hcl.Object):
        for key, entry in folder.entries(path, node).items():
            yield from _strings(folder, f"{name}.{key}", environment, path, entry.value)
    elif isinstance(node, hcl.Tuple):
        for index, element in enumerate(node.items):
            yield from _strings(folder, f"{name}[{index}]", environment, path, element)
    elif isinstance(node, hcl.Template | hcl.Reference):
        yield name, EnvironmentValue(environment, path, node, folder.expand(path, node, {}))
