"""Destinations of a notification under the condition that the notification had, when it gets a wider one, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scaffold import hcl
from scaffold.changes.parts.infra.dynamic import as_dynamic, as_static
from scaffold.files.edit import Edit
from scaffold.pfml.notifications import Destination
from scaffold.spec.part_names import TRIGGER
from scaffold.terraform.conditions import beyond, grouped, one_line, operands_of, requires, unwrapped
from scaffold.terraform.counts import operands, widened
from scaffold.terraform.folder import Folder, PlacedBlock

# What dynamic blocks that hold a static one iterate over; those that somebody wrote have [1].
HELD = "[true]"
_NAME = re.compile(r"!?[\w.\[\]\"-]+")
_OF_MAP = ("{ for key, value in ", " : key => value if{} }")
_OF_LIST = ("[for value in ", " : value if{}]")


def hold(folder: Folder, notification: PlacedBlock, old: str) -> Iterator[Edit]:
    """The existing destinations, each under the condition that it had."""
    checkout, path = folder.checkout, notification.path
    for block in notification.block.blocks:
        if block.type in ("lambda_function", "queue", "topic"):
            yield as_dynamic(folder, notification, block, old, TRIGGER, HELD)
        elif block.type == "dynamic" and "for_each" in block.attributes:
            value = block.attributes["for_each"].value
            text = _held_values(folder, notification, value, old)
            if text != folder.text(path, value):
                yield checkout.replace(path, value.start, value.end, text, TRIGGER)
    bridge = notification.block.attributes.get("eventbridge")
    if bridge is not None and (own := folder.text(path, bridge.value)) != "false":
        text = grouped(old) if own == "true" else _held_condition(own, old)
        yield checkout.replace(path, bridge.value.start, bridge.value.end, text, TRIGGER)


def count_of(guards: Sequence[str]) -> str:
    """The usual count of a notification whose destinations all have a condition; "" if one of them has none."""
    if not guards or not all(guards):
        return ""
    text = f"{grouped(guards[0])} ? 1 : 0"
    for guard in guards[1:]:
        data = text.encode()
        node = hcl.parse_expression(data, 0, len(data))
        if not requires(guard, operands(data, node)):
            text = widened(data, node, guard)
    return text


def _held_condition(own: str, old: str) -> str:
    """A condition, and the old one in front of it, unless that has alternatives and the condition requires some."""
    kept, text = operands_of(old), one_line(own)
    if len(kept) > 1 and grouped(text) != grouped(old) and requires(text, kept):
        return own
    return f"{grouped(old)} && {own if _NAME.fullmatch(own) else f'({own})'}"


def _held_values(folder: Folder, notification: PlacedBlock, value: hcl.Node, old: str) -> str:
    """A `for_each` that is empty unless the old condition holds; its keys and values stay the same."""
    text = folder.text(notification.path, value)
    if isinstance(value, hcl.Conditional) and folder.text(notification.path, value.no) == "[]":
        own = folder.text(notification.path, value.condition)
        if grouped(one_line(own)) == grouped(old):
            return text
        return _held_condition(own, old) + text[len(own) :]
    for begin, end in (_OF_MAP, _OF_LIST):
        condition = text[text.rfind(" if") + 3 : -len(end.rpartition("{}")[2])]
        if text == f"{begin}{text[len(begin) : text.rfind(' : ')]}{end.replace('{}', condition)}":
            return text if requires(condition, operands_of(old)) else _filtered(text, old, begin, end)
    return _filtered(text, old, *(_OF_LIST if isinstance(value, hcl.Tuple) else _OF_MAP))


def _filtered(values: str, old: str, begin: str, end: str) -> str:
    return begin + values + end.replace("{}", _if(old))


def _if(condition: str) -> str:
    """The condition of a `for`; `terraform fmt` has no space in front of a parenthesis there."""
    text = unwrapped(condition)
    return text if text.startswith("(") else f" {text}"


def release(
    folder: Folder, notification: PlacedBlock, destinations: Sequence[Destination], condition: str
) -> Iterator[Edit]:
    """The destinations without a condition that the whole notification has again."""
    checkout, path = folder.checkout, notification.path
    for destination in destinations:
        outer = destination.outer
        for_each = outer.attributes.get("for_each") if outer is not destination.block else None
        if for_each is None:
            continue
        value = for_each.value
        static = as_static(folder, notification, destination, HELD) if _is_held(destination, condition) else ""
        text = static or _released_values(folder.text(path, value), folder, notification, value, condition)
        span = (outer.start, outer.end) if static else (value.start, value.end)
        if text:
            yield checkout.replace(path, *span, text, TRIGGER)
    bridge = notification.block.attributes.get("eventbridge")
    if bridge is not None:
        own = folder.text(path, bridge.value)
        text = "true" if own == grouped(condition) else _released_condition(own, condition)
        if text:
            yield checkout.replace(path, bridge.value.start, bridge.value.end, text, TRIGGER)


def _is_held(destination: Destination, condition: str) -> bool:
    return grouped(destination.guard or "true") == grouped(condition)


def _released_values(text: str, folder: Folder, notification: PlacedBlock, value: hcl.Node, condition: str) -> str:
    """A `for_each` without the condition that holds it; "" if nothing holds it."""
    if isinstance(value, hcl.Conditional):
        own = folder.text(notification.path, value.condition)
        rest = _released_condition(own, condition)
        return rest + text[len(own) :] if rest else ""
    for begin, end in (_OF_MAP, _OF_LIST):
        end = end.replace("{}", _if(condition))
        if text.startswith(begin) and text.endswith(end):
            return text[len(begin) : -len(end)]
    return ""


def _released_condition(own: str, condition: str) -> str:
    """What a condition requires in addition to another one; "" if it does not require that one first."""
    premise = f"{grouped(condition)} && "
    if not own.startswith(premise) or not beyond(one_line(own), grouped(condition)):
        return ""
    rest = own[len(premise) :]
    data = rest.encode()
    node = hcl.parse_expression(data, 0, len(data))
    return rest[1:-1] if isinstance(node, hcl.Parentheses) else rest
