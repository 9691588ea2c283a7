"""The JSON templates of the tasks' containers, which set the environment of the tasks before July 2021."""

from __future__ import annotations

import re

from scaffold import hcl
from scaffold.files.checkout import Checkout
from scaffold.hcl.templates import split_template
from scaffold.pfml.tasks import Task, task_definition
from scaffold.pfml.template_calls import TemplateCall, passed_in
from scaffold.terraform.folder import Folder
from scaffold.terraform.json.text import parse_template
from scaffold.terraform.json.values import Value

RENDERED = re.compile(r"data\.template_file\.([\w-]+)\[each\.key\]\.rendered")
_LOOKUP = re.compile(r'lookup\(\s*each\.value\s*,\s*"([\w-]+)"\s*,\s*"([^"]*)"\s*\)')
_OWN = re.compile(r'lookup\(\s*each\.value\s*,\s*"([\w-]+)"\s*,\s*\{\s*\}\s*\)|each\.value\.([\w-]+)')
_READS = ("file", "templatefile")


def container_template(folder: Folder, task: Task) -> TemplateCall | None:
    """The template of a task's containers; None if they are not in a template, or it cannot be found."""
    call = folder.once(_call)
    if call is None:
        return None
    path, node, variables = call
    file = _expanded(folder, task, folder.text(path, node.arguments[0]).strip('"'))
    if folder.checkout.read(file) is None:
        return None
    passed = passed_in(folder, path, variables, lambda text: _own(folder, task, text))
    return TemplateCall(folder, path, node, file, *passed, task=task.name)


def _own(folder: Folder, task: Task, expression: str) -> tuple[str, hcl.Node | None] | None:
    """Where an attribute of a task's entry is written, which the definition reads; None for another expression."""
    match = _OWN.fullmatch(expression)
    if match is None:
        return None
    attribute = task.attribute(folder, match[1] or match[2])
    return task.path, attribute.value if attribute else None


def variables_in(checkout: Checkout, path: str) -> tuple[Value, ...]:
    """The entries of `environment` and `secrets` of all containers in a template."""
    return checkout.once(_variables_in, path)


def _variables_in(checkout: Checkout, path: str) -> tuple[Value, ...]:
    data = checkout.require(path)
    document = parse_template(data, 0, len(data))
    containers = document.elements if isinstance(document, Value) else ()
    lists = [container.get(name) for container in containers for name in ("environment", "secrets")]
    return tuple(entry for listed in lists if listed for entry in listed.elements)


def _call(folder: Folder) -> tuple[str, hcl.Call, hcl.Node | None] | None:
    """The call that reads the template of every task, its file, and what is passed."""
    definition = task_definition(folder)
    attribute = definition.block.attributes.get("container_definitions") if definition else None
    if definition is None or attribute is None:
        return None
    match = RENDERED.fullmatch(folder.text(definition.path, attribute.value))
    placed = folder.block("data", "template_file", match[1]) if match else None
    variables = placed.block.attributes.get("vars") if placed else None
    if placed is not None:
        attribute, path = placed.block.attributes.get("template"), placed.path
    else:
        path = definition.path
    node = attribute.value if attribute else None
    if not isinstance(node, hcl.Call) or node.name not in _READS or not isinstance(node.arguments[0], hcl.Template):
        return None
    return path, node, variables.value if variables else node.arguments[1] if len(node.arguments) > 1 else None


def _expanded(folder: Folder, task: Task, text: str) -> str:
    pieces = []
    for literal, expression in split_template(text):
        pieces.append(_of_task(folder, task, expression.strip()) if expression else literal)
    return "".join(pieces)


def _of_task(folder: Folder, task: Task, expression: str) -> str:
    if expression == "path.module":
        return folder.path
    if expression == "each.key":
        return task.key
    if match := _LOOKUP.fullmatch(expression):
        return task.text(folder, match[1]).strip('"') or match[2]
    if expression.startswith("each.value."):
        return task.text(folder, expression.removeprefix("each.value.")).strip('"')
    return folder.expanded(expression)
