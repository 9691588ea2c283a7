"""Changes a trigger: the objects that its bucket's notification takes, what turns it on, and the roles it passes on."""

from __future__ import annotations

from collections.abc import Callable

from scaffold import hcl
from scaffold.changes.parts.change.literal import is_string, not_literal
from scaffold.changes.parts.infra.notification import guarded, overlapping
from scaffold.changes.parts.infra.start import pass_on
from scaffold.changes.parts.requests import Modification
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.pfml.notifications import Destination
from scaffold.pfml.triggers import Trigger, triggers, triggers_of
from scaffold.rendering.literals import hcl_string
from scaffold.spec.change import TriggerChange
from scaffold.spec.part_names import TRIGGER
from scaffold.spec.s3_filters import filter_text
from scaffold.terraform.insertion import remove_attributes
from scaffold.terraform.steps import Step, in_steps, insert_after, set_value

_ORDER = ("lambda_function_arn", "events", "filter_prefix", "filter_suffix")


def change(modification: Modification) -> list[Edit]:
    edits, folder, subject = list[Edit](), modification.folder, modification.spec.subject
    if subject.task_role or subject.execution_role:
        for trigger in triggers_of(folder, modification.task.key):
            edits += pass_on(folder, trigger, modification.addition.roles, TRIGGER)
    wanted, chosen = modification.spec.trigger, modification.trigger
    if wanted is None or chosen is None:
        return edits
    steps = [_step(chosen, change) for change in _changes(wanted)]
    if not steps:
        return edits
    destination = destination_of(chosen)
    changes = in_steps(modification.checkout, steps, TRIGGER)
    return [*edits, *(changes or [modification.checkout.unchanged(*destination.location, TRIGGER)])]


def destination_of(trigger: Trigger) -> Destination:
    """The place of a trigger in its bucket's notification. Raises Refusal if it has none, or several."""
    if len(trigger.destinations) == 1:
        return trigger.destinations[0]
    checkout = trigger.folder.checkout
    places = [checkout.place(destination.path, destination.outer.start) for destination in trigger.destinations]
    what = f"called at {' and '.join(places)}, so it is not clear which one" if places else "called by no notification"
    raise Refusal(
        f"the trigger {trigger.name!r} is {what}",
        place=checkout.place(*trigger.location),
        instead="Change it by hand.",
    )


Change = Callable[[Destination], list[Edit]]


def _changes(wanted: TriggerChange) -> list[Change]:
    changes: list[Change] = []
    if wanted.events:
        changes.append(_with_events(wanted.events))
    if wanted.prefix is not None:
        changes.append(_with_filter("filter_prefix", wanted.prefix, "--s3-prefix"))
    if wanted.suffix is not None:
        changes.append(_with_filter("filter_suffix", wanted.suffix, "--s3-suffix"))
    if changes:
        changes.append(_apart)
    if wanted.toggle:
        changes.append(_with_toggle(wanted.toggle))
    return changes


def _step(chosen: Trigger, change: Change) -> Step:
    def step(checkout: Checkout) -> list[Edit]:
        trigger = next(trigger for trigger in triggers(checkout) if trigger.label == chosen.label)
        return change(destination_of(trigger))

    return step


def _with_filter(name: str, typed: str, option: str) -> Change:
    text = hcl_string(filter_text(typed))

    def change(destination: Destination) -> list[Edit]:
        checkout, attribute = destination.folder.checkout, destination.block.attributes.get(name)
        if attribute is None:
            return _added(destination, name, f'{name} = "{text}"') if text else []
        if not is_string(attribute.value):
            raise not_literal(destination.folder, destination.path, attribute.value, name, option)
        if not text:
            return remove_attributes(checkout, destination.path, destination.block, [name], TRIGGER)
        return set_value(checkout, destination.path, attribute.value, f'"{text}"', TRIGGER)

    return change


def _with_events(events: tuple[str, ...]) -> Change:
    def change(destination: Destination) -> list[Edit]:
        attribute, text = destination.block.attributes.get("events"), ", ".join(f'"{event}"' for event in events)
        if attribute is None:
            return _added(destination, "events", f"events = [{text}]")
        value = attribute.value
        if not isinstance(value, hcl.Tuple) or not all(map(is_string, value.items)):
            raise not_literal(destination.folder, destination.path, value, "the list of events", "--s3-event")
        if destination.events == events:
            return []
        return set_value(destination.folder.checkout, destination.path, value, f"[{text}]", TRIGGER)

    return change


def _added(destination: Destination, name: str, text: str) -> list[Edit]:
    """A new attribute in its place among the others."""
    checkout, attributes = destination.folder.checkout, destination.block.attributes
    earlier = [attributes[known] for known in _ORDER[: _ORDER.index(name)] if known in attributes]
    behind = max(earlier, key=lambda attribute: attribute.start) if earlier else None
    return insert_after(checkout, destination.path, destination.block, behind, [text], TRIGGER)


def _apart(destination: Destination) -> list[Edit]:
    """Raise Refusal if another destination of the notification takes the same objects after the steps so far."""
    for existing in destination.notification.destinations:
        if existing.outer is not destination.outer and existing.overlaps(
            destination.prefix, destination.suffix, destination.events
        ):
            raise overlapping(existing)
    return []


def _with_toggle(toggle: str) -> Change:
    def change(destination: Destination) -> list[Edit]:
        return guarded(destination.folder, destination.notification, destination, f"var.{toggle}")

    return change
