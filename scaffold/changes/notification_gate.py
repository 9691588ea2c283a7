"""What a trigger does to the condition of its bucket's notification, which it shares with other triggers."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.pfml.notifications import Notification, notifications_in
from scaffold.spec.specs import TriggerSpec
from scaffold.terraform.folder import Folder


def widened(trigger: TriggerSpec, before: Folder, after: Folder) -> Iterator[str]:
    """A sentence for a notification that a plan has made exist in more environments. before, after: the template."""
    known = {notification.label: notification for notification in notifications_in(before)}
    for notification in notifications_in(after):
        old = _gate(known[notification.label]) if notification.label in known else ""
        new = _gate(notification)
        if old and old != new:
            also = f"var.{trigger.toggle}" if trigger.toggle else new
            now = f"also on where {also} is, because of the new trigger"
            if not new:
                now = "unconditional, because the new trigger is on everywhere; the others keep their conditions"
            yield f"Notification {notification.label} was on only where {old} is true; it is now {now}"


def _gate(notification: Notification) -> str:
    return " && ".join(notification.gates)
