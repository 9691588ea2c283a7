"""A misspelled attribute of a task."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.attributes import unread
from scaffold.audit.finding import Finding

WHY = "Terraform silently accepts any attribute, so the task gets the default instead: another size, or no role at all."
HOW = "Correct the attribute's name."


def check(facts: Facts) -> Iterator[Finding]:
    for attribute in unread(facts):
        if attribute.meant:
            name = attribute.task.name
            yield Finding(
                subject=name,
                message=(
                    f"nothing reads the attribute {attribute.name} of a task, and {attribute.meant} is not set, so the "
                    "task uses its default"
                ),
                instead=f"Write {attribute.meant}.",
                path=attribute.task.path,
                offset=attribute.entry.start,
                task=name,
            )
