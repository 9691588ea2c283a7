"""The values of a toggle in the environments: one in each, so that nobody has to guess what is intended."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold import hcl
from scaffold.changes.parts.requests import Addition
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout, text_of
from scaffold.files.edit import Edit, Place
from scaffold.pfml.all_starts import starts_of
from scaffold.pfml.enabled import where_enabled
from scaffold.pfml.environments import Environment
from scaffold.pfml.references import first_reference
from scaffold.pfml.schedules import find_by_name
from scaffold.pfml.triggers import Trigger, triggers_of
from scaffold.rendering.files import OWN_FOLDER
from scaffold.rendering.render import snippet
from scaffold.spec.part_names import TOGGLE
from scaffold.terraform.conditions import mentions
from scaffold.terraform.folder import Folder
from scaffold.terraform.format import aligned
from scaffold.terraform.insertion import add_to_body

LITERALS = {True: "true", False: "false"}


def set_toggles(addition: Addition, environment: Environment, asked: bool | None) -> list[Edit]:
    """The values of the toggles in an environment. asked: whether they are to be true there, None to leave it open."""
    checkout, call, lines, edits = addition.checkout, environment.call, list[str](), list[Edit]()
    for name in addition.spec.toggles:
        argument = call.block.attributes.get(name)
        if argument is None:
            value = _missing_value(addition, name, environment, asked)
            lines += [line_of(checkout, name, value)] if value else []
            continue
        if asked is not None and environment.values.variables.get(name) != LITERALS[asked]:
            has = Folder.of(checkout, call.path.rpartition("/")[0]).text(call.path, argument.value)
            what = f"{name} is {has} there, but you asked for {LITERALS[asked]}"
            change = _guards(addition, name) and not _used_elsewhere(addition, name)
            raise _contradiction(addition, environment, asked, what, (call.path, argument.start), change)
        edits.append(checkout.unchanged(call.path, argument.start, TOGGLE))
    if lines:
        edits.append(add_to_body(checkout, call.path, call.block, aligned("\n".join(lines)), TOGGLE))
    return edits


def _missing_value(addition: Addition, name: str, environment: Environment, asked: bool | None) -> str:
    """The value of a toggle where it is not set: as asked, and false for a new one.

    For one that guards something else it is the default, and "" if no environment was asked for: then the lines of that
    toggle are not this command's business.
    """
    spec, default = addition.spec, environment.values.variables.get(name, "")
    if default not in LITERALS.values():
        return LITERALS[bool(asked)]
    other = _used_elsewhere(addition, name)
    if other and not (spec.enable_in or spec.disable_in):
        return ""
    if asked is None or LITERALS[asked] == default:
        return default
    if other:
        what = f"{name} also guards something else, and is {default} there by default, but you asked for the opposite"
        raise _contradiction(addition, environment, asked, what, other)
    return LITERALS[asked]


def _used_elsewhere(addition: Addition, name: str) -> Place | None:
    """Where a toggle guards something else than what is asked for."""
    spec = addition.spec
    schedule = spec.schedule.name if spec.schedule else ""
    return addition.checkout.once(_other_use, name, addition.key, schedule, spec.trigger is not None)


def _other_use(checkout: Checkout, name: str, key: str, schedule_name: str, triggered: bool) -> Place | None:
    """Where a toggle guards something else than one schedule of a task, and its triggers."""
    folder = Folder.of(checkout)
    schedule = find_by_name(folder, schedule_name) if schedule_name else None
    own: list[tuple[str, hcl.Node]] = [(schedule.path, schedule.block)] if schedule else []
    for trigger in triggers_of(folder, key) if triggered else ():
        own += guards_of(trigger)
    gone = [checkout.remove(path, node.start, node.end, TOGGLE) for path, node in own]
    return first_reference(checkout, f"var.{name}", gone)


def guards_of(trigger: Trigger) -> Iterator[tuple[str, hcl.Node]]:
    """The destinations that call a trigger, and the conditions of their whole notifications."""
    for destination in trigger.destinations:
        yield destination.path, destination.outer
        if count := destination.notification.block.attributes.get("count"):
            yield destination.path, count


def _contradiction(
    addition: Addition, environment: Environment, asked: bool, what: str, place: Place, change: bool = False
) -> Refusal:
    """change: whether `change` can do it."""
    option = "--enable-in" if asked else "--disable-in"
    instead = f"Omit {option} {environment.name}, or choose another --toggle."
    if change:
        instead = f"To change it, use: pfml-scaffold change {addition.spec.name} {option} {environment.name}"
    return Refusal(what, option=option, value=environment.name, place=addition.checkout.place(*place), instead=instead)


def _guards(addition: Addition, toggle: str) -> bool:
    """Whether a toggle guards a schedule or trigger that the task has already."""
    enabled = [where_enabled(start) for start in starts_of(addition.checkout, addition.key)]
    return any(mentions(condition, f"var.{toggle}") for start in enabled for condition in start.conditions)


def line_of(checkout: Checkout, name: str, value: str) -> str:
    """The line that sets a toggle. Raises Refusal for a team's template that sets it to something else."""
    line = f"  {snippet('enable.tf', checkout, variable=name, value=value).strip()}"
    data = line.encode()
    argument = hcl.parse(data).attributes.get(name)
    if argument is None or text_of(data, argument.value) != value:
        raise Refusal(
            f"with this template {name} would not be {value}, as it should be in some environments",
            place=f"{OWN_FOLDER}/snippets/enable.tf",
            instead="Write {{ variable }} = {{ value }}.",
        )
    return line
