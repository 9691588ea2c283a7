"""Two filters of a notification that the same object can match."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.notifications import in_focus, trigger_of
from scaffold.audit.finding import Finding
from scaffold.aws.events import same_event
from scaffold.aws.filters import decoded
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.environments import environments
from scaffold.pfml.notifications import Destination, notifications, notifications_in
from scaffold.terraform.satisfiable import can_hold
from scaffold.terraform.values import Values, is_known, literal

WHY = "S3 rejects the whole notification at deploy, so none of its triggers work."
HOW = "Use prefixes and suffixes of which an object can match only one."


def check(facts: Facts) -> Iterator[Finding]:
    audited = notifications_in(facts.template) if facts.focus else notifications(facts.checkout)
    for notification in audited:
        for first, second in combinations(notification.destinations, 2):
            if not in_focus(facts, [trigger_of(facts, first), trigger_of(facts, second)]):
                continue
            where = _where(facts, first, second)
            if where is not None:
                yield _finding(facts, first, second, where)


def _where(facts: Facts, first: Destination, second: Destination) -> list[str] | None:
    """The environments in which they overlap, an empty list for all; None if they never do."""
    if not any(same_event(event, second_event) for event in first.events for second_event in second.events):
        return None
    conditions = [*first.notification.gates, *first.guards, *second.guards]
    if first.notification.folder.path != TEMPLATE or not environments(facts.checkout):
        values = Values(first.notification.folder, {})
        return [] if can_hold(conditions) and _overlap(first, second, values) else None
    where = [
        environment.name
        for environment in environments(facts.checkout)
        if can_hold(conditions, environment.values) and _overlap(first, second, environment.values)
    ]
    if not where:
        return None
    return [] if len(where) == len(environments(facts.checkout)) else where


def _overlap(first: Destination, second: Destination, values: Values) -> bool:
    """Whether a key can match both prefixes and both suffixes; False if that is unknown."""
    first_prefix, second_prefix, first_suffix, second_suffix = (
        destination.value(name, values)
        for name in ("filter_prefix", "filter_suffix")
        for destination in (first, second)
    )
    return _meet(first_prefix, second_prefix) and _meet(first_suffix, second_suffix, end=True)


def _meet(first: str, second: str, end: bool = False) -> bool:
    """Whether one begins (or ends) with the other, which S3 compares decoded; False if a value is unknown, unless both
    are the same."""
    if first == second:
        return True
    if not (is_known(first) and is_known(second)):
        return False
    first, second = decoded(literal(first)), decoded(literal(second))
    if end:
        return first.endswith(second) or second.endswith(first)
    return first.startswith(second) or second.startswith(first)


def _finding(facts: Facts, first: Destination, second: Destination, where: list[str]) -> Finding:
    place = facts.checkout.place(first.path, first.outer.start)
    start = trigger_of(facts, second)
    return Finding(
        subject=second.module or second.notification.label,
        message=(
            f"an object can match both this filter, {_described(second)}, and the one at {place}, {_described(first)}"
            f"{', in ' + ', '.join(where) if where else ''}, so S3 rejects the notification at deploy"
        ),
        instead="Use prefixes or suffixes that do not overlap.",
        path=second.path,
        offset=second.outer.start,
        task=start.task_name if start else "",
    )


def _described(destination: Destination) -> str:
    return f"prefix {destination.prefix!r} and suffix {destination.suffix!r}"
