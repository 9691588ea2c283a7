"""A role without policies whose own policy is attached to another role."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.unused import extended_elsewhere
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.policy_owners import misattached
from scaffold.audit.finding import Finding

WHY = "The role has no permissions at all, so AWS denies everything that its tasks do."
HOW = "Attach the policy to the role that it is named after."


def check(facts: Facts) -> Iterator[Finding]:
    for policy in misattached(facts):
        if policy.lost and not extended_elsewhere(facts, policy.named_after):
            yield Finding(
                subject=policy.placed.block.labels[1],
                message=(
                    f"the policy {policy.address} is attached to aws_iam_role.{policy.role}, but aws_iam_role."
                    f"{policy.named_after}, which it is named after, has no policy, so the tasks of that role have no "
                    "permissions"
                ),
                instead=f"Attach it to aws_iam_role.{policy.named_after}.",
                path=policy.placed.path,
                offset=policy.role_start,
                task=policy.task,
            )
