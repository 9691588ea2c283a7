"""A schedule or a trigger that passes a task role, though its task has none."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.passed_roles import passed_roles
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.iam.roles import Roles

WHY = (
    "Nothing fails, but the program has no rights in AWS, so either the task lacks its role or the schedule passes one "
    "too many."
)


def check(facts: Facts) -> Iterator[Finding]:
    for one in passed_roles(facts):
        if (
            one.passed
            and not one.own
            and all(
                Roles.of(facts.template).identity(one.passed, values)
                for values in values_by_environment(facts.checkout).values()
            )
        ):
            yield Finding(
                subject=one.start.name,
                message=(
                    f"the {one.start.kind} {one.start.name} passes {one.passed} as {one.argument}, and the task "
                    f"{one.task} has no task role, so its program runs without these rights"
                ),
                instead="Give the task the role, or do not pass it on.",
                path=one.path,
                offset=one.offset,
                task=facts.task_name(one.start),
            )
