"""A name that is in the list of alarms twice."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.alarms import Alarms
from scaffold.audit.finding import Finding
from scaffold.audit.rules.alarms._fix import fix

__all__ = ["check", "fix"]

WHY = "Both create the same alarm, so removing one of them does not remove the alarm."
HOW = "Remove all but one of the entries."


def check(facts: Facts) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for alarm in facts.once(Alarms).listed:
        if alarm.name in seen:
            yield Finding(
                subject=alarm.name,
                message=f"the name {alarm.name} is in the list of alarms twice, first at {seen[alarm.name]}",
                instead="Remove one of them.",
                path=alarm.path,
                offset=alarm.node.start,
                fixable=alarm.is_editable,
            )
        seen.setdefault(alarm.name, facts.checkout.place(alarm.path, alarm.node.start))
