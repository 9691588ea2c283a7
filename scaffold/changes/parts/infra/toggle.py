"""The toggle: a variable of the template that guards a schedule or a trigger, and the environments that turn it on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scaffold.aws.names import slug
from scaffold.changes.parts.infra.toggle_values import set_toggles
from scaffold.changes.parts.infra.uses import rename_address, rename_label, rename_word
from scaffold.changes.parts.requests import Addition, Removal, Renaming
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import REPLACE, Edit, Place
from scaffold.files.layout import ENVIRONMENTS, TEMPLATE
from scaffold.pfml.environments import environment_names, environments
from scaffold.pfml.references import first_reference
from scaffold.pfml.schedules import schedules_of
from scaffold.pfml.tasks import Task
from scaffold.pfml.toggles import asked_states, is_bool
from scaffold.pfml.triggers import triggers_of
from scaffold.rendering.render import snippet
from scaffold.spec import part_names
from scaffold.spec.specs import Subject
from scaffold.terraform.alignment import keep_columns
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.insertion import remove_attributes, remove_block

PART = part_names.TOGGLE
TEMPLATES: tuple[str, ...] = ("snippets/toggle.tf", "snippets/enable.tf")
RECREATED = ""
FILE = f"{TEMPLATE}/variables.tf"
_GUARD = re.compile(r"^\s*(?:is_enabled|for_each|count)\s*=(.*)", re.MULTILINE)
_VARIABLE = re.compile(r"\bvar\.([\w-]+)")


def add(addition: Addition) -> list[Edit]:
    """The variable of each toggle, and its value in every environment that has the tasks."""
    spec, checkout = addition.spec, addition.checkout
    if not spec.toggles:
        return []
    edits = [declared(spec, checkout, variable, guarded) for variable, guarded in spec.toggles.items()]
    asked = asked_states(spec.enable_in, spec.disable_in, checkout)
    for environment in environments(checkout):
        edits += set_toggles(addition, environment, asked.get(environment.name))
    return edits


def find(task: Task, checkout: Checkout) -> list[Place]:
    folder = Folder.of(checkout)
    names = dict.fromkeys(name for text in _conditions(task, folder) for name in _VARIABLE.findall(text))
    variables = (_boolean(folder, name) for name in names)
    return [variable.location for variable in variables if variable]


def remove(removal: Removal) -> list[Edit]:
    """The variables that guarded what is removed and that nothing refers to any more, in all environments."""
    checkout, folder, edits, names = removal.checkout, removal.folder, list[Edit](), list[str]()
    for name in dict.fromkeys(_guards(checkout, removal.edits)):
        variable = _boolean(folder, name)
        if variable is None:
            continue
        used = first_reference(checkout, f"var.{name}", removal.edits)
        if used:
            edits.append(checkout.keep(*variable.location, PART, "still used", used))
        else:
            edits.append(remove_block(checkout, variable.path, variable.block, PART))
            names.append(name)
    if not names:
        return edits
    for call in _calls(checkout):
        edits += remove_attributes(checkout, call.path, call.block, names, PART)
    return edits


def rename(renaming: Renaming) -> list[Edit]:
    """The toggles with the names that the tool gives them, in all environments, and the task's name in descriptions."""
    naming, checkout, folder = renaming.naming, renaming.checkout, renaming.folder
    names = _new_names(renaming)
    edits = []
    for old, new in names.items():
        variable = folder.block("variable", old)
        edits += rename_label(checkout, variable, 0, new, PART) if variable else []
        edits += rename_address(checkout, f"var.{old}", new, PART)
    for variable in folder.blocks("variable", containing=naming.old):
        if description := variable.block.attributes.get("description"):
            edits += rename_word(naming, checkout, variable.path, description, PART)
    if not names:
        return edits
    for call in _calls(checkout):
        arguments = [call.block.attributes[old] for old in names if old in call.block.attributes]
        new_names = [
            checkout.rename(call.path, argument.start, argument.start + len(argument.name), names[argument.name], PART)
            for argument in arguments
        ]
        edits += keep_columns(checkout, call.path, new_names)
    return edits


def _new_names(renaming: Renaming) -> dict[str, str]:
    """The new names of the toggles. Raises Refusal if one is taken."""
    naming, folder, names = renaming.naming, renaming.folder, dict[str, str]()
    for old, new in _usual_names(renaming):
        taken = folder.block("variable", new)
        if old == new or not _boolean(folder, old):
            continue
        if taken:
            raise naming.taken(f"the toggle {new} already exists", folder.checkout.place(*taken.location))
        names[old] = new
    return names


def _usual_names(renaming: Renaming) -> Iterator[tuple[str, str]]:
    """The names that the tool gives the toggles of a task and of its schedules, before and after."""
    naming = renaming.naming
    for tail in ("", "_schedule", "_trigger"):
        yield f"enable_{naming.old_slug}{tail}", f"enable_{naming.new_slug}{tail}"
    for schedule in schedules_of(renaming.folder, renaming.task.key):
        old = f"enable_{slug(schedule.given_name)}_schedule"
        if schedule.text("is_enabled") == f"var.{old}":
            yield old, f"enable_{slug(naming.in_name(schedule.given_name))}_schedule"


def _calls(checkout: Checkout) -> Iterator[PlacedBlock]:
    """The calls of the template in all environments."""
    for environment in environment_names(checkout):
        yield from Folder.of(checkout, f"{ENVIRONMENTS}/{environment}").modules("template")


def _conditions(task: Task, folder: Folder) -> Iterator[str]:
    """What guards the schedules and triggers of a task."""
    for schedule in schedules_of(folder, task.key):
        yield from _GUARD.findall(folder.text(schedule.path, schedule.block))
    for trigger in triggers_of(folder, task.key):
        for destination in trigger.destinations:
            yield folder.attribute_text(destination.notification, "count")
            yield destination.guard


def _guards(checkout: Checkout, edits: Sequence[Edit]) -> Iterator[str]:
    """The variables in conditions that are removed."""
    left = [name for edit in edits for name in _VARIABLE.findall(edit.text.decode())]
    for edit in edits:
        if not edit.changes:
            continue
        text = checkout.require(edit.path)[edit.start : edit.end].decode("utf-8", "replace")
        conditions = [text] if edit.action == REPLACE else _GUARD.findall(text)
        for condition in conditions:
            yield from (name for name in _VARIABLE.findall(condition) if name not in left)


def _boolean(folder: Folder, name: str) -> PlacedBlock | None:
    """The variable with that name, if it can be a toggle."""
    variable = folder.block("variable", name)
    return variable if variable and is_bool(folder, variable) else None


def declared(spec: Subject, checkout: Checkout, name: str, guarded: str) -> Edit:
    """The variable of a toggle. guarded: what it guards. Raises Refusal for a variable that is no bool."""
    folder = Folder.of(checkout)
    variable = folder.block("variable", name)
    if variable is None:
        return checkout.append(FILE, snippet("toggle.tf", checkout, variable=name, what=guarded, name=spec.name), PART)
    if _boolean(folder, name) is None:
        has = folder.attribute_text(variable, "type") or folder.attribute_text(variable, "default")
        raise Refusal(
            f"the variable is of type {has}, but a toggle must be a bool",
            option="--toggle",
            value=name,
            place=checkout.place(*variable.location),
            instead="Choose another variable.",
        )
    return checkout.unchanged(*variable.location, PART)
