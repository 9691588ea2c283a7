"""A schedule or trigger that passes a task role although its task has none."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.passed_roles import passed_roles
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.iam.roles import Roles

WHY = (
    "Nothing fails, but the program has no permissions in AWS: either the task's role is missing, or the schedule "
    "should not pass one."
)
HOW = "Give the task the role if its program needs permissions in AWS, or remove the argument."


def check(facts: Facts) -> Iterator[Finding]:
    roles, in_environments = Roles.of(facts.template), values_by_environment(facts.checkout).values()
    for role in passed_roles(facts):
        if role.passed and not role.own and all(roles.identity(role.passed, values) for values in in_environments):
            yield Finding(
                subject=role.start.name,
                message=(
                    f"the {role.start.kind} {role.start.name} passes {role.passed} as {role.argument}, but the task "
                    f"{role.task} has no task role, so its program runs without these permissions"
                ),
                instead="Set the role on the task, or do not pass it.",
                path=role.path,
                offset=role.offset,
                task=role.start.task_name,
            )
