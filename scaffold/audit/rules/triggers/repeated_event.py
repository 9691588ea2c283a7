"""An S3 event that is included in another one of the same destination."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.notifications import event_names
from scaffold.audit.finding import Finding
from scaffold.aws.events import including_event

WHY = "It has no effect, and suggests that the other one does not include it."
HOW = "Remove the event that the other one includes."


def check(facts: Facts) -> Iterator[Finding]:
    for events in event_names(facts):
        names = [event.name for event in events.names]
        for index, event in enumerate(events.names):
            wider = [name for name in names if name != event.name]
            if including := including_event(event.name, [*names[:index], *wider]):
                yield Finding(
                    subject=events.subject,
                    message=f"the event {event.name} is {_how(event.name, including)}",
                    instead="Remove it.",
                    path=event.path,
                    offset=event.offset,
                    task=events.task,
                )


def _how(event: str, including: str) -> str:
    return "listed twice" if event == including else f"already included in {including}"
