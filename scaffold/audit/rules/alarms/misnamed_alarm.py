"""An alarm that is meant for a rule of another name."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.alarms import Alarms, shown
from scaffold.audit.finding import Finding

WHY = "The alarm never fires, since the rule that it watches does not exist, and the one that exists is not watched."


def check(facts: Facts) -> Iterator[Finding]:
    alarms = facts.once(Alarms)
    if not alarms.known:
        return
    for one, made in alarms.mistaken.items():
        task = facts.task_name(made.start) if made.start else ""
        if facts.focus and task not in facts.focus:
            continue
        yield Finding(
            subject=one.name,
            message=(
                f"this alarm watches the rule {shown(one.rule)}, and the one that exists is {shown(made.rule)} "
                f"in {made.placed.path}: the alarm never fires"
            ),
            instead=(
                f"Name the schedule here as it is named there: {made.start.name}."
                if made.start
                else f"Name the rule {shown(one.rule)}, or give it an alarm of its own."
            ),
            path=one.path,
            offset=one.node.start,
            task=task,
        )
