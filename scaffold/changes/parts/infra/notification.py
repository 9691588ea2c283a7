"""The bucket's notification: the one resource that has all triggers of a bucket, each as a destination."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from scaffold import hcl
from scaffold.changes.parts.hints import option, to_change
from scaffold.changes.parts.infra.dynamic import as_dynamic
from scaffold.changes.parts.infra.held import count_of, hold, release
from scaffold.errors import Refusal
from scaffold.files.edit import Edit, Place
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.buckets import bucket_name, written_name
from scaffold.pfml.filters import decoded, same_filter
from scaffold.pfml.notifications import RESOURCE as NOTIFICATION
from scaffold.pfml.notifications import (
    Destination,
    Notification,
    notification_elsewhere,
    notifications_in,
    notifications_of,
)
from scaffold.pfml.references import first_reference
from scaffold.pfml.triggers import triggers, triggers_of
from scaffold.rendering.literals import hcl_string
from scaffold.rendering.render import snippet
from scaffold.spec.part_names import TRIGGER
from scaffold.spec.s3_filters import filter_text
from scaffold.spec.specs import TriggerSpec
from scaffold.terraform.conditions import count_condition, gate, grouped, mentions, one_line, operands_of, requires
from scaffold.terraform.counts import is_always, is_one, narrowed, operands, parts, widened
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.insertion import add_block, add_to_body, remove_block

FILE = f"{TEMPLATE}/s3_subscriptions.tf"
_APART = "Choose a prefix or suffix that excludes it."


def add_destination(trigger: TriggerSpec, folder: Folder, bucket: str, label: str) -> list[Edit]:
    """The trigger as a destination of its bucket's notification. Raises Refusal if it cannot be one."""
    written = written_name(folder, bucket)
    name = bucket_name(folder, *written) if written else bucket
    place = notification_elsewhere(folder, name)
    if place:
        raise Refusal(
            "the bucket already has a notification there, which a second one would silently replace",
            option="--s3-bucket",
            value=trigger.bucket,
            place=place,
            instead="Add the trigger to that one by hand.",
        )
    existing = notifications_of(folder, name)
    if len(existing) > 1:
        places = " and ".join(folder.checkout.place(*same.location) for same in existing)
        raise Refusal(
            f"the bucket has two notifications, at {places}, but S3 keeps only one",
            option="--s3-bucket",
            value=trigger.bucket,
            instead="Merge them first.",
        )
    if not existing:
        return [_new_notification(trigger, folder, bucket, label)]
    return _merge(trigger, folder, existing[0], label)


def _new_notification(trigger: TriggerSpec, folder: Folder, bucket: str, label: str) -> Edit:
    condition = f"var.{trigger.toggle}" if trigger.toggle else ""
    name = f"{trigger.bucket}_notifications"
    taken = {notification.block.labels[1] for notification in notifications_in(folder)}
    text = snippet(
        "notification.tf",
        folder.checkout,
        resource=f"{name}_{label}" if name in taken else name,
        condition=condition,
        bucket=bucket,
        lambda_function=_lambda_function(trigger, folder, label, ""),
    )
    in_file = [notification.block for notification in notifications_in(folder) if notification.path == FILE]
    return add_block(folder.checkout, FILE, in_file[-1] if in_file else None, text, TRIGGER)


def _lambda_function(trigger: TriggerSpec, folder: Folder, label: str, condition: str) -> str:
    prefix, suffix = _filters(trigger)
    events = [f'"{event}"' for event in trigger.events]
    values = {"label": label, "condition": condition, "events": events, "prefix": prefix, "suffix": suffix}
    return snippet("lambda_function.tf", folder.checkout, **values)


def _merge(trigger: TriggerSpec, folder: Folder, notification: Notification, label: str) -> list[Edit]:
    """The trigger as one more destination of the bucket's notification; the others keep their meaning."""
    checkout = folder.checkout
    if "for_each" in notification.block.attributes:
        raise Refusal(
            "the bucket's notification has a for_each, so a trigger cannot be added without changing the others",
            option="--s3-bucket",
            value=trigger.bucket,
            place=checkout.place(*notification.location),
            instead="Add it there by hand.",
        )
    for destination in notification.destinations:
        own = destination.module == label
        if own and (not trigger.additional or as_asked(trigger, destination)):
            return _complete(trigger, folder, notification, destination)
    for destination in notification.destinations:
        if destination.overlaps(*_filters(trigger), trigger.events):
            raise overlapping(destination, _instead(trigger, destination, label))
    condition = f"var.{trigger.toggle}" if trigger.toggle else ""
    edits = _widen(folder, notification, condition)
    text = _lambda_function(trigger, folder, label, condition)
    return [*edits, add_to_body(checkout, notification.path, notification.block, text, TRIGGER)]


def overlapping(existing: Destination, instead: str = _APART) -> Refusal:
    """The refusal of a filter that can match the same keys as an existing one."""
    return Refusal(
        f"it overlaps with an existing filter (prefix {existing.prefix!r}, suffix {existing.suffix!r}), "
        "and S3 refuses two that can match the same key",
        option="--s3-prefix and --s3-suffix",
        place=existing.folder.checkout.place(existing.path, existing.block.start),
        instead=instead,
    )


def _instead(trigger: TriggerSpec, destination: Destination, label: str) -> str:
    has, wanted = (destination.prefix, destination.suffix), _filters(trigger)
    same_keys = tuple(map(decoded, has)) == tuple(map(decoded, wanted))
    if destination.module == label and same_keys and not _same_filters(trigger, destination):
        return f"It is not URL-encoded: write prefix {wanted[0]!r} and suffix {wanted[1]!r} there."
    return f"{_APART} {_how_to_change(trigger, destination)}" if destination.module == label else _APART


def _filters(trigger: TriggerSpec) -> tuple[str, str]:
    """The prefix and suffix as they are written in a quoted string."""
    return hcl_string(filter_text(trigger.prefix)), hcl_string(filter_text(trigger.suffix))


def as_asked(trigger: TriggerSpec, destination: Destination) -> bool:
    """Whether a destination has the filters and the events of a trigger."""
    return _same_filters(trigger, destination) and destination.events == trigger.events


def _same_filters(trigger: TriggerSpec, destination: Destination) -> bool:
    prefix, suffix = _filters(trigger)
    return same_filter(destination.prefix, prefix) and same_filter(destination.suffix, suffix)


def _complete(trigger: TriggerSpec, folder: Folder, notification: PlacedBlock, destination: Destination) -> list[Edit]:
    """What is missing in the task's own destination. Raises Refusal if it is different."""
    checkout = folder.checkout
    if not as_asked(trigger, destination):
        wanted = _filters(trigger)
        raise Refusal(
            f"the trigger has prefix {destination.prefix!r}, suffix {destination.suffix!r}, events "
            f"{', '.join(destination.events)}, but you asked for prefix {wanted[0]!r}, suffix {wanted[1]!r}, events "
            f"{', '.join(trigger.events)}",
            place=checkout.place(notification.path, destination.block.start),
            instead=_how_to_change(trigger, destination),
        )
    condition = f"var.{trigger.toggle}" if trigger.toggle else ""
    edits = guarded(folder, notification, destination, condition)
    return edits or [checkout.unchanged(notification.path, destination.outer.start, TRIGGER)]


def _how_to_change(trigger: TriggerSpec, destination: Destination) -> str:
    """The command that gives the task's only destination what differs."""
    own = next(known for known in triggers(destination.folder.checkout) if known.label == destination.module)
    several = len(triggers_of(destination.folder, own.task_key)) > 1
    words = option("--s3-bucket", trigger.bucket) if several else ()
    for name, typed, wanted, has in zip(
        ("--s3-prefix", "--s3-suffix"),
        (trigger.prefix, trigger.suffix),
        _filters(trigger),
        (destination.prefix, destination.suffix),
        strict=True,
    ):
        words += () if same_filter(has, wanted) else option(name, typed)
    if destination.events != trigger.events:
        words += tuple(word for event in trigger.events for word in ("--s3-event", event))
    return to_change(own.task_name, *words)


def guarded(folder: Folder, notification: PlacedBlock, destination: Destination, condition: str) -> list[Edit]:
    """An existing destination under a condition; no edits if it is. Raises Refusal if it is under another one."""
    outer_gate, own = gate(folder, notification), destination.guard
    conditions = {text for text in (outer_gate[0] if outer_gate else "", own) if text}
    if not condition or (condition in (own, *conditions) and (own or len(conditions) == 1)):
        return []
    if conditions:
        raise Refusal(
            f"the trigger is guarded by {' and '.join(sorted(conditions))}, but you asked for {condition}",
            option="--toggle",
            value=condition.removeprefix("var."),
            place=folder.checkout.place(notification.path, destination.outer.start),
            instead="Change it there by hand, or use --enable-in and --disable-in to turn it on and off.",
        )
    return [as_dynamic(folder, notification, destination.outer, condition, TRIGGER)]


def _widen(folder: Folder, notification: Notification, condition: str) -> list[Edit]:
    """Make the notification exist wherever the new trigger does, with the old gate on the other destinations."""
    count = notification.block.attributes.get("count")
    if count is None:
        return []
    data, node = folder.checkout.require(notification.path), count.value
    old, present = count_condition(data, node), operands(data, node)
    if "<<" in old:
        raise Refusal(
            "the bucket's notification has a heredoc in its count, so a trigger cannot be added to the condition",
            option="--s3-bucket",
            place=folder.checkout.place(notification.path, node.start),
            instead="Write a quoted string there first.",
        )
    guards = _guards(folder, notification, notification.destinations)
    is_there = grouped(condition or "true") in present
    if is_there and not _is_spare(condition, present, guards, is_always(data, node)):
        return []
    usual = count_of([guard or old for guard in guards])
    if not old and (is_one(data, node) if condition else not usual or parts(node) != (node,)):
        return []
    text = widened(data, node, condition)
    if not condition and folder.text(notification.path, node) == usual:
        text = "1"  # the usual count, which a removal knows from the conditions that remain
    edit = folder.checkout.replace(notification.path, node.start, node.end, text, TRIGGER)
    return [edit, *(hold(folder, notification, old) if old and condition not in present else ())]


def _is_spare(condition: str, present: Sequence[str], guards: Sequence[str], always: bool) -> bool:
    """Whether a removal would take a condition for the new trigger's, though it was in the gate before."""
    narrowable = all(guards) or always
    return len(set(present)) > 1 and narrowable and not any(mentions(guard, condition) for guard in guards)


def _guards(folder: Folder, notification: Notification, destinations: Sequence[Destination]) -> list[str]:
    """The conditions of some destinations and of `eventbridge`; "" for one that is always there."""
    guards = [destination.guard for destination in destinations]
    bridge = folder.attribute_text(notification, "eventbridge")
    if bridge not in ("", "false"):
        guards.append("" if bridge == "true" else one_line(bridge))
    return guards


# --- removal


def remove_destinations(folder: Folder, labels: Collection[str], places: Collection[Place]) -> list[Edit]:
    """Remove the destinations of some triggers, or those at some places, and a notification with its last one."""
    edits: list[Edit] = []
    for notification in notifications_in(folder):
        every = notification.destinations
        removed = [known for known in every if known.module in labels or known.location in places]
        left = [destination for destination in notification.destinations if destination not in removed]
        if removed:
            edits += _withdraw(folder, notification, removed, left)
    return edits


def _withdraw(
    folder: Folder, notification: Notification, removed: list[Destination], left: list[Destination]
) -> list[Edit]:
    checkout = folder.checkout
    blocks = [destination.outer for destination in removed]
    others = [block for block in notification.block.blocks if block not in blocks]
    edits = [remove_block(checkout, notification.path, block, TRIGGER) for block in blocks]
    bridge = folder.attribute_text(notification, "eventbridge")
    if not others and bridge in ("", "false"):
        removal = remove_block(checkout, notification.path, notification.block, TRIGGER)
        if first_reference(checkout, f"{NOTIFICATION}.{notification.block.labels[1]}", [removal]) is None:
            return [removal]
    return edits + _narrow(folder, notification, removed, left)


def _narrow(
    folder: Folder, notification: Notification, removed: list[Destination], left: list[Destination]
) -> list[Edit]:
    """The gate without the conditions that no destination needs any more, unless the others depend on the whole
    gate.
    """
    count, guards = notification.block.attributes.get("count"), _guards(folder, notification, left)
    if count is None:
        return []
    data, node = folder.checkout.require(notification.path), count.value
    if not all(guards) and not is_always(data, node):
        return []
    candidates, present = [destination.guard for destination in removed], operands(data, node)
    if not all(candidates) and not is_always(data, node):
        candidates = present
    unneeded = _unneeded([grouped(name) for name in candidates if name], present, guards)
    text = narrowed(data, node, unneeded, always=not all(guards))
    if folder.text(notification.path, node) == "1" and not all(destination.guard for destination in removed):
        text = count_of(guards) or text
    if text == folder.text(notification.path, node):
        return []
    edit = folder.checkout.replace(notification.path, node.start, node.end, text, TRIGGER)
    new = text.encode()
    condition = count_condition(new, hcl.parse_expression(new, 0, len(new)))
    return [edit, *(release(folder, notification, left, condition) if condition else ())]


def _unneeded(candidates: Sequence[str], present: Sequence[str], guards: Sequence[str]) -> list[str]:
    """The operands of a gate that no destination needs, or that are there twice."""
    others = [name for name in present if name not in candidates]
    parts_of_guards = [part for guard in guards if guard for part in operands_of(guard)]
    open_parts = [part for part in parts_of_guards if not requires(part, others)]
    return [
        name for name in candidates if present.count(name) > 1 or not any(mentions(part, name) for part in open_parts)
    ]
