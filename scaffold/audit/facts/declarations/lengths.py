"""How long the names of a checkout's resources are in each environment, and which are longer than AWS allows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.aws.names import LIMITS
from scaffold.hcl import HclError
from scaffold.pfml.environments import deployed_names, values_by_environment
from scaffold.terraform.conditions import decide, gate
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import Values, is_known

# They mark a variable's name in a text that depends on it. Unicode reserves them for private use.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(.*?){_CLOSE}")
_ENVIRONMENT = "${var.environment_name}"
EACH_KEY = "each.key"


class Name(NamedTuple):
    """A resource's name with marks for the folder's variables and `${…}` for what is unknown."""

    type: str
    limit: int
    text: str
    placed: PlacedBlock
    attribute: hcl.Attribute
    folder: Folder

    @property
    def variables(self) -> set[str]:
        return set(_MARK.findall(self.text))


class Long(NamedTuple):
    """A name that is too long. environments: those in which it is too long. text: the whole name in the first of them,
    where it is longest. given: the value of the variable that the name is made for."""

    name: Name
    text: str
    environments: tuple[str, ...]
    given: str

    @property
    def over(self) -> int:
        return len(self.text) - self.name.limit

    @property
    def room(self) -> int:
        """The characters left for the variable that the name is made for."""
        return len(self.given) - self.over


class Lengths:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._names: dict[tuple[str, str], tuple[Name, ...]] = {}
        self._spelled: dict[tuple[str, str, str], str] = {}

    def names(self, folder: Folder) -> tuple[Name, ...]:
        """The names of a folder's resources that have a limit."""
        types = dict.fromkeys(type for type, _ in LIMITS)
        return tuple(name for type in types for name in self._of_type(folder, type))

    def _of_type(self, folder: Folder, type: str) -> tuple[Name, ...]:
        key = folder.path, type
        if key not in self._names:
            self._names[key] = tuple(_names(folder, type, self._variables(folder)))
        return self._names[key]

    def _variables(self, folder: Folder) -> Iterator[str]:
        """The names that get marks: the variables of a module. The template's own come from the environments."""
        yield from (EACH_KEY, "each.value")
        if folder.path != self.facts.template.path:
            blocks = folder.blocks("variable")
            labels = (variable.block.labels for variable in blocks)
            yield from (label[0] for label in labels if label != ("environment_name",))

    def of_template(self, type: str) -> tuple[Name, ...]:
        return self._of_type(self.facts.template, type)

    def of_module(self, call: PlacedBlock) -> tuple[Folder, tuple[Name, ...]] | None:
        """The names that a module call gives to resources in each environment; None for a module from elsewhere."""
        source = self.facts.template.attribute_text(call, "source").strip('"')
        environment = call.block.attributes.get("environment_name")
        if not source.startswith("../../modules/") or environment is None:
            return None
        if self.facts.template.expand(call.path, environment.value, {}) != _ENVIRONMENT:
            return None
        folder = Folder.of(self.facts.checkout, f"infra/{source.removeprefix('../../').rstrip('/')}")
        return folder, self.names(folder)

    def arguments(self, call: PlacedBlock, folder: Folder, wanted: set[str]) -> dict[str, dict[str, str]]:
        """The values that a call passes to a module, by environment."""
        result: dict[str, dict[str, str]] = {}
        for variable in wanted - {EACH_KEY, "each.value"}:
            attribute, template = call.block.attributes.get(variable), self.facts.template
            text = template.expand(call.path, attribute.value, {}) if attribute else _default(folder, variable)
            for environment in deployed_names(self.facts.checkout):
                result.setdefault(environment, {})[variable] = self._spell(template, text, environment)
        return result

    def long(self, name: Name, given: Mapping[str, Mapping[str, str]], lever: str, gates: Sequence[str]) -> Long | None:
        """The name if it is too long. given: the values for the marks, by environment. lever: the variable that the
        name is made for. gates: the conditions under which the resource exists."""
        too_long = []
        for environment in deployed_names(self.facts.checkout):
            values = given.get(environment, {})
            text = _filled(self._spell(name.folder, name.text, environment), values)
            exceeds = len(text) > name.limit and is_known(text) and not _MARK.search(text)
            if exceeds and all(decide(gate, self._values(environment)) is not False for gate in gates):
                too_long.append((text, environment, values.get(lever, "")))
        if not too_long:
            return None
        too_long.sort(key=lambda name: -len(name[0]))
        text, _, value = too_long[0]
        return Long(name, text, tuple(environment for _, environment, _ in too_long), value)

    def _values(self, environment: str) -> Values:
        values = values_by_environment(self.facts.checkout).get(environment)
        return values or Values(self.facts.template, {"environment_name": environment})

    def _spell(self, folder: Folder, text: str, environment: str) -> str:
        """A text with the values of an environment; usually its name is enough."""
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
        if limited != type:
            continue
        for resource in folder.blocks("resource", type):
            node = resource.block.attributes.get(attribute)
            text = folder.expand(resource.path, node.value, marks) if node else ""
            if node and text:
                yield Name(type, limit, text, resource, node, folder)


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _MARK.sub(lambda match: values.get(match[1], match[0]), text)


def _default(folder: Folder, variable: str) -> str:
    declaration = folder.block("variable", variable)
    default = declaration.block.attributes.get("default") if declaration else None
    return folder.expand(declaration.path, default.value, {}) if declaration and default else "${not set}"


def gates(folder: Folder, *blocks: PlacedBlock) -> list[str]:
    """The conditions under which blocks exist at all."""
    return [counted[0] for placed in blocks if (counted := gate(folder, placed))]
