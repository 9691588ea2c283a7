"""The notifications that rules look at, and the triggers that they call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scaffold.audit.facts.facts import Facts
from scaffold.pfml.notifications import Destination, notifications, notifications_in
from scaffold.pfml.starts import Start
from scaffold.pfml.triggers import Trigger, triggers
from scaffold.terraform.values import Values, is_known


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


class EventName(NamedTuple):
    """The name of an S3 event, and where it is written."""

    name: str
    path: str
    offset: int


class EventNames(NamedTuple):
    """The events of one destination, as far as their names are known. subject, task: those of a finding about them."""

    subject: str
    task: str
    names: tuple[EventName, ...]


def event_names(facts: Facts) -> Iterator[EventNames]:
    """The events of the destinations in focus."""
    for notification in notifications_in(facts.template) if facts.focus else notifications(facts.checkout):
        for destination in notification.destinations:
            start = trigger_of(facts, destination)
            if in_focus(facts, [start]):
                names = tuple(_event_names(destination))
                yield EventNames(destination.module or notification.label, start.task_name if start else "", names)


def _event_names(destination: Destination) -> Iterator[EventName]:
    values = Values(destination.folder, {})
    for path, node in destination.event_nodes:
        name = values.of(path, node)
        if is_known(name):
            yield EventName(name, path, node.start)
