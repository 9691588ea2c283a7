"""The IAM roles of a folder, which role an expression names, and the blocks that give a role its policies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from scaffold import hcl
from scaffold.errors import unknown
from scaffold.pfml.tasks import Task, default_of
from scaffold.terraform.conditions import decide
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import Values, is_known

# Terraform also has an older index and an older splat: aws_iam_role.x.0.arn, aws_iam_role.x.*.arn[0].
_RESOURCE = re.compile(r"aws_iam_role\.([\w-]+)(\[[^\]]*\]|\.\d+|\.\*)?\.(\w+)(\[\d+\])?")
_DATA = re.compile(r"data\.aws_iam_role\.([\w-]+)(?:\[[^\]]*\])?\.\w+")
_NAME = re.compile(r"(?:local|var)\.[\w-]+")
_ARN = re.compile(r"arn:[^:]*:iam::([^:]*):role/(?:.*/)?([^/]+)")
_LINKS = ("aws_iam_role_policy", "aws_iam_role_policy_attachment")

DEFAULT_EXECUTION_ROLE = "aws_iam_role.task_executor.arn"
ATTRIBUTES = ("task_role", "execution_role")


# --- the roles of a task


def default_execution_role(folder: Folder) -> str:
    return default_of(folder, "execution_role") or DEFAULT_EXECUTION_ROLE


def own_role(folder: Folder, task: Task, attribute: str) -> str:
    """The expression of an entry's `task_role` or `execution_role`; "" if it sets none."""
    text = task.text(folder, attribute)
    return "" if text == "null" else text


def role_of(folder: Folder, task: Task, attribute: str) -> str:
    """The expression of the role that a task has: its own, else the template's default; "" for none."""
    default = default_execution_role(folder) if attribute == "execution_role" else ""
    return own_role(folder, task, attribute) or default


def sets_role(folder: Folder, task: Task) -> bool:
    """Whether an entry sets one of its roles itself."""
    return any(own_role(folder, task, attribute) for attribute in ATTRIBUTES)


# --- which role an expression names


def role_resource(expression: str) -> str:
    """The label in a reference such as `aws_iam_role.x[0].arn`; "" for any other expression."""
    match = _RESOURCE.match(expression)
    return match[1] if match else ""


def role_names(folder: Folder) -> list[str]:
    """The labels of the `aws_iam_role`s, in the order of the files."""
    return [role.block.labels[1] for role in folder.blocks("resource", "aws_iam_role")]


def role_expression(folder: Folder, resource: str, option: str) -> str:
    """The ARN of a role of the checkout, by its label or a reference. Raises Refusal if there is no such role."""
    resource = role_resource(f"{resource}.arn") or resource
    role = folder.block("resource", "aws_iam_role", resource)
    if role is None:
        raise unknown("aws_iam_role", resource, role_names(folder), option=option, where=folder.path)
    index = "[0]" if "count" in role.block.attributes else ""
    return f"aws_iam_role.{resource}{index}.arn"


def referable(folder: Folder, expression: str) -> str:
    """The label of the `aws_iam_role` that an ARN or a data source names and that a reference could name instead, else
    ""."""
    if not expression.startswith(('"', "data.")):
        return ""
    label = Roles.of(folder).label(expression)
    return label if label and "for_each" not in Roles.of(folder).by_label[label].placed.block.attributes else ""


def by_reference(folder: Folder, expression: str) -> str:
    """The expression of a role, with a reference instead of an ARN or a data source if the role is the folder's."""
    label = referable(folder, expression)
    return role_expression(folder, label, "") if label else expression


def assume_role_policy(folder: Folder) -> str:
    """The expression that lets ECS assume a role, as the default execution role has it."""
    role = folder.block("resource", "aws_iam_role", role_resource(default_execution_role(folder)))
    written = folder.attribute_text(role, "assume_role_policy") if role else ""
    return written or "data.aws_iam_policy_document.ecs_tasks_assume_role_policy.json"


def aws_name(folder: Folder, placed: PlacedBlock) -> str:
    """The `name` of a resource or a data source, with `${…}` for what differs between environments."""
    attribute = placed.block.attributes.get("name")
    return folder.expand(placed.path, attribute.value, {}) if attribute else ""


class Role(NamedTuple):
    """An `aws_iam_role` of the folder. name: its name in AWS, with `${…}` for what differs between environments."""

    label: str
    name: str
    placed: PlacedBlock


class Roles:
    """The `aws_iam_role`s of a folder, and which of them an expression names."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    @classmethod
    def of(cls, folder: Folder) -> Roles:
        """The one object for a folder."""
        return folder.once(cls)

    @cached_property
    def by_label(self) -> dict[str, Role]:
        blocks = self.folder.blocks("resource", "aws_iam_role")
        roles = [Role(placed.block.labels[1], aws_name(self.folder, placed), placed) for placed in blocks]
        return {role.label: role for role in roles}

    @cached_property
    def by_name(self) -> dict[str, str]:
        """The labels of the roles by their names."""
        return {role.name: role.label for role in self.by_label.values() if role.name}

    def get(self, expression: str) -> Role | None:
        """The role that an expression names in all environments: by a reference, by a data source or by its ARN. Of two
        definitions it is the first, as for rename and remove."""
        label = self.label(expression)
        placed = self.folder.block("resource", "aws_iam_role", label) if label else None
        return Role(label, aws_name(self.folder, placed), placed) if placed else None

    def named(self, expression: str) -> tuple[str, str] | None:
        """The account and the name in an ARN, or "" and the name of a data source, as far as they are the same in all
        environments; None for a reference to a resource and for what is unknown."""
        if match := _DATA.fullmatch(expression):
            data_source = self.folder.block("data", "aws_iam_role", match[1])
            name = aws_name(self.folder, data_source) if data_source else ""
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
        """The label of the role that an expression names in an environment (by default in all); "" if it is not one of
        the folder's."""
        identity = self.identity(expression, values) or ""
        label = identity.removeprefix("aws_iam_role.").partition("[")[0]
        return label if label in self.by_label and identity != label else ""

    def identity(self, expression: str, values: Values | None = None) -> str | None:
        """What all expressions of one role have in common, "" for no role, and None if it is unknown which role it is
        in an environment (by default in all)."""
        expression = self.followed(expression, values)
        if expression in ("", "null"):
            return ""
        if match := _RESOURCE.fullmatch(expression):
            is_key = match[2] and match[2][0] == "[" and not match[2][1:-1].isdigit() and not match[4]
            index = match[2] if is_key else ""
            return f"aws_iam_role.{match[1]}{index}" if "each." not in index else None
        named = self.named(expression)
        if named is None:
            return None
        if named[1] in self.by_name:
            return f"aws_iam_role.{self.by_name[named[1]]}"
        return self._by_name_in(named[1], values)

    def _by_name_in(self, name: str, values: Values | None) -> str | None:
        """The identity of a role whose name is written differently from all names of roles, but may be equal to one."""
        variables = values.variables if values else {}
        wanted = self.folder.expand_text(name, variables)
        if not is_known(wanted):
            return None
        names = {self.folder.expand_text(text, variables): label for text, label in self.by_name.items()}
        if wanted in names:
            return f"aws_iam_role.{names[wanted]}"
        return wanted if all(map(is_known, names)) else None

    def is_no_arn(self, expression: str) -> bool:
        """Whether an expression is a role's name, which is not valid where an ARN is needed."""
        match = _RESOURCE.fullmatch(self.followed(expression))
        return match is not None and match[3] in ("name", "id", "unique_id")

    def followed(self, expression: str, values: Values | None = None) -> str:
        """The expression that a local value, a variable or a condition resolves to, as far as it is known."""
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
                local = self.folder.local(name)
                return self.folder.text(local.path, local.value) if local else expression
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
        condition, yes, no = (data[part.start : part.end].decode() for part in node.children())
        holds = decide(condition, values) if values else None
        same = self.identity(yes, values) == self.identity(no, values) is not None
        return yes if holds or same else no if holds is False else expression


# --- what gives a role its policies


def policy_links(folder: Folder, label: str = "") -> Iterator[tuple[PlacedBlock, str]]:
    """The inline policies and the attachments, each with the label of its role ("" if unknown); with `label` those of
    one role."""
    for type in _LINKS:
        for link in folder.blocks("resource", type, containing=label):
            role = role_resource(folder.attribute_text(link, "role"))
            if not label or role == label:
                yield link, role


def links_of(folder: Folder, label: str) -> list[PlacedBlock]:
    """The inline policies and the attachments of a role."""
    return [link for link, _ in policy_links(folder, label)]
