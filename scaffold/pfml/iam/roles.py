"""IAM roles of the ECS tasks: which there are, what they may read, and how an expression names one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from scaffold import hcl
from scaffold.errors import unknown
from scaffold.terraform.conditions import decide
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import Values, is_known

_RESOURCE = re.compile(r"aws_iam_role\.([\w-]+)(\[[^\]]*\])?\.(\w+)")
_DATA = re.compile(r"data\.aws_iam_role\.([\w-]+)(?:\[[^\]]*\])?\.\w+")
_NAME = re.compile(r"(?:local|var)\.[\w-]+")
_ARN = re.compile(r"arn:[^:]*:iam::([^:]*):role/(?:.*/)?([^/]+)")

DEFAULT_EXECUTION_ROLE = "aws_iam_role.task_executor.arn"
_ROLE = re.compile(r"aws_iam_role\.([\w-]+)(\[\w+\])?\.")


def default_of(folder: Folder, attribute: str) -> str:
    """What the task definition takes for an attribute that an entry lacks: the third argument of its `lookup`."""
    found = folder.block("resource", "aws_ecs_task_definition", "ecs_tasks")
    for node in found.block.walk() if found else ():
        is_lookup = isinstance(node, hcl.Call) and node.name == "lookup" and len(node.arguments) == 3
        if found and is_lookup and folder.text(found.path, node.children()[1]) == f'"{attribute}"':
            return folder.text(found.path, node.children()[2])
    return ""


def default_size(folder: Folder) -> tuple[int, int]:
    """CPU units and MiB of memory of a task that says neither."""
    cpu, memory = (default_of(folder, name).strip('"') for name in ("cpu", "memory"))
    return (int(cpu), int(memory)) if cpu.isdigit() and memory.isdigit() else (1024, 2048)


def default_execution_role(folder: Folder) -> str:
    return default_of(folder, "execution_role") or DEFAULT_EXECUTION_ROLE


def role_resource(expression: str) -> str:
    """The `aws_iam_role` that an expression such as `aws_iam_role.x.arn` names, "" where it names none."""
    match = _ROLE.match(expression)
    return match[1] if match else ""


def role_named(folder: Folder, expression: str) -> str:
    """The `aws_iam_role` of an expression that may also be an ARN in a string, "" where there is none such."""
    if not expression.startswith('"'):
        return role_resource(expression)
    name = folder.expand_text(expression.strip('"'), {}).rpartition(":role/")[2]
    for found in folder.blocks("resource", "aws_iam_role"):
        written = found.block.attributes.get("name")
        if name and written and folder.expand(found.path, written.value, {}) == name:
            return found.block.labels[1]
    return ""


def role_names(folder: Folder) -> list[str]:
    """The `aws_iam_role`s of the checkout."""
    return [found.block.labels[1] for found in folder.blocks("resource", "aws_iam_role")]


def role_expression(folder: Folder, resource: str, option: str) -> str:
    """The ARN of a role of the checkout. Raises Refusal for one that it does not have."""
    resource = role_resource(resource + ".") or resource
    found = folder.block("resource", "aws_iam_role", resource)
    if found is None:
        raise unknown("aws_iam_role", resource, role_names(folder), option=option, where=folder.path)
    index = "[0]" if "count" in found.block.attributes else ""
    return f"aws_iam_role.{resource}{index}.arn"


def assume_role_policy(folder: Folder) -> str:
    """How the roles of this checkout let ECS assume them: as the default execution role says it."""
    found = folder.block("resource", "aws_iam_role", role_resource(default_execution_role(folder)))
    written = folder.attribute_text(found, "assume_role_policy") if found else ""
    return written or "data.aws_iam_policy_document.ecs_tasks_assume_role_policy.json"


@dataclass(frozen=True, slots=True)
class Links:
    """What gives a role its rights: expressions of inline policies, and of the ARNs of attached ones."""

    policies: tuple[str, ...]
    attachments: tuple[str, ...]


def links(folder: Folder, resource: str) -> Links:
    policies = [folder.attribute_text(found, "policy") for found in _of_role(folder, "aws_iam_role_policy", resource)]
    attached = [
        folder.attribute_text(found, "policy_arn")
        for found in _of_role(folder, "aws_iam_role_policy_attachment", resource)
    ]
    return Links(tuple(policies), tuple(attached))


def links_of(folder: Folder, resource: str) -> list[PlacedBlock]:
    """The blocks that give a role its rights."""
    types = ("aws_iam_role_policy", "aws_iam_role_policy_attachment")
    return [found for type in types for found in _of_role(folder, type, resource)]


def _of_role(folder: Folder, type: str, resource: str) -> Iterator[PlacedBlock]:
    for found in folder.blocks("resource", type, containing=resource):
        if role_resource(folder.attribute_text(found, "role")) == resource:
            yield found


class Roles:
    """The `aws_iam_role`s of the template, and what leads to them."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self._chosen: dict[tuple[str, str], str] = {}

    @cached_property
    def by_label(self) -> dict[str, PlacedBlock]:
        return {found.block.labels[1]: found for found in self.folder.blocks("resource", "aws_iam_role")}

    @cached_property
    def by_name(self) -> dict[str, str]:
        """The labels of the roles by their names, with `${…}` for what differs between environments."""
        return {name: label for label, found in self.by_label.items() if (name := self.name_of(found))}

    def name_of(self, found: PlacedBlock) -> str:
        """The name of a role or a data source, with `${…}` for what differs between environments."""
        attribute = found.block.attributes.get("name")
        return self.folder.expand(found.path, attribute.value, {}) if attribute else ""

    def named(self, expression: str) -> tuple[str, str] | None:
        """The account ("" for a data source) and the name that an expression gives a role by, as far as they are known
        in all environments; None for a reference to a resource and for what cannot be told."""
        if match := _DATA.fullmatch(expression):
            found = self.folder.block("data", "aws_iam_role", match[1])
            name = self.name_of(found) if found else ""
            return ("", name) if name else None
        if not expression.startswith('"') or (match := _ARN.fullmatch(self._expanded(expression))) is None:
            return None
        return match[1], match[2]

    def _expanded(self, expression: str) -> str:
        try:
            return self.folder.expand_text(expression[1:-1], {})
        except hcl.HclError:
            return ""

    def label(self, expression: str, values: Values | None = None) -> str:
        """The label of the role of the template that an expression leads to in an environment (without one: in all);
        "" for another."""
        identity = self.identity(expression, values) or ""
        label = identity.removeprefix("aws_iam_role.").partition("[")[0]
        return label if label in self.by_label and identity != label else ""

    def identity(self, expression: str, values: Values | None = None) -> str | None:
        """What all expressions of one role have in common, "" for no role, and None where it cannot be told which it is
        in an environment (without one: in all)."""
        expression = self.followed(expression, values)
        if expression in ("", "null"):
            return ""
        if match := _RESOURCE.fullmatch(expression):
            index = match[2] if match[2] and not match[2][1:-1].isdigit() else ""
            return f"aws_iam_role.{match[1]}{index}" if "each." not in index else None
        named = self.named(expression)
        if named is None:
            return None
        if named[1] in self.by_name:
            return f"aws_iam_role.{self.by_name[named[1]]}"
        return self._by_name_in(named[1], values)

    def _by_name_in(self, name: str, values: Values | None) -> str | None:
        """The identity of a role whose name is another text than that of any role, and may come to the same."""
        variables = values.variables if values else {}
        wanted = self.folder.expand_text(name, variables)
        if not is_known(wanted):
            return None
        names = {self.folder.expand_text(other, variables): label for other, label in self.by_name.items()}
        if wanted in names:
            return f"aws_iam_role.{names[wanted]}"
        return wanted if all(is_known(other) for other in names) else None

    def is_no_arn(self, expression: str) -> bool:
        """Whether an expression is a role's name, which does not do where an ARN is needed."""
        match = _RESOURCE.fullmatch(self.followed(expression))
        return match is not None and match[3] in ("name", "id", "unique_id")

    def followed(self, expression: str, values: Values | None = None) -> str:
        """What a local value or a variable stands for, and which branch of a condition holds; else the expression."""
        for _ in range(5):
            after = self._step(expression, values)
            if after == expression:
                break
            expression = after
        return expression

    def _step(self, expression: str, values: Values | None) -> str:
        if _NAME.fullmatch(expression):
            kind, _, name = expression.partition(".")
            if kind == "local":
                found = self.folder.local(name)
                return self.folder.text(found[0], found[1].value) if found else expression
            value = values.variables.get(name) if values else None
            return f'"{value}"' if value and value.startswith("arn:") else expression
        if "?" not in expression or expression.startswith('"'):
            return expression
        return self._branch(expression, values)

    def _branch(self, expression: str, values: Values | None) -> str:
        data = expression.encode()
        try:
            node = hcl.parse_expression(data, 0, len(data))
        except hcl.HclError:
            return expression
        if not isinstance(node, hcl.Conditional):
            return expression
        parts = [data[part.start : part.end].decode() for part in node.children()]
        holds = decide(parts[0], values) if values else None
        same = self.identity(parts[1], values) == self.identity(parts[2], values) is not None
        return parts[1] if holds or same else parts[2] if holds is False else expression
