"""An attribute of a task that is nearly one that is read."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.attributes import unread
from scaffold.audit.finding import Finding

WHY = "Terraform takes any attribute in silence, so the task gets the default instead: another size, or no role at all."


def check(facts: Facts) -> Iterator[Finding]:
    for one in unread(facts):
        if one.meant:
            name = one.task.name
            yield Finding(
                subject=name,
                message=f"nothing reads {one.name} of a task, and {one.meant} is not set, so the task has its default",
                instead=f"Write {one.meant}.",
                path=one.task.path,
                offset=one.item.start,
                task=name,
            )
