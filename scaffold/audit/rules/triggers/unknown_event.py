"""An S3 event that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.notifications import event_names
from scaffold.audit.finding import Finding
from scaffold.aws.events import EVENTS
from scaffold.aws.names import nearest

WHY = "The names of events are case-sensitive, and AWS rejects any other name at deploy."
HOW = "Use the name of an S3 event as AWS writes it, such as s3:ObjectCreated:*."


def check(facts: Facts) -> Iterator[Finding]:
    for events in event_names(facts):
        for event in events.names:
            if event.name not in EVENTS:
                near = nearest(event.name, EVENTS)
                yield Finding(
                    subject=events.subject,
                    message=f"{event.name!r} is not an S3 event",
                    instead=f"Did you mean {near}?" if near else "Use s3:ObjectCreated:*, for example.",
                    path=event.path,
                    offset=event.offset,
                    task=events.task,
                )
