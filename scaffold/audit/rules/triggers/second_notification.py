"""A second notification of one S3 bucket."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.notifications import (
    Notification,
    destinations_of,
    in_focus,
    notifications,
    notifications_in,
    trigger_of,
)
from scaffold.audit.finding import Finding
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.environments import environments
from scaffold.terraform.satisfiable import can_hold

WHY = (
    "A bucket has one notification: the second replaces the first without a word, and what the first would start "
    "never starts again."
)


def check(facts: Facts) -> Iterator[Finding]:
    if not in_focus(facts, facts.triggers):
        return
    found = notifications_in(facts.template) if facts.focus else notifications(facts)
    for first, second in combinations(found, 2):
        where = _where(facts, first, second)
        if where is not None:
            yield _finding(facts, first, second, where)


def _where(facts: Facts, first: Notification, second: Notification) -> list[str] | None:
    """The environments in which the bucket has both, none of them for all; None where it has them nowhere."""
    shared = first.names() & second.names()
    if not shared:
        return None
    gates = [gate for one in (first, second) if one.folder.path == TEMPLATE for gate in one.gates]
    others = [gate for one in (first, second) if one.folder.path != TEMPLATE for gate in one.gates]
    if not can_hold([*gates, *others]):
        return None
    named = [one for one in environments(facts.checkout) if first.name_in(one.name) == second.name_in(one.name)]
    where = [one.name for one in named if can_hold(gates, one.values)]
    if named and not where:
        return None
    return [] if len(where) == len(environments(facts.checkout)) else where


def _finding(facts: Facts, first: Notification, second: Notification, where: list[str]) -> Finding:
    place = facts.checkout.place(first.placed.path, first.placed.block.start)
    return Finding(
        subject=second.bucket,
        message=(
            f"the bucket {second.bucket} has a second notification here, {second.label}, beside {first.label} ({place})"
            f"{' in ' + ', '.join(where) if where else ''}; the one that is deployed last replaces the other, whose "
            "destinations are never called again"
        ),
        instead="Put all destinations into one notification.",
        path=second.placed.path,
        offset=second.placed.block.start,
        task=_task(facts, second) or _task(facts, first),
    )


def _task(facts: Facts, notification: Notification) -> str:
    """The one task that it starts, "" where there are none or several."""
    if notification.folder.path != TEMPLATE:
        return ""
    starts = [trigger_of(facts, destination) for destination in destinations_of(notification)]
    names = {facts.task_name(start) for start in starts if start}
    return names.pop() if len(names) == 1 else ""
