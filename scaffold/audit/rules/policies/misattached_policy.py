"""A policy that says another role than the one that it is attached to."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.policy_owners import misattached
from scaffold.audit.finding import Finding

WHY = (
    "A block that was copied for another task has either kept its old role, and the new task lacks the rights, or its "
    "old name, and misleads."
)


def check(facts: Facts) -> Iterator[Finding]:
    for one in misattached(facts):
        if not one.lost:
            yield Finding(
                subject=one.placed.block.labels[1],
                message=(
                    f"the policy {one.address} is attached to aws_iam_role.{one.role}, and its "
                    f"{'label and name say' if len(one.by) > 1 else f'{one.by[0]} says'} aws_iam_role.{one.says}"
                ),
                instead="Attach it to that role, or name it after this one.",
                path=one.placed.path,
                offset=one.start,
                task=one.task,
            )
