"""A role without any policy, since the one that is named after it is attached to another."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.unused import extended_elsewhere
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.policy_owners import misattached
from scaffold.audit.finding import Finding

WHY = "The role has no rights at all, so whatever its tasks do in AWS is refused."


def check(facts: Facts) -> Iterator[Finding]:
    for one in misattached(facts):
        if one.lost and not extended_elsewhere(facts, one.says):
            yield Finding(
                subject=one.placed.block.labels[1],
                message=(
                    f"the policy {one.address} is attached to aws_iam_role.{one.role}, and aws_iam_role.{one.says}, "
                    f"which it is named after, has no policy at all, so the tasks of that role have no rights"
                ),
                instead=f"Attach it to aws_iam_role.{one.says}.",
                path=one.placed.path,
                offset=one.role_start,
                task=one.task,
            )
