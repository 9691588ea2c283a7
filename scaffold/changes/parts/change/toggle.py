"""Changes where a schedule or trigger is on: a toggle put around what is there, and its values in the environments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scaffold import hcl
from scaffold.changes.parts.change.literal import not_literal
from scaffold.changes.parts.infra.toggle import declared
from scaffold.changes.parts.infra.toggle_values import LITERALS, guards_of, line_of
from scaffold.changes.parts.requests import Modification
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit, Place
from scaffold.pfml.all_starts import all_starts
from scaffold.pfml.enabled import where_enabled
from scaffold.pfml.environments import Environment, environments
from scaffold.pfml.references import first_reference
from scaffold.pfml.schedules import Schedule
from scaffold.pfml.toggles import asked_states, toggles_in
from scaffold.pfml.triggers import Trigger
from scaffold.spec.part_names import TOGGLE
from scaffold.spec.specs import Subject
from scaffold.terraform.conditions import grouped
from scaffold.terraform.folder import Folder
from scaffold.terraform.format import aligned
from scaffold.terraform.insertion import add_to_body
from scaffold.terraform.steps import Step, in_steps, set_value


def change(modification: Modification) -> list[Edit]:
    spec, checkout = modification.spec, modification.checkout
    asked = asked_states(spec.subject.enable_in, spec.subject.disable_in, checkout)
    new, old = modification.new_toggles, list[str]()
    if asked:
        old += [_toggle_of(start) for start in modification.starts if not _gets_one(modification, start)]
    names = [*new, *old]
    if not names:
        return []
    steps = [_declaration(spec.subject, name, guarded) for name, guarded in new.items()]
    for environment in environments(checkout):
        wanted = {name: _wanted(modification, name, environment, asked) for name in dict.fromkeys(names)}
        steps.append(_values(modification, environment.name, wanted))
    edits = in_steps(checkout, steps, TOGGLE)
    return edits or [checkout.unchanged(*_place(modification, names[0]), TOGGLE)]


def _declaration(subject: Subject, name: str, guarded: str) -> Step:
    def step(checkout: Checkout) -> list[Edit]:
        return [declared(subject, checkout, name, guarded)]

    return step


def _place(modification: Modification, name: str) -> Place:
    variable = modification.folder.block("variable", name)
    return variable.location if variable else modification.starts[0].location


def _gets_one(modification: Modification, start: Schedule | Trigger) -> bool:
    """Whether a schedule or trigger gets a new toggle."""
    wanted = modification.spec.schedule if isinstance(start, Schedule) else modification.spec.trigger
    return wanted is not None and bool(wanted.toggle)


def _toggle_of(start: Schedule | Trigger) -> str:
    """The variable that turns a schedule or trigger on. Raises Refusal if that is not a single one."""
    checkout = start.folder.checkout
    conditions = [condition for condition in where_enabled(start).conditions if condition != "true"]
    names = [toggle.name for toggle in toggles_in(checkout, conditions)]
    if len(names) == len(conditions) == 1 and grouped(conditions[0]) == f"var.{names[0]}":
        return names[0]
    if conditions in ([], ["false"]):
        where = "off" if conditions else "on"
        what, instead = f"has no toggle, and is {where} in all environments", "Add --toggle to put one around it."
    else:
        what, instead = f"depends on {' and '.join(conditions)}", "Change that by hand."
    raise Refusal(
        f"the {start.kind} {start.name!r} {what}",
        option="--enable-in and --disable-in",
        place=checkout.place(*start.location),
        instead=instead,
    )


def _wanted(modification: Modification, name: str, environment: Environment, asked: Mapping[str, bool]) -> bool | None:
    """What a toggle is to be in an environment; None for what it is there. Around something that had none, it is on
    where that was on, unless the environments are named that are on."""
    state = asked.get(environment.name)
    known = environment.values.variables.get(name)
    if state is not None or name not in modification.new_toggles or known in LITERALS.values():
        return state
    return not modification.spec.subject.enable_in and _was_on(modification, name)


def _was_on(modification: Modification, name: str) -> bool:
    spec, schedule = modification.spec.schedule, modification.schedule
    guards_schedule = spec is not None and schedule is not None and spec.toggle == name
    return not (guards_schedule and schedule is not None and schedule.text("is_enabled") == "false")


# --- the values


def _values(modification: Modification, name: str, wanted: Mapping[str, bool | None]) -> Step:
    """The values of toggles in an environment, each on a line of its own."""

    def step(checkout: Checkout) -> list[Edit]:
        environment = next(known for known in environments(checkout) if known.name == name)
        call, edits, lines = environment.call, list[Edit](), list[str]()
        for toggle, state in wanted.items():
            argument, known = call.block.attributes.get(toggle), environment.values.variables.get(toggle)
            text = LITERALS[state] if state is not None else known or "false"
            if known in LITERALS.values() and text != known:
                _refuse_shared(modification, environment, toggle)
            if argument is None and (state is not None or toggle in modification.new_toggles):
                lines.append(line_of(checkout, toggle, text))
            elif argument is not None and state is not None:
                edits += _set(checkout, environment, argument, text)
        if lines:
            edits.append(add_to_body(checkout, call.path, call.block, aligned("\n".join(lines)), TOGGLE))
        return edits

    return step


def _set(checkout: Checkout, environment: Environment, argument: hcl.Attribute, text: str) -> list[Edit]:
    path = environment.call.path
    folder = Folder.of(checkout, path.rpartition("/")[0])
    if folder.text(path, argument.value).strip('"') in LITERALS.values():
        return set_value(checkout, path, argument.value, text, TOGGLE)
    if environment.values.variables.get(argument.name) != text:
        raise not_literal(folder, path, argument.value, argument.name, "--enable-in and --disable-in")
    return []


def _refuse_shared(modification: Modification, environment: Environment, toggle: str) -> None:
    """Raise Refusal if another value of a toggle would change more than what was chosen."""
    checkout = modification.checkout
    own = list(_own(modification))
    gone = [checkout.remove(path, node.start, node.end, TOGGLE) for path, node in own]
    other = first_reference(checkout, f"var.{toggle}", gone)
    if other is None:
        return
    argument = environment.call.block.attributes.get(toggle)
    where = checkout.place(environment.call.path, argument.start if argument else environment.call.block.start)
    raise Refusal(
        f"{toggle} also guards {_guarded(modification, other)}, which would change, too",
        option="--enable-in and --disable-in",
        value=environment.name,
        place=checkout.place(*other),
        instead=f"If that is meant, change it by hand at {where}.",
    )


def _own(modification: Modification) -> Iterator[tuple[str, hcl.Node]]:
    """What a chosen schedule or trigger consists of, with the condition of its whole notification."""
    if modification.schedule:
        yield modification.schedule.path, modification.schedule.block
    if modification.trigger:
        yield modification.trigger.path, modification.trigger.block
        yield from guards_of(modification.trigger)


def _guarded(modification: Modification, place: Place) -> str:
    """What is at a place, by its name if it is a schedule or trigger."""
    for start in all_starts(modification.checkout):
        blocks = [(start.path, start.block)]
        if isinstance(start, Trigger):
            blocks += [(destination.path, destination.notification.block) for destination in start.destinations]
        if any(path == place[0] and block.start <= place[1] < block.end for path, block in blocks):
            return f"the {start.kind} {start.name} of {start.task_name or start.task_key}"
    return "something else"
