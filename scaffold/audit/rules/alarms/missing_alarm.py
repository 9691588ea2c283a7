"""A schedule without an alarm."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.alarms import Alarms
from scaffold.audit.finding import Finding
from scaffold.audit.rules.alarms._fix import fix
from scaffold.pfml.alarms import alarm_names

__all__ = ["check", "fix"]

WHY = "If EventBridge cannot start the task, nobody is notified."
HOW = "Add the schedule's task_name to alarm_names."


def check(facts: Facts) -> Iterator[Finding]:
    alarms = facts.once(Alarms)
    if not alarms.watched_rule or not alarms.is_complete or not facts.complete(alarms.folder.path):
        return
    watched = {alarms.rule_of(alarm) for alarm in alarms.listed} | alarms.others
    watched |= {rule.name for rule in alarms.mistaken.values()}
    names: set[str] = set()
    for rule in alarms.rules:
        start = rule.start
        if start is None or rule.name in watched or "${" in start.name or start.name in names:
            continue
        if facts.template.attribute_text(start, "is_enabled") == "false":
            continue
        names.add(start.name)
        yield Finding(
            subject=start.name,
            message=f"the schedule {start.name} has no alarm, so nobody is notified if it cannot start its task",
            instead=f"Add it to alarm_names in {alarms.listed[0].path if alarms.listed else alarms.folder.path}.",
            path=start.path,
            offset=start.block.start,
            task=start.task_name,
            fixable=alarm_names(facts.checkout) is not None,
        )
