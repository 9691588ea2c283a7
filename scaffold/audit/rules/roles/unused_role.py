"""A role that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.commented_out import or_restore
from scaffold.audit.facts.declarations.unused import unused_roles
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.passed_roles import meant_roles
from scaffold.audit.facts.roles.policy_owners import task_named
from scaffold.audit.finding import Finding
from scaffold.pfml.iam.roles import role_of
from scaffold.terraform.folder import PlacedBlock

WHY = "It grants permissions that nothing needs, or a task does not have the role that was created for it."
HOW = "Use the role for the task that it was created for, or remove it with its policies."


def check(facts: Facts) -> Iterator[Finding]:
    roles = facts.once(unused_roles)
    meant = facts.once(meant_roles) if roles else ()
    for role in roles:
        # A misspelt reference is reported instead.
        if role.block.labels[1] not in meant:
            yield _finding(facts, role)


def _finding(facts: Facts, role: PlacedBlock) -> Finding:
    label = role.block.labels[1]
    task = task_named(facts, label)
    instead = or_restore(facts, "Remove it with its policies.", f"aws_iam_role.{label}")
    if task:
        current = role_of(facts.template, task, "task_role")
        instead = f"The task {task.name} has {current or 'no task role'}: use this role, or remove it."
    return Finding(
        subject=label,
        message=f"nothing uses the role aws_iam_role.{label}, neither by a reference nor by its name",
        instead=instead,
        path=role.path,
        offset=role.block.start,
        task=task.name if task else "",
    )
