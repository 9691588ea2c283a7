"""What a role may do: its policies, and whether one of them can allow an action on a resource."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from scaffold import hcl
from scaffold.aws.wildcards import matches
from scaffold.hcl import split_template
from scaffold.pfml.iam.policies import Document, Statement, Text, Texts, document_of
from scaffold.pfml.iam.roles import policy_links, role_resource
from scaffold.terraform.conditions import decide_all, gate
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import Values

_NAMED = re.compile(r"aws_iam_role\.([\w-]+)(?:\[[^\]]*\])?\.(?:name|id)\b")
_POLICY = re.compile(r"aws_iam_policy\.([\w-]+)(?:\[[^\]]*\])?\.")
_POLICY_VARIABLE = re.compile(r"[$&]\{[^}]*\}|\$\$\{[^}]*\}")
# AWS policies that allow to pull images and to write logs, and nothing else (AWS Managed Policy Reference Guide).
_ONLY_LOGS = ("AmazonECSTaskExecutionRolePolicy", "AWSLambdaBasicExecutionRole", "CloudWatchLogsFullAccess")


class Grant(NamedTuple):
    """A policy that a role has if all conditions hold. `placed` is the block that gives it."""

    placed: PlacedBlock
    document: Document
    conditions: tuple[str, ...]


class Grants:
    """The policies of a role. is_complete: whether these are all, and all of them could be read."""

    def __init__(self, grants: tuple[Grant, ...], is_complete: bool) -> None:
        self.grants = grants
        self.is_complete = is_complete
        self._naming: dict[str, list[tuple[Grant, Statement]]] = {}

    def allowing(self, action: str) -> list[tuple[Grant, Statement]]:
        """The statements that may allow an action on some resource."""
        if action not in self._naming:
            self._naming[action] = [
                (grant, statement)
                for grant in self.grants
                for statement in grant.document.statements
                if statement.effect != "Deny" and _may_name(statement.actions, statement.not_actions, action)
            ]
        return self._naming[action]


class RoleRights:
    """The policies of all roles of a folder."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self._grants: dict[str, Grants] = {}

    @classmethod
    def of(cls, folder: Folder) -> RoleRights:
        """The one object for a folder."""
        return folder.once(cls)

    def grants(self, label: str) -> Grants:
        """The policies of `aws_iam_role.label`."""
        if label not in self._grants:
            self._grants[label] = self._read(label)
        return self._grants[label]

    @cached_property
    def links(self) -> dict[str, list[PlacedBlock]]:
        """The blocks that give a role its policies, by the role's label; under "" those whose role is unknown."""
        links: dict[str, list[PlacedBlock]] = {}
        for link, label in self._all_links():
            links.setdefault(label, []).append(link)
        return links

    def _all_links(self) -> Iterator[tuple[PlacedBlock, str]]:
        yield from policy_links(self.folder)
        for attachment in self.folder.blocks("resource", "aws_iam_policy_attachment"):
            if roles := attachment.block.attributes.get("roles"):
                for node in roles.value.children():
                    yield attachment, role_resource(self.folder.text(attachment.path, node))
        # A module that is passed a role's name is assumed to give it rights.
        for call in self.folder.blocks("module", containing="aws_iam_role"):
            for match in _NAMED.finditer(self.folder.text(call.path, call.block)):
                yield call, match[1]

    def _read(self, label: str) -> Grants:
        role = self.folder.block("resource", "aws_iam_role", label)
        if role is None or {"managed_policy_arns", "permissions_boundary"} & set(role.block.attributes):
            return Grants((), False)
        inline = any("inline_policy" in (inner.type, *inner.labels) for inner in role.block.blocks)
        grants = [self._grant(link) for link in self.links.get(label, [])]
        readable = tuple(grant for grant in grants if grant is not None)
        all_read = len(readable) == len(grants) and all(grant.document.is_complete for grant in readable)
        return Grants(readable, all_read and not inline and not self.links.get(""))

    def _grant(self, link: PlacedBlock) -> Grant | None:
        """The policy that a block gives; None if it cannot be read."""
        arn = self.folder.attribute_text(link, "policy_arn")
        if arn.strip('"').rpartition("/")[2] in _ONLY_LOGS and ":iam::aws:policy/" in arn:
            return Grant(link, Document(arn, *link.location, (), True), ())
        holder = self._holder(link, arn)
        attribute = holder.block.attributes.get("policy") if holder else None
        if holder is None or attribute is None:
            return None
        document = document_of(self.folder, holder.path, attribute.value, ".".join(holder.block.labels))
        if document is None:
            return None
        holders = [link] if holder is link else [link, holder]
        gates = [gate(self.folder, placed) for placed in holders]
        return Grant(link, document, tuple(counted[0] for counted in gates if counted))

    def _holder(self, link: PlacedBlock, arn: str) -> PlacedBlock | None:
        """The block with the text of a policy: the link itself, or the policy that it attaches."""
        if "policy" in link.block.attributes:
            return link
        match = _POLICY.match(arn) if link.block.type == "resource" else None
        return self.folder.block("resource", "aws_iam_policy", match[1]) if match else None


def may_allow(grants: Grants, action: str, arns: tuple[str, ...], values: Values) -> bool:
    """Whether a role may perform an action on a resource in an environment; also True if that is unknown.

    arns: the ARNs that the resource may have; their regions and accounts are not compared.
    """
    if not grants.is_complete:
        return True
    return any(
        _may_be_on(statement, arns, values)
        for grant, statement in grants.allowing(action)
        if decide_all(grant.conditions, values) is not False
    )


def _may_be_on(statement: Statement, arns: tuple[str, ...], values: Values) -> bool:
    if statement.not_resources is not None or statement.resources is None:
        return True
    if not statement.resources.is_complete:
        return True
    patterns = expanded(statement.resources, values)
    return any(may_match(pattern, arn) for pattern in patterns for arn in arns)


def _may_name(actions: Texts | None, not_actions: Texts | None, action: str) -> bool:
    if actions is None:
        return not_actions is not None
    return not actions.is_complete or any(may_match(text.inner, action, any_case=True) for text in actions.texts)


def expanded(texts: Texts, values: Values) -> Iterator[str]:
    for text in texts.texts:
        yield expand(text, values)


def expand(text: Text, values: Values) -> str:
    """The value of a text in an environment; what is unknown stays `${…}`."""
    return values.folder.expand_text(text.inner, values.variables) if "${" in text.inner else text.inner


def may_match(pattern: str, value: str, any_case: bool = False) -> bool:
    """Whether a pattern of IAM (`*`, `?`) may match a value; an unknown part of the pattern matches anything.

    The regions and accounts of two ARNs are not compared.
    """
    if any_case:
        pattern, value = pattern.lower(), value.lower()
    return matches(_loose(pattern), value)


@lru_cache(maxsize=2048)
def _loose(pattern: str) -> str:
    parts = with_wildcards(pattern).split(":", 5)
    if len(parts) == 6 and parts[0] == "arn":
        parts[3:5] = ["*", "*"]
    return ":".join(parts)


def with_wildcards(inner: str) -> str:
    """A text with `*` for what is unknown: Terraform's interpolations and the variables of IAM."""
    if "{" not in inner:
        return inner
    try:
        text = "".join("*" if expression else literal for literal, expression in split_template(inner))
    except hcl.HclError:
        return "*"
    return _POLICY_VARIABLE.sub("*", text)


# --- secrets


def secret_arns(value: str) -> tuple[str, tuple[str, ...]] | None:
    """The action that ECS needs to read a secret, and the ARNs that the secret may have.

    value: its `valueFrom` in one environment. None if it is unknown or not of a service that ECS reads secrets from.
    AWS, "Pass sensitive data to an Amazon ECS container": the name of a parameter in the task's own region, or an ARN;
    an ARN of Secrets Manager ends in six random characters, which may be left out.
    """
    parts = with_wildcards(value).split(":")
    if len(parts) == 1 and value and "*" not in parts[0]:
        return "ssm:GetParameters", (f"arn:aws:ssm:::parameter/{value.removeprefix('/')}",)
    if parts[0] != "arn" or len(parts) < 6 or "*" in "".join((parts[2], *parts[5:])):
        return None
    if parts[2] == "ssm":
        return "ssm:GetParameters", (f"arn:aws:ssm:::{parts[5]}",)
    if parts[2] == "secretsmanager" and len(parts) > 6:
        arn = f"arn:aws:secretsmanager:::secret:{parts[6]}"
        return "secretsmanager:GetSecretValue", (arn, f"{arn}-abcdef")
    return None


def may_read(grants: Grants, secret: str, values: Values) -> bool:
    """Whether a role may read a secret in an environment; also True if that is unknown. secret: its `valueFrom` as the
    inside of a quoted string."""
    needed = secret_arns(values.folder.expand_text(secret, values.variables))
    return needed is None or may_allow(grants, *needed, values)


def unreadable(
    folder: Folder, resource: str, secrets: Sequence[str], environments: Sequence[str]
) -> list[tuple[str, str]]:
    """The SSM paths as written that a role may not read, each with the first environment in which it may not.

    AWS: ECS reads a task's secrets with the execution role ("Amazon ECS task execution IAM role", secrets).
    """
    grants = RoleRights.of(folder).grants(resource)
    refused = []
    for secret in secrets:
        for environment in environments or ("",):
            values = Values(folder, {"environment_name": environment} if environment else {})
            if not may_read(grants, secret, values):
                refused.append((secret, environment))
                break
    return refused
