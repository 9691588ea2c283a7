"""Two schedules with the same name."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.duplicates import repeated_starts
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.pfml.schedules import schedules

WHY = "The IAM role of a schedule is named after its task_name, so AWS rejects the second one at deploy."


def check(facts: Facts) -> Iterator[Finding]:
    for earlier, later in repeated_starts(facts, schedules(facts.checkout)):
        place = facts.checkout.place(earlier.path, earlier.block.start)
        attribute = later.block.attributes.get("task_name")
        yield Finding(
            subject=later.name,
            message=(
                f"the schedule at {place} also has the name {later.name}, so AWS rejects the second IAM role at deploy"
            ),
            instead="Choose another task_name for one of them.",
            path=later.path,
            offset=attribute.start if attribute else later.block.start,
            task=later.task_name,
        )
