"""A role that starts a task, but may not pass the task's roles."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.unused import extended_elsewhere
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.passed_roles import missing_name
from scaffold.audit.facts.roles.starters import starters_in_focus
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.audit.finding import Finding
from scaffold.audit.phrases import environments_phrase
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.iam.passing import may_pass, passed_role
from scaffold.pfml.iam.roles import ATTRIBUTES, role_of
from scaffold.pfml.iam.starters import Starter
from scaffold.terraform.conditions import decide_all

WHY = "AWS requires iam:PassRole for both roles of a task from whoever starts it, and denies the start otherwise."
HOW = (
    "Add the ARNs of both of the task's roles to the resources of iam:PassRole in the policy of the role that starts "
    "it."
)


def check(facts: Facts) -> Iterator[Finding]:
    if not facts.complete():
        return
    tasks = {task.key: task for task in facts.once(tasks_in_focus)}
    for starter in facts.once(starters_in_focus):
        if not extended_elsewhere(facts, starter.role):
            for attribute in ATTRIBUTES:
                own = role_of(facts.template, tasks[starter.task.key], attribute)
                where = _denied_in(facts, starter, own)
                if where and not missing_name(facts, own):
                    yield _finding(facts, starter, attribute, own, where)


def _denied_in(facts: Facts, starter: Starter, own: str) -> list[str]:
    """The environments in which the starter exists and certainly may not pass a role."""
    denied = []
    for environment, values in values_by_environment(facts.checkout).items():
        passed = passed_role(facts.template, own, values)
        exists = decide_all(starter.conditions(facts.template), values) is not False
        if passed and exists and not may_pass(facts.template, starter.role, passed, values):
            denied.append(environment)
    return denied


def _finding(facts: Facts, starter: Starter, attribute: str, own: str, where: list[str]) -> Finding:
    role = f"its role aws_iam_role.{starter.role}" if starter.kind != "role" else "it"
    return Finding(
        subject=starter.name,
        message=(
            f"the {starter.kind} {starter.name} starts the task {starter.task.name}, but {role} may not pass the "
            f"{attribute.replace('_', ' ')} {own}{environments_phrase(facts, where)}, so AWS denies each start"
        ),
        instead=f"Add {own} to the resources of iam:PassRole in the policy of aws_iam_role.{starter.role}.",
        path=starter.placed.path,
        offset=starter.placed.block.start,
        task=starter.task.name,
    )
