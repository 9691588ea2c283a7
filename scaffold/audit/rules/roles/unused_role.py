"""A role that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.unused import unmeant, unreferenced
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.policy_owners import task_named
from scaffold.audit.finding import Finding
from scaffold.pfml.iam.rights import RoleRights
from scaffold.pfml.iam.roles import Roles, role_of
from scaffold.terraform.folder import PlacedBlock

WHY = "It gives rights that nobody needs, or a task has another role than the one that was made for it."


def check(facts: Facts) -> Iterator[Finding]:
    if not facts.complete():
        return
    roles = [role.placed for role in Roles.of(facts.template).by_label.values()]
    links = [
        found
        for same in RoleRights.of(facts.template).links.values()
        for found in same
        if found.block.type == "resource"
    ]
    for found in unmeant(facts, unreferenced(facts, "aws_iam_role", roles, links)):
        yield _finding(facts, found)


def _finding(facts: Facts, found: PlacedBlock) -> Finding:
    label = found.block.labels[1]
    task = task_named(facts, label)
    instead = "Take it away with its policies."
    if task:
        has = role_of(facts.template, task, "task_role")
        name = task.name
        instead = f"The task {name} has {has or 'no task role'}: give it this one, or take this one away."
    return Finding(
        subject=label,
        message=f"the role aws_iam_role.{label} is used by nothing, neither by a reference nor by its name",
        instead=instead,
        path=found.path,
        offset=found.block.start,
        task=task.name if task else "",
    )
