"""An attribute of a task that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.attributes import unread
from scaffold.audit.finding import Finding

WHY = "Terraform takes any attribute in silence, and what nothing reads does nothing, whatever it seems to set."


def check(facts: Facts) -> Iterator[Finding]:
    for one in unread(facts):
        if not one.meant:
            name = one.task.name
            yield Finding(
                subject=name,
                message=f"nothing reads {one.name} of a task, so it does nothing",
                instead="Take it out.",
                path=one.task.path,
                offset=one.item.start,
                task=name,
            )
