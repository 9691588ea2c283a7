"""The containers that task definitions list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from scaffold import hcl
from scaffold.hcl.templates import MARK
from scaffold.pfml.container_templates import RENDERED
from scaffold.pfml.starts import TaskDefinition
from scaffold.pfml.tasks import DEFINITION
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.json.expressions import json_value
from scaffold.terraform.json.values import JsonString, Unknown, Value

_API_IMAGE = re.compile(r"aws_ecr_repository\.app\b")


class Container(NamedTuple):
    """A container of a task definition.

    name: as it is written, None if it has none that can be read. of_api: whether it uses the API's image, None if that
    is unknown. attributes: as they are written, empty for a container that is not written in the list itself.
    """

    name: JsonString | Unknown | None
    command: Value | None
    of_api: bool | None
    attributes: Mapping[str, hcl.Node]
    path: str
    offset: int

    def name_for(self, folder: Folder, key: str) -> JsonString | None:
        """The name in the instance with a key, "" for a definition that has no `for_each`; None if it is unknown."""
        if isinstance(self.name, Unknown):
            return _key(folder, key) if self.name.shown == "each.key" and key else None
        if self.name is None or not key:
            return self.name
        return self.name.expanded(lambda text: key if text == "each.key" else f"${{{text}}}")


def named_containers(folder: Folder, definition: TaskDefinition) -> list[tuple[JsonString, Container]] | None:
    """The containers of a task definition with their names; None if these cannot be read."""
    placed = folder.block("resource", DEFINITION, definition.resource)
    listed = containers(folder, placed) if placed else None
    if listed is None:
        return None
    named = []
    for container in listed:
        name = container.name_for(folder, definition.key)
        if name is None:
            return None
        named.append((name, container))
    return named


def containers(folder: Folder, definition: PlacedBlock) -> tuple[Container, ...] | None:
    """The containers of a task definition of the folder; None if they cannot be read."""
    return folder.once(_by_definition)[definition.block]


def _by_definition(folder: Folder) -> dict[hcl.Block, tuple[Container, ...] | None]:
    return {placed.block: _containers(folder, placed) for placed in folder.blocks("resource", DEFINITION)}


def _containers(folder: Folder, definition: PlacedBlock) -> tuple[Container, ...] | None:
    attribute = definition.block.attributes.get("container_definitions")
    if attribute is None:
        return None
    if _names_by_key(folder, definition):
        return (Container(Unknown("each.key"), None, True, {}, definition.path, attribute.start),)
    value = json_value(folder, definition.path, attribute.value)
    if value is None or not isinstance(value.data, tuple):
        return None
    objects = {node.start: node for node in attribute.value.children()[0].children() if isinstance(node, hcl.Object)}
    return tuple(
        _container(folder, definition.path, element, objects.get(element.offset)) for element in value.elements
    )


def _container(folder: Folder, path: str, value: Value, node: hcl.Object | None) -> Container:
    name, image = value.get("name"), value.get("image")
    attributes = {key: entry.value for key, entry in folder.entries(path, node).items()} if node else {}
    data = name.data if name else None
    shown = data if isinstance(data, JsonString | Unknown) else None
    return Container(shown, value.get("command"), _of_api(image), attributes, path, value.offset)


def _names_by_key(folder: Folder, definition: PlacedBlock) -> bool:
    """Whether a JSON template names the container after the task's key, as before July 2021."""
    match = RENDERED.fullmatch(folder.attribute_text(definition, "container_definitions"))
    template = folder.block("data", "template_file", match[1]) if match else None
    variables = template.block.attributes.get("vars") if template else None
    if template is None or variables is None:
        return False
    return re.search(r"\btask_name\s*=\s*each\.key\b", folder.text(template.path, variables.value)) is not None


def _key(folder: Folder, key: str) -> JsonString:
    """A key of locals.tasks as a container's name."""
    text = folder.expand_text(key, {})
    return JsonString(text) if "${" not in text else JsonString(MARK, (key,))


def _of_api(image: Value | None) -> bool | None:
    if image is None:
        return None
    shown = image.data.shown if isinstance(image.data, JsonString | Unknown) else ""
    return True if _API_IMAGE.search(shown) else False if "aws_ecr_repository." in shown else None
