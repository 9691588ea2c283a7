"""A second notification for the same S3 bucket."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.notifications import in_focus, trigger_of
from scaffold.audit.finding import Finding
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.environments import environments
from scaffold.pfml.notifications import Notification, notifications, notifications_in
from scaffold.pfml.triggers import triggers
from scaffold.terraform.satisfiable import can_hold

WHY = (
    "A bucket has only one notification: the second silently replaces the first, whose triggers never start a task "
    "again."
)
HOW = "Put all triggers of the bucket into one aws_s3_bucket_notification."


def check(facts: Facts) -> Iterator[Finding]:
    if not in_focus(facts, triggers(facts.checkout)):
        return
    all_notifications = notifications_in(facts.template) if facts.focus else notifications(facts.checkout)
    for first, second in combinations(all_notifications, 2):
        where = _where(facts, first, second)
        if where is not None:
            yield _finding(facts, first, second, where)


def _where(facts: Facts, first: Notification, second: Notification) -> list[str] | None:
    """The environments in which the bucket has both, an empty list for all; None if it never has both."""
    shared = first.names() & second.names()
    if not shared:
        return None
    both = (first, second)
    gates = [gate for notification in both if notification.folder.path == TEMPLATE for gate in notification.gates]
    others = [gate for notification in both if notification.folder.path != TEMPLATE for gate in notification.gates]
    if not can_hold([*gates, *others]):
        return None
    shared_in = [
        environment
        for environment in environments(facts.checkout)
        if first.name_in(environment.name) == second.name_in(environment.name)
    ]
    where = [environment.name for environment in shared_in if can_hold(gates, environment.values)]
    if shared_in and not where:
        return None
    return [] if len(where) == len(environments(facts.checkout)) else where


def _finding(facts: Facts, first: Notification, second: Notification, where: list[str]) -> Finding:
    place = facts.checkout.place(*first.location)
    return Finding(
        subject=second.bucket,
        message=(
            f"the bucket {second.bucket} has a second notification, {second.label}, in addition to {first.label} "
            f"({place}){' in ' + ', '.join(where) if where else ''}; the one that is deployed last replaces the other, "
            "whose destinations are never called again"
        ),
        instead="Combine them into one notification.",
        path=second.path,
        offset=second.block.start,
        task=_task(facts, second) or _task(facts, first),
    )


def _task(facts: Facts, notification: Notification) -> str:
    """The task that it starts, "" if there is none or more than one."""
    if notification.folder.path != TEMPLATE:
        return ""
    starts = [trigger_of(facts, destination) for destination in notification.destinations]
    names = {start.task_name for start in starts if start}
    return names.pop() if len(names) == 1 else ""
