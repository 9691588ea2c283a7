"""Two triggers with the same name."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.duplicates import repeated_starts
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding

WHY = "The Lambda function of a trigger is named after its task_name, so AWS rejects the second one at deploy."


def check(facts: Facts) -> Iterator[Finding]:
    for earlier, later in repeated_starts(facts, facts.triggers):
        place = facts.checkout.place(earlier.placed.path, earlier.placed.block.start)
        attribute = later.placed.block.attributes.get("task_name")
        yield Finding(
            subject=later.name,
            message=(
                f"the trigger at {place} also has the name {later.name}, so AWS rejects the second Lambda function at "
                "deploy"
            ),
            instead="Choose another task_name for one of them.",
            path=later.placed.path,
            offset=attribute.start if attribute else later.placed.block.start,
            task=facts.task_name(later),
        )
