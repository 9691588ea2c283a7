"""The bucket's notification: the one resource in which all triggers of a bucket stand, each as a destination."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from scaffold import hcl
from scaffold.changes.parts.infra.dynamic import as_dynamic, as_static
from scaffold.errors import Refusal
from scaffold.files.edit import Edit
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.buckets import bucket_name
from scaffold.pfml.notifications import RESOURCE as NOTIFICATION
from scaffold.pfml.notifications import (
    Destination,
    Notification,
    notification_elsewhere,
    notifications_in,
    notifications_of,
)
from scaffold.pfml.references import first_reference
from scaffold.rendering.literals import hcl_string
from scaffold.rendering.render import snippet
from scaffold.spec.part_names import TRIGGER
from scaffold.spec.specs import TriggerSpec
from scaffold.terraform.conditions import alternatives, beyond, common, either, gate, grouped, one_line, without
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.insertion import add_block, add_to_body, remove_block

FILE = f"{TEMPLATE}/s3_subscriptions.tf"


def add_destination(trigger: TriggerSpec, folder: Folder, bucket: str, label: str) -> list[Edit]:
    """The trigger as a destination of its bucket's notification. Raises Refusal where it cannot be one."""
    name = _bucket_name(folder, bucket)
    place = notification_elsewhere(folder, name)
    if place:
        raise Refusal(
            "the bucket has its notification there already, and a second one would silently replace it",
            option="--s3-bucket",
            value=trigger.bucket,
            place=place,
            instead="Add the trigger to that one by hand.",
        )
    existing = notifications_of(folder, name)
    if len(existing) > 1:
        places = " and ".join(folder.checkout.place(found.path, found.block.start) for found in existing)
        raise Refusal(
            f"the bucket has two notifications, at {places}, of which S3 keeps one",
            option="--s3-bucket",
            value=trigger.bucket,
            instead="Make one of them first.",
        )
    found = next(iter(existing), None)
    if found is None:
        return [_new_notification(trigger, folder, bucket, label)]
    return _merge(trigger, folder, found, label)


def _bucket_name(folder: Folder, bucket: str) -> str:
    data = bucket.startswith("data.")
    found = folder.block("data" if data else "resource", "aws_s3_bucket", bucket.rpartition(".")[2])
    attribute = found.block.attributes.get("bucket") if found else None
    return bucket_name(folder, found.path, attribute.value) if found and attribute else bucket


def _new_notification(trigger: TriggerSpec, folder: Folder, bucket: str, label: str) -> Edit:
    condition = f"var.{trigger.toggle}" if trigger.toggle else ""
    name = f"{trigger.bucket}_notifications"
    taken = {found.block.labels[1] for found in notifications_in(folder)}
    text = snippet(
        "notification.tf",
        folder.checkout,
        resource=f"{name}_{label}" if name in taken else name,
        condition=condition,
        bucket=bucket,
        lambda_function=_lambda_function(trigger, folder, label, ""),
    )
    in_file = [found.block for found in notifications_in(folder) if found.path == FILE]
    return add_block(folder.checkout, FILE, in_file[-1] if in_file else None, text, TRIGGER)


def _lambda_function(trigger: TriggerSpec, folder: Folder, label: str, condition: str) -> str:
    prefix, suffix = hcl_string(trigger.prefix), hcl_string(trigger.suffix)
    events = [f'"{event}"' for event in trigger.events]
    values = {"label": label, "condition": condition, "events": events, "prefix": prefix, "suffix": suffix}
    return snippet("lambda_function.tf", folder.checkout, **values)


def _merge(trigger: TriggerSpec, folder: Folder, found: Notification, label: str) -> list[Edit]:
    """The trigger as one more destination of the bucket's notification; the others keep what they mean."""
    checkout = folder.checkout
    if "for_each" in found.block.attributes:
        raise Refusal(
            "the bucket's notification is made with for_each, so a trigger cannot be added without changing the others",
            option="--s3-bucket",
            value=trigger.bucket,
            place=checkout.place(found.path, found.block.start),
            instead="Add it there by hand.",
        )
    for item in found.destinations:
        own = item.module == label
        if own and (not trigger.additional or _as_asked(trigger, item)):
            return _complete(trigger, folder, found, item)
    for item in found.destinations:
        if item.overlaps(hcl_string(trigger.prefix), hcl_string(trigger.suffix), trigger.events):
            raise Refusal(
                f"the filter overlaps with one that is there (prefix {item.prefix!r}, suffix {item.suffix!r}), and S3 "
                "refuses two that can match one key",
                option="--s3-prefix and --s3-suffix",
                place=checkout.place(found.path, item.block.start),
                instead="Give a prefix or suffix that excludes it.",
            )
    condition = f"var.{trigger.toggle}" if trigger.toggle else ""
    edits = _widen(folder, found, condition)
    text = _lambda_function(trigger, folder, label, condition)
    return [*edits, add_to_body(checkout, found.path, found.block, text, TRIGGER)]


def _as_asked(trigger: TriggerSpec, item: Destination) -> bool:
    wanted = (hcl_string(trigger.prefix), hcl_string(trigger.suffix), trigger.events)
    return (item.prefix, item.suffix, item.events) == wanted


def _complete(trigger: TriggerSpec, folder: Folder, found: PlacedBlock, item: Destination) -> list[Edit]:
    """What the task's own destination lacks of what was asked for. Raises Refusal where it is another."""
    checkout = folder.checkout
    has = (item.prefix, item.suffix, item.events)
    wanted = (hcl_string(trigger.prefix), hcl_string(trigger.suffix), trigger.events)
    if not _as_asked(trigger, item):
        raise Refusal(
            f"the trigger has prefix {has[0]!r}, suffix {has[1]!r}, events {', '.join(has[2])}, and "
            f"prefix {wanted[0]!r}, suffix {wanted[1]!r}, events {', '.join(wanted[2])} was asked for",
            place=checkout.place(found.path, item.block.start),
            instead="Change it there first.",
        )
    condition = f"var.{trigger.toggle}" if trigger.toggle else ""
    outer_gate, own = gate(folder, found), item.guard
    conditions = {text for text in (outer_gate[0] if outer_gate else "", own) if text}
    if not condition or (condition in (own, *conditions) and (own or len(conditions) == 1)):
        return [checkout.unchanged(found.path, item.outer.start, TRIGGER)]
    if conditions:
        raise Refusal(
            f"the trigger is guarded by {' and '.join(sorted(conditions))}, and {condition} was asked for",
            option="--toggle",
            value=trigger.toggle,
            place=checkout.place(found.path, item.outer.start),
            instead="Change it there first.",
        )
    return [as_dynamic(folder, found, item.outer, condition, TRIGGER)]


def _widen(folder: Folder, found: PlacedBlock, condition: str) -> list[Edit]:
    """Make the notification exist wherever the new trigger does, and hold the others to the gate that they had."""
    checkout, narrow = folder.checkout, gate(folder, found)
    if narrow is None:
        return []
    old, node = narrow
    wide = either(old, condition) if condition else ""
    if condition and wide == old:
        return _held(folder, found, old, condition)
    text = f"{wide} ? 1 : 0" if wide else "1"
    return [checkout.replace(found.path, node.start, node.end, text, TRIGGER), *_held(folder, found, old, condition)]


def _held(folder: Folder, found: PlacedBlock, old: str, condition: str) -> list[Edit]:
    """The destinations that were there, each under the condition that it had."""
    if unwrapped_same(old, condition):
        return []
    checkout, edits = folder.checkout, []
    kept = set(alternatives(old) or [old])
    if condition in kept:
        return []
    for block in found.block.blocks:
        if block.type in ("lambda_function", "queue", "topic"):
            edits.append(as_dynamic(folder, found, block, old, TRIGGER))
        elif block.type == "dynamic" and "for_each" in block.attributes:
            value = block.attributes["for_each"].value
            own = _condition(folder, found, value)
            if own in kept or own == old:
                continue
            text = _narrowed(folder, found, value, old, own)
            edits.append(checkout.replace(found.path, value.start, value.end, text, TRIGGER))
    bridge = found.block.attributes.get("eventbridge")
    if bridge is not None and folder.text(found.path, bridge.value) != "false":
        own = folder.text(found.path, bridge.value)
        text = grouped(old) if own == "true" else f"{grouped(old)} && {grouped(own)}"
        edits.append(checkout.replace(found.path, bridge.value.start, bridge.value.end, text, TRIGGER))
    return edits


def _narrowed(folder: Folder, found: PlacedBlock, value: hcl.Node, old: str, own: str | None) -> str:
    """A `for_each` that holds only where the old condition does; its keys and values stay what they were."""
    if isinstance(value, hcl.Conditional) and own is not None:
        return f"{grouped(old)} && {grouped(own)} ? {folder.text(found.path, value.yes)} : []"
    text = folder.text(found.path, value)
    if isinstance(value, hcl.Tuple):
        return f"{grouped(old)} ? {text} : []"
    return f"{{ for key, value in {text} : key => value if {grouped(old)} }}"


def unwrapped_same(old: str, condition: str) -> bool:
    return grouped(old) == condition


def _condition(folder: Folder, found: PlacedBlock, node: hcl.Node) -> str | None:
    if isinstance(node, hcl.Conditional) and folder.text(found.path, node.no) == "[]":
        return one_line(folder.text(found.path, node.condition))
    return None


# --- and back


def remove_destinations(folder: Folder, labels: Collection[str]) -> list[Edit]:
    """The destinations of some triggers, each out of its notification, which goes with the last of them."""
    edits: list[Edit] = []
    for found in notifications_in(folder):
        items = found.destinations
        gone = [item for item in items if any(item.module == label for label in labels)]
        if gone:
            edits += _withdraw(folder, found, gone, [item for item in items if item not in gone])
    return edits


def destinations(folder: Folder, label: str) -> Iterator[tuple[Notification, Destination]]:
    """The destinations that call the trigger module with that label, each with its notification."""
    for notification in notifications_in(folder):
        for destination in notification.destinations:
            if destination.module == label:
                yield notification, destination


def _withdraw(folder: Folder, found: PlacedBlock, gone: list[Destination], left: list[Destination]) -> list[Edit]:
    checkout = folder.checkout
    blocks = [item.outer for item in gone]
    others = [block for block in found.block.blocks if block not in blocks]
    edits = [remove_block(checkout, found.path, block, TRIGGER) for block in blocks]
    bridge = folder.attribute_text(found, "eventbridge")
    if not others and bridge in ("", "false"):
        whole = remove_block(checkout, found.path, found.block, TRIGGER)
        if first_reference(checkout, f"{NOTIFICATION}.{found.block.labels[1]}", [whole]) is None:
            return [whole]
    if len(others) == len(left) and left:
        edits += _narrow(folder, found, gone, left)
    return edits


def _narrow(folder: Folder, found: PlacedBlock, gone: list[Destination], left: list[Destination]) -> list[Edit]:
    """The gate without what no destination needs any more, where the others do not rest on the whole of it."""
    guards = [item.guard for item in left]
    removed = [item.guard for item in gone]
    if "count" not in found.block.attributes or not all(guards):
        return []
    node, outer = found.block.attributes["count"].value, gate(folder, found)
    # The tool makes `1` of a gate when an unguarded trigger comes.
    restored = "" if all(removed) else common(guards)
    new = without(outer[0], removed, guards) if outer else restored
    if not new:
        return []
    edits = [folder.checkout.replace(found.path, node.start, node.end, f"{new} ? 1 : 0", TRIGGER)]
    for item, own in zip(left, guards, strict=True):
        edits += _released(folder, found, item, own, grouped(new))
    return edits + _released_bridge(folder, found, grouped(new))


def _released(folder: Folder, found: PlacedBlock, item: Destination, own: str, whole: str) -> list[Edit]:
    """A destination that need not say any more what the whole notification's gate says."""
    checkout = folder.checkout
    if grouped(own) == whole and (text := as_static(folder, found, item)):
        return [checkout.replace(found.path, item.outer.start, item.outer.end, text, TRIGGER)]
    value = item.outer.attributes["for_each"].value
    if (rest := beyond(own, whole)) and isinstance(value, hcl.Conditional):
        return [checkout.replace(found.path, value.condition.start, value.condition.end, rest, TRIGGER)]
    return []


def _released_bridge(folder: Folder, found: PlacedBlock, whole: str) -> list[Edit]:
    text, attribute = folder.attribute_text(found, "eventbridge"), found.block.attributes.get("eventbridge")
    if attribute is None:
        return []
    rest = "true" if text == whole else beyond(text, whole)
    if not rest:
        return []
    return [folder.checkout.replace(found.path, attribute.value.start, attribute.value.end, rest, TRIGGER)]
