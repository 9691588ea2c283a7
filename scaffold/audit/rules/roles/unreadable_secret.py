"""A secret that the task's execution role may not read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from scaffold.audit.facts.declarations.unused import extended_elsewhere
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.commands import own_definitions
from scaffold.audit.facts.tasks.containers import own_environments, secrets_in, secrets_of
from scaffold.audit.facts.tasks.entries import known_tasks, tasks_in_focus
from scaffold.audit.finding import Finding
from scaffold.audit.phrases import environments_phrase, listed
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.groups import Given
from scaffold.pfml.iam.rights import RoleRights, may_read
from scaffold.pfml.iam.roles import Roles, role_of, sets_role
from scaffold.terraform.conditions import decide_all

WHY = (
    "ECS reads a task's secrets with its execution role before the container starts, so without the permission the "
    "container never starts."
)
HOW = "Allow the task's execution role to read the parameter, or use an execution role that may."


@dataclass(frozen=True, slots=True)
class _Refused:
    """A role that may not read a secret: in which environments, and the secret of each task that needs it."""

    role: str
    environments: list[str] = field(default_factory=list)
    needed: dict[str, Given] = field(default_factory=dict)


def check(facts: Facts) -> Iterator[Finding]:
    @cache
    def reads(role: str, secret: str, environment: str) -> bool:
        return may_read(
            RoleRights.of(facts.template).grants(role), secret, values_by_environment(facts.checkout)[environment]
        )

    by_secret: dict[tuple[str, str, int], _Refused] = {}
    for name, expression, secrets in _tasks(facts):
        roles = {
            environment: Roles.of(facts.template).label(expression, values)
            for environment, values in values_by_environment(facts.checkout).items()
        }
        for secret in secrets:
            for environment, role in _refusing(facts, roles, secret, reads):
                refused = by_secret.setdefault((role, secret.entry.path, secret.entry.start), _Refused(role))
                refused.needed.setdefault(name, secret)
                if environment not in refused.environments:
                    refused.environments.append(environment)
    for refused in by_secret.values():
        if not extended_elsewhere(facts, refused.role):
            yield _finding(facts, refused)


def _tasks(facts: Facts) -> Iterator[tuple[str, str, list[Given]]]:
    """The tasks: their name, the expression of their execution role, and their secrets."""
    if facts.once(own_environments):
        for task in facts.once(tasks_in_focus):
            if facts.focus and not sets_role(facts.template, task) and task.attribute(facts.template, "env") is None:
                continue  # roles and secrets that all tasks have are not specific to this one
            yield task.name, role_of(facts.template, task, "execution_role"), secrets_of(facts, task)
    if facts.focus:
        return
    for definition in facts.once(own_definitions):
        expression = facts.template.attribute_text(definition, "execution_role_arn")
        yield definition.block.labels[1], expression, secrets_in(facts, definition)


def _refusing(
    facts: Facts, roles: dict[str, str], secret: Given, reads: Callable[[str, str, str], bool]
) -> Iterator[tuple[str, str]]:
    """The environments in which the execution role may not read a secret, each with the role's label."""
    for environment, role in roles.items():
        given = role and decide_all(secret.conditions, values_by_environment(facts.checkout)[environment])
        if given and not reads(role, secret.entry.inner, environment):
            yield environment, role


def _finding(facts: Facts, refused: _Refused) -> Finding:
    tasks, secret = list(refused.needed), next(iter(refused.needed.values()))
    alone = len(tasks) == 1
    path, where = _path(facts, refused, secret), environments_phrase(facts, refused.environments)
    return Finding(
        subject=secret.entry.name,
        message=(
            f"the execution role aws_iam_role.{refused.role} may not read {path}{where}, the secret "
            f"{secret.entry.name} of {listed(tasks)}, so ECS cannot start the task{'' if alone else 's'}"
        ),
        instead="Allow the role to read it, or use an execution role that may.",
        path=secret.path if alone else secret.entry.path,
        offset=secret.offset if alone else secret.entry.start,
        task=tasks[0] if alone and tasks[0] in {task.name for task in facts.once(known_tasks)} else "",
    )


def _path(facts: Facts, refused: _Refused, secret: Given) -> str:
    """The path as it is written, or if that is only a reference, its value in the first environment."""
    if not secret.entry.inner.startswith("${") or not secret.entry.inner.endswith("}"):
        return secret.entry.inner
    values = values_by_environment(facts.checkout)[refused.environments[0]]
    return values.folder.expand_text(secret.entry.inner, values.variables)
