"""A name that stands twice in the list of alarms."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.alarms import Alarms
from scaffold.audit.finding import Finding
from scaffold.audit.rules.alarms._fix import fix

__all__ = ["check", "fix"]

WHY = "One alarm is made of both, and whoever takes one of them out leaves the alarm where it was."


def check(facts: Facts) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for one in facts.once(Alarms).listed:
        if one.name in seen:
            yield Finding(
                subject=one.name,
                message=f"the name {one.name} stands twice in the list of alarms, first at {seen[one.name]}",
                instead="Take one of them out.",
                path=one.path,
                offset=one.node.start,
                fixable=one.mends,
            )
        seen.setdefault(one.name, facts.checkout.place(one.path, one.node.start))
