"""An alarm for a schedule that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.commented_out import place_of
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.alarms import Alarms, shown
from scaffold.audit.finding import Finding
from scaffold.audit.rules.alarms._fix import fix
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.alarms import Alarm
from scaffold.pfml.references import infra_files
from scaffold.pfml.schedules import schedules

__all__ = ["check", "fix"]

WHY = "The alarm watches a rule that nothing creates. It never fires, but it looks as if a schedule were watched."
HOW = "Remove the name from alarm_names, or replace it with the task_name of the schedule that it was meant for."


def check(facts: Facts) -> Iterator[Finding]:
    alarms = facts.once(Alarms)
    if facts.whole is None or not alarms.watched_rule or not alarms.known:
        return
    rules = {rule.name for rule in alarms.rules}
    stale = [alarm for alarm in alarms.listed if alarms.rule_of(alarm) not in rules and alarm not in alarms.mistaken]
    for alarm in _nowhere(facts, [alarm for alarm in stale if "${" not in alarm.name]):
        comment = place_of(facts, f'"{alarm.name}"')
        yield Finding(
            subject=alarm.name,
            message=f"nothing creates a rule named {shown(alarms.rule_of(alarm))}, so this alarm never fires",
            instead=_instead(facts, alarm, comment),
            path=alarm.path,
            offset=alarm.node.start,
            # A schedule that is commented out may come back.
            fixable=alarm.is_editable and not comment,
        )


def _nowhere(facts: Facts, stale: list[Alarm]) -> list[Alarm]:
    """The alarms whose rule no other folder can create."""
    if not stale:
        return []
    texts = []
    for path in infra_files(facts.checkout):
        if not path.startswith((f"{TEMPLATE}/", f"{facts.once(Alarms).folder.path}/")):
            data = facts.checkout.read(path) or b""
            if b"aws_cloudwatch_event_rule" in data or b"ecs_task_scheduler" in data:
                texts.append(data)
    return [alarm for alarm in stale if not any(alarm.name.encode() in data for data in texts)]


def _instead(facts: Facts, alarm: Alarm, comment: str) -> str:
    if comment:
        return f"Remove it, or restore the schedule that is commented out at {comment}."
    own = [start.name for start in schedules(facts.checkout) if start.task_name == alarm.name]
    if own:
        return f"This is the name of a task; list its schedules instead: {' and '.join(own)}."
    return "Remove it from the list."
