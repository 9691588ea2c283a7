"""An attribute of a task that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.attributes import unread
from scaffold.audit.finding import Finding

WHY = "Terraform silently accepts any attribute, but one that nothing reads has no effect, whatever it seems to set."
HOW = "Remove the attribute, or read it in the task definition."


def check(facts: Facts) -> Iterator[Finding]:
    for attribute in unread(facts):
        if not attribute.meant:
            name = attribute.task.name
            yield Finding(
                subject=name,
                message=f"nothing reads the attribute {attribute.name} of a task, so it has no effect",
                instead="Remove it.",
                path=attribute.task.path,
                offset=attribute.entry.start,
                task=name,
            )
