"""How long the names of a checkout's resources are in each environment, and which are longer than AWS allows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.aws.names import LIMITS
from scaffold.hcl import HclError
from scaffold.pfml.environments import deployed_names, values_by_environment
from scaffold.terraform.conditions import decide, gate
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import Values, is_known

# Around a variable's name in a text that is made from it; Unicode keeps them for private use.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(.*?){_CLOSE}")
_ENVIRONMENT = "${var.environment_name}"
EACH = "each.key"


@dataclass(frozen=True, slots=True)
class Name:
    """A resource's name as a folder makes it: marks stand for the folder's variables, `${…}` for what is not known."""

    type: str
    limit: int
    text: str
    placed: PlacedBlock
    attribute: hcl.Attribute
    folder: Folder

    @property
    def variables(self) -> set[str]:
        return set(_MARK.findall(self.text))


@dataclass(frozen=True, slots=True)
class Long:
    """A name that is too long. environments: those in which it is. text: the whole name in the first of them, where it
    is longest. given: the value of what the name is made for."""

    name: Name
    text: str
    environments: tuple[str, ...]
    given: str

    @property
    def over(self) -> int:
        return len(self.text) - self.name.limit

    @property
    def room(self) -> int:
        """For what the name is made for."""
        return len(self.given) - self.over


class Lengths:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._names: dict[tuple[str, str], tuple[Name, ...]] = {}
        self._spelled: dict[tuple[str, str, str], str] = {}

    def names(self, folder: Folder) -> tuple[Name, ...]:
        """The names with a limit that the resources of a folder have."""
        types = dict.fromkeys(type for type, _ in LIMITS)
        return tuple(name for type in types for name in self._of_type(folder, type))

    def _of_type(self, folder: Folder, type: str) -> tuple[Name, ...]:
        key = folder.path, type
        if key not in self._names:
            self._names[key] = tuple(_names(folder, type, self._variables(folder)))
        return self._names[key]

    def _variables(self, folder: Folder) -> Iterator[str]:
        """What marks stand for: the variables of a module. The template's own come from the environments."""
        yield from (EACH, "each.value")
        if folder.path != self.facts.template.path:
            blocks = folder.blocks("variable")
            yield from (one.block.labels[0] for one in blocks if one.block.labels != ("environment_name",))

    def of_template(self, type: str) -> tuple[Name, ...]:
        return self._of_type(self.facts.template, type)

    def of_module(self, found: PlacedBlock) -> tuple[Folder, tuple[Name, ...]] | None:
        """The names that a call of a module of this repository makes in an environment; None for another module."""
        source = self.facts.template.attribute_text(found, "source").strip('"')
        environment = found.block.attributes.get("environment_name")
        if not source.startswith("../../modules/") or environment is None:
            return None
        if self.facts.template.expand(found.path, environment.value, {}) != _ENVIRONMENT:
            return None
        folder = Folder.of(self.facts.checkout, f"infra/{source.removeprefix('../../').rstrip('/')}")
        return folder, self.names(folder)

    def arguments(self, found: PlacedBlock, folder: Folder, wanted: set[str]) -> dict[str, dict[str, str]]:
        """What a call sets a module's variables to, by environment."""
        result: dict[str, dict[str, str]] = {}
        for variable in wanted - {EACH, "each.value"}:
            attribute, template = found.block.attributes.get(variable), self.facts.template
            text = template.expand(found.path, attribute.value, {}) if attribute else _default(folder, variable)
            for environment in deployed_names(self.facts.checkout):
                result.setdefault(environment, {})[variable] = self._spell(template, text, environment)
        return result

    def long(self, name: Name, given: Mapping[str, Mapping[str, str]], lever: str, gates: Sequence[str]) -> Long | None:
        """The name where it is too long. given: by environment, what the marks stand for. lever: the variable that the
        name is made for. gates: the conditions under which the resource is made."""
        found = []
        for environment in deployed_names(self.facts.checkout):
            values = given.get(environment, {})
            text = _filled(self._spell(name.folder, name.text, environment), values)
            too_long = len(text) > name.limit and is_known(text) and not _MARK.search(text)
            if too_long and all(decide(gate, self._values(environment)) is not False for gate in gates):
                found.append((text, environment, values.get(lever, "")))
        if not found:
            return None
        found.sort(key=lambda one: -len(one[0]))
        return Long(name, found[0][0], tuple(one[1] for one in found), found[0][2])

    def _values(self, environment: str) -> Values:
        found = values_by_environment(self.facts.checkout).get(environment)
        return found or Values(self.facts.template, {"environment_name": environment})

    def _spell(self, folder: Folder, text: str, environment: str) -> str:
        """A text with what an environment says of it; mostly its name is enough."""
        text = text.replace(_ENVIRONMENT, environment)
        if is_known(text):
            return text
        key = folder.path, text, environment
        if key not in self._spelled:
            own = folder.path == self.facts.template.path
            variables = self._values(environment).variables if own else {"environment_name": environment}
            try:
                self._spelled[key] = folder.expand_text(text, variables)
            except HclError:
                self._spelled[key] = text
        return self._spelled[key]


def _names(folder: Folder, type: str, variables: Iterator[str]) -> Iterator[Name]:
    marks = {variable: f"{_OPEN}{variable}{_CLOSE}" for variable in variables}
    for (limited, attribute), limit in LIMITS.items():
        for found in folder.blocks("resource", type) if limited == type else ():
            node = found.block.attributes.get(attribute)
            text = folder.expand(found.path, node.value, marks) if node else ""
            if node and text:
                yield Name(type, limit, text, found, node, folder)


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _MARK.sub(lambda match: values.get(match[1], match[0]), text)


def _default(folder: Folder, variable: str) -> str:
    found = folder.block("variable", variable)
    default = found.block.attributes.get("default") if found else None
    return folder.expand(found.path, default.value, {}) if found and default else "${not set}"


def gates(folder: Folder, *found: PlacedBlock) -> list[str]:
    """The conditions under which blocks are made at all."""
    return [counted[0] for one in found if (counted := gate(folder, one))]
