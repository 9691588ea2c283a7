"""A policy named after a different role than the one it is attached to."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.unused import unused_roles
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.policy_owners import Misattached, misattached
from scaffold.audit.finding import Finding

WHY = (
    "A block that was copied for another task has kept its old role, so the new task has no permissions, or its old "
    "name, which misleads readers."
)
HOW = "Attach the policy to the role that it is named after, or rename it after the role that it is attached to."


def check(facts: Facts) -> Iterator[Finding]:
    for policy in misattached(facts):
        if not policy.lost:
            yield Finding(
                subject=policy.placed.block.labels[1],
                message=(
                    f"the policy {policy.address} is attached to aws_iam_role.{policy.role}, but its "
                    f"{'label and name match' if len(policy.by) > 1 else f'{policy.by[0]} matches'} "
                    f"aws_iam_role.{policy.named_after}"
                ),
                instead=_instead(facts, policy),
                path=policy.placed.path,
                offset=policy.start,
                task=policy.task,
            )


def _instead(facts: Facts, policy: Misattached) -> str:
    if policy.named_after in {role.block.labels[1] for role in facts.once(unused_roles)}:
        return f"Rename it; nothing uses aws_iam_role.{policy.named_after}."
    return f"Attach it to aws_iam_role.{policy.named_after}, or rename it."
