"""An alarm of a schedule that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.alarms import Alarms, Listed, shown
from scaffold.audit.finding import Finding
from scaffold.audit.rules.alarms._fix import fix
from scaffold.files.layout import TEMPLATE

__all__ = ["check", "fix"]

WHY = "The alarm watches a rule that nothing makes: it stays quiet, and looks as if something were watched."


def check(facts: Facts) -> Iterator[Finding]:
    alarms = facts.once(Alarms)
    if facts.focus or not alarms.watched_rule or not alarms.known:
        return
    rules = {made.rule for made in alarms.made}
    stale = [one for one in alarms.listed if one.rule not in rules and one not in alarms.mistaken]
    for one in _nowhere(facts, [one for one in stale if "${" not in one.name]):
        comment = _commented_out(facts, one.name)
        yield Finding(
            subject=one.name,
            message=f"nothing makes a rule {shown(one.rule)}, so this alarm watches nothing",
            instead=_instead(facts, one, comment),
            path=one.path,
            offset=one.node.start,
            # A schedule that is commented out may come back.
            fixable=one.mends and not comment,
        )


def _nowhere(facts: Facts, stale: list[Listed]) -> list[Listed]:
    """Those whose rule no other folder may make."""
    if not stale:
        return []
    texts = []
    for path in facts.checkout.terraform_files("infra", below=True):
        if not path.startswith((f"{TEMPLATE}/", f"{facts.once(Alarms).folder.path}/")):
            data = facts.checkout.read(path) or b""
            if b"aws_cloudwatch_event_rule" in data or b"ecs_task_scheduler" in data:
                texts.append(data)
    return [one for one in stale if not any(one.name.encode() in data for data in texts)]


def _commented_out(facts: Facts, name: str) -> str:
    """`file:line` of a schedule that is commented out, "" where there is none."""
    pattern = re.compile(rb'^[ \t]*(?:#|//)[ \t#/]*task_name\s*=\s*"%s"' % re.escape(name.encode()), re.MULTILINE)
    for path in facts.template.files:
        if match := pattern.search(facts.checkout.require(path)):
            return facts.checkout.place(path, match.end())
    return ""


def _instead(facts: Facts, one: Listed, comment: str) -> str:
    if comment:
        return f"Take it out, or bring the schedule back that is commented out at {comment}."
    schedules = [start.name for start in facts.schedules if facts.task_name(start) == one.name]
    if schedules:
        return f"It is the name of a task, and the list takes its schedules: {' and '.join(schedules)}."
    return "Take it out of the list."
