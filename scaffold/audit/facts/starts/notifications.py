"""The notifications that rules look at, and the triggers that they call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scaffold.audit.facts.facts import Facts
from scaffold.pfml.notifications import Destination, notifications_in
from scaffold.pfml.starts import Start
from scaffold.pfml.triggers import Trigger, triggers


def destinations(facts: Facts) -> Iterator[Destination]:
    """The destinations of the template's notifications."""
    for notification in notifications_in(facts.template):
        yield from notification.destinations


def trigger_of(facts: Facts, destination: Destination) -> Trigger | None:
    """The trigger that a destination calls."""
    return next((trigger for trigger in triggers(facts.checkout) if trigger.label == destination.module), None)


def in_focus(facts: Facts, starts: Sequence[Start | None]) -> bool:
    """Whether one of the starts is of a task in focus, or there is no focus."""
    return not facts.focus or any(start is not None and start.task_name in facts.focus for start in starts)
