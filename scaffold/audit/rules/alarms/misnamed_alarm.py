"""An alarm that watches the wrong name of an existing EventBridge rule."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.alarms import Alarms, shown
from scaffold.audit.finding import Finding

WHY = "The alarm never fires, since the rule that it watches does not exist, and the existing rule is not watched."
HOW = "Use the name that the EventBridge rule is created with: for a schedule, its task_name."


def check(facts: Facts) -> Iterator[Finding]:
    alarms = facts.once(Alarms)
    if not alarms.known:
        return
    for alarm, event_rule in alarms.mistaken.items():
        task = event_rule.start.task_name if event_rule.start else ""
        if not facts.in_focus(task):
            continue
        watched = alarms.rule_of(alarm)
        verb = "is meant for" if alarms.mistakes else "watches"
        yield Finding(
            subject=alarm.name,
            message=(
                f"this alarm {verb} the rule {shown(watched)}, but the rule in {event_rule.placed.path} is named "
                f"{shown(event_rule.name)}, so the alarm never fires"
            ),
            instead=(
                f"Use the schedule's name: {event_rule.start.name}."
                if event_rule.start
                else f"Rename the rule to {shown(watched)}, or give it an alarm of its own."
            ),
            path=alarm.path,
            offset=alarm.node.start,
            task=task,
        )
