"""Whether a role may pass a task's role (iam:PassRole), which AWS requires of whoever starts the task."""

from __future__ import annotations

import re
from typing import NamedTuple

from scaffold.pfml.iam.policies import Statement, Text, Texts
from scaffold.pfml.iam.rights import RoleRights, expand, may_match
from scaffold.pfml.iam.roles import Roles
from scaffold.terraform.conditions import decide_all
from scaffold.terraform.folder import Folder
from scaffold.terraform.values import Values, is_known

PASS_ROLE = "iam:PassRole"
_ECS_TASKS = "ecs-tasks.amazonaws.com"
_EXPRESSION = re.compile(r"\$\{([^{}]*)\}")


class PassedRole(NamedTuple):
    """A role in an environment. identity: what all expressions of it have in common. arn: "" if it is unknown."""

    identity: str
    arn: str


def passed_role(folder: Folder, expression: str, values: Values, new_name: str = "") -> PassedRole | None:
    """The role that an expression names; None if it names none, or if it is unknown which. new_name: the name of a role
    that does not exist yet, as the inside of a quoted string."""
    identity = Roles.of(folder).identity(expression, values)
    if not identity:
        return None
    role = Roles.of(folder).by_label.get(identity.removeprefix("aws_iam_role.").partition("[")[0])
    name, path = identity, "/"
    if identity.startswith("aws_iam_role."):
        attributes = role.placed.block.attributes if role else {}
        named = attributes.get("name")
        name = values.of(role.placed.path, named.value) if role and named else values.of_text(f'"{new_name}"')
        path = values.of(role.placed.path, attributes["path"].value) if role and "path" in attributes else "/"
    return PassedRole(identity, f"arn:aws:iam:::role{path}{name}" if name and is_known(path + name) else "")


def may_pass(folder: Folder, starter: str, passed: PassedRole, values: Values) -> bool:
    """Whether a role, by its label, may pass another one in an environment; also True if that is unknown."""
    grants = RoleRights.of(folder).grants(starter)
    statements = [
        (statement, decided)
        for grant in grants.grants
        if (decided := decide_all(grant.conditions, values)) is not False
        for statement in grant.document.statements
    ]
    if any(decided and _denies(statement, passed, values) for statement, decided in statements):
        return False
    return not grants.is_complete or any(_allows(statement, passed, values) for statement, _ in statements)


def _allows(statement: Statement, passed: PassedRole, values: Values) -> bool:
    if statement.effect == "Deny" or not _concerns_passing(statement) or _is_for_another_service(statement):
        return False
    if statement.not_resources is not None:
        return not any(_is_named(text, passed, values, False) for text in statement.not_resources.texts)
    resources = statement.resources
    if resources is None or not resources.is_complete:
        return True
    return any(_is_named(text, passed, values, True) for text in resources.texts)


def _denies(statement: Statement, passed: PassedRole, values: Values) -> bool:
    """Whether a statement certainly forbids it."""
    if statement.effect != "Deny" or statement.conditions or statement.resources is None or statement.actions is None:
        return False
    named = any(_is_named(text, passed, values, False) for text in statement.resources.texts)
    return named and _names_action(statement.actions)


def _concerns_passing(statement: Statement) -> bool:
    if statement.actions is None:
        return statement.not_actions is not None and not _names_action(statement.not_actions)
    return not statement.actions.is_complete or _names_action(statement.actions)


def _names_action(actions: Texts) -> bool:
    return any(may_match(text.inner, PASS_ROLE, any_case=True) for text in actions.texts)


def _is_for_another_service(statement: Statement) -> bool:
    """Whether a condition on iam:PassedToService excludes ECS."""
    for condition in statement.conditions:
        if condition.variable.inner.lower() == "iam:passedtoservice" and condition.values.is_complete:
            names = [text.inner for text in condition.values.texts]
            test = condition.test.inner.lower().rpartition(":")[2].removesuffix("ifexists")
            if test in ("stringequals", "stringlike") and not any(may_match(name, _ECS_TASKS) for name in names):
                return True
    return False


def _is_named(text: Text, passed: PassedRole, values: Values, unknown: bool) -> bool:
    """Whether a resource of a policy is the role, or `unknown` if that is not known."""
    match = _EXPRESSION.fullmatch(text.inner)
    identity = Roles.of(values.folder).identity(match[1], values) if match else None
    if identity is not None:
        return identity.partition("[")[0] == passed.identity.partition("[")[0]
    pattern = expand(text, values)
    if pattern == "*":
        return True
    if match and not is_known(pattern):
        return unknown
    if not passed.arn or (not unknown and not is_known(pattern)):
        return unknown
    return may_match(pattern, passed.arn)
