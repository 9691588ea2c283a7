"""Two filters of a notification that one object can match."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.notifications import (
    Destination,
    destinations_of,
    in_focus,
    notifications,
    notifications_in,
    trigger_of,
)
from scaffold.audit.finding import Finding
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.environments import environments
from scaffold.pfml.triggers import same_event
from scaffold.terraform.satisfiable import can_hold
from scaffold.terraform.values import Values

WHY = "S3 refuses the whole notification at deploy, so nothing that it would start is started."


def check(facts: Facts) -> Iterator[Finding]:
    found = notifications_in(facts.template) if facts.focus else notifications(facts)
    for notification in found:
        for first, second in combinations(destinations_of(notification), 2):
            if not in_focus(facts, [trigger_of(facts, first), trigger_of(facts, second)]):
                continue
            where = _where(facts, first, second)
            if where is not None:
                yield _finding(facts, first, second, where)


def _where(facts: Facts, first: Destination, second: Destination) -> list[str] | None:
    """The environments where they overlap, none of them for all; None where they do nowhere."""
    if not any(same_event(one, other) for one in first.item.events for other in second.item.events):
        return None
    conditions = [*first.notification.gates, *first.guards, *second.guards]
    if first.notification.folder.path != TEMPLATE or not environments(facts.checkout):
        values = Values(first.notification.folder, {})
        return [] if can_hold(conditions) and _overlap(first, second, values) else None
    where = [
        one.name
        for one in environments(facts.checkout)
        if can_hold(conditions, one.values) and _overlap(first, second, one.values)
    ]
    if not where:
        return None
    return [] if len(where) == len(environments(facts.checkout)) else where


def _overlap(first: Destination, second: Destination, values: Values) -> bool:
    """Whether a key can match both prefixes and both suffixes; false where it cannot be told."""
    prefixes = [values.of_template(one.item.prefix) for one in (first, second)]
    suffixes = [values.of_template(one.item.suffix) for one in (first, second)]
    return _meet(*prefixes) and _meet(*(text[::-1] for text in suffixes))


def _meet(one: str, other: str) -> bool:
    if one == other:
        return True
    return "${" not in one + one[::-1] + other + other[::-1] and (one.startswith(other) or other.startswith(one))


def _finding(facts: Facts, first: Destination, second: Destination, where: list[str]) -> Finding:
    place = facts.checkout.place(first.placed.path, first.placed.block.start)
    start = trigger_of(facts, second)
    return Finding(
        subject=second.module or second.notification.label,
        message=(
            f"an object can match this filter, {_described(second)}, and the one at {place}, {_described(first)}"
            f"{', in ' + ', '.join(where) if where else ''}, so S3 refuses the notification at deploy"
        ),
        instead="Give them prefixes or suffixes of which no key has both.",
        path=second.placed.path,
        offset=second.placed.block.start,
        task=facts.task_name(start) if start else "",
    )


def _described(destination: Destination) -> str:
    item = destination.item
    return f"prefix {item.prefix!r} and suffix {item.suffix!r}"
