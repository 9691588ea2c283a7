"""The finding that the rules about repeated schedules and triggers share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scaffold.audit.facts.declarations.duplicates import repeated_starts
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.pfml.starts import Start


def duplicate_starts(facts: Facts, starts: Sequence[Start], resource: str) -> Iterator[Finding]:
    """resource: what AWS names after the task_name, and allows only once."""
    for earlier, later in repeated_starts(facts, starts):
        place = facts.checkout.place(*earlier.location)
        yield Finding(
            subject=later.name,
            message=(
                f"the {later.kind} at {place} also has the name {later.name}, so AWS rejects the second {resource} at "
                "deploy"
            ),
            instead="Choose another task_name for one of them.",
            path=later.path,
            offset=later.offset_of("task_name"),
            task=later.task_name,
        )
