"""The timings that rules look at: those of the schedules, and of the rules of EventBridge that the template has."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.pfml.event_rules import event_rules
from scaffold.pfml.schedules import schedules
from scaffold.pfml.timing import Timing, timings_of


def timings(facts: Facts) -> tuple[Timing, ...]:
    """Those of the schedules, and without a focus those of the template's own rules."""
    chosen = [schedule for schedule in schedules(facts.checkout) if facts.in_focus(schedule.task_name)]
    of_schedules = [timing for schedule in chosen for timing in schedule.timings]
    return tuple(of_schedules if facts.focus else [*of_schedules, *_of_rules(facts)])


def _of_rules(facts: Facts) -> Iterator[Timing]:
    for rule in event_rules(facts.template):
        yield from timings_of(rule.label, "", facts.template, rule, rule.seasons)
