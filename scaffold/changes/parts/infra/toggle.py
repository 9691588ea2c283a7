"""The toggle: a variable of the template that guards a schedule or a trigger, and the environments that turn it on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scaffold.changes.parts.infra.uses import rename_address, rename_label, rename_word
from scaffold.errors import Refusal, unknown
from scaffold.files.checkout import Checkout
from scaffold.files.edit import REPLACE, Edit
from scaffold.files.layout import ENVIRONMENTS, TEMPLATE
from scaffold.pfml.environments import environment_names
from scaffold.pfml.references import first_reference
from scaffold.rendering.render import snippet
from scaffold.spec import part_names
from scaffold.spec.naming import Naming
from scaffold.spec.specs import Subject
from scaffold.terraform.alignment import keep_columns
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.format import aligned
from scaffold.terraform.insertion import add_to_body, remove_attributes, remove_block

PART = part_names.TOGGLE
FILE = f"{TEMPLATE}/variables.tf"
_GUARD = re.compile(r"^\s*(?:is_enabled|for_each|count)\s*=(.*)", re.MULTILINE)
_VARIABLE = re.compile(r"\bvar\.([\w-]+)")


def add(spec: Subject, checkout: Checkout) -> list[Edit]:
    edits = []
    for variable, what in spec.toggles.items():
        edits.append(_declare(spec, checkout, variable, what))
    for environment in dict.fromkeys(spec.enable_in):
        edits += _enable(spec, checkout, environment)
    return edits


def remove(checkout: Checkout, gone: Sequence[Edit]) -> list[Edit]:
    """The variables that guarded what has gone and that nothing refers to any more, in all environments."""
    folder, edits, names = Folder.of(checkout), [], []
    for name in dict.fromkeys(_guards(checkout, gone)):
        found = folder.block("variable", name)
        if found is None or not _is_bool(folder, found):
            continue
        used = first_reference(checkout, f"var.{name}", gone)
        if used:
            edits.append(checkout.keep(found.path, found.block.start, PART, "still used", used))
        else:
            edits.append(remove_block(checkout, found.path, found.block, PART))
            names.append(name)
    for environment in environment_names(checkout) if names else ():
        for found in Folder.of(checkout, f"{ENVIRONMENTS}/{environment}").modules("template"):
            edits += remove_attributes(checkout, found.path, found.block, names, PART)
    return edits


def rename(naming: Naming, checkout: Checkout) -> list[Edit]:
    """The toggles that are called as the tool calls them, in all environments, and the task's name in descriptions."""
    folder, edits = Folder.of(checkout), []
    names: dict[str, str] = {}
    for tail in ("", "_schedule", "_trigger") if naming.old_slug != naming.new_slug else ():
        old, new = (f"enable_{slug}{tail}" for slug in (naming.old_slug, naming.new_slug))
        found, taken = folder.block("variable", old), folder.block("variable", new)
        if found is None or not _is_bool(folder, found):
            continue
        if taken:
            place = checkout.place(taken.path, taken.block.start)
            raise naming.taken(f"the toggle {new} is there already", place)
        names[old] = new
        edits += [*rename_label(checkout, found, 0, new, PART), *rename_address(checkout, f"var.{old}", new, PART)]
    for found in folder.blocks("variable", containing=naming.old):
        if description := found.block.attributes.get("description"):
            edits += rename_word(naming, checkout, found.path, description, PART)
    for environment in environment_names(checkout) if names else ():
        for found in Folder.of(checkout, f"{ENVIRONMENTS}/{environment}").modules("template"):
            arguments = [found.block.attributes[old] for old in names if old in found.block.attributes]
            new_names = [
                checkout.rename(found.path, one.start, one.start + len(one.name), names[one.name], PART)
                for one in arguments
            ]
            edits += keep_columns(checkout, found.path, new_names)
    return edits


def _guards(checkout: Checkout, gone: Sequence[Edit]) -> Iterator[str]:
    """The variables in conditions that go."""
    left = [name for edit in gone for name in _VARIABLE.findall(edit.text.decode())]
    for edit in gone:
        text = checkout.require(edit.path)[edit.start : edit.end].decode("utf-8", "replace")
        conditions = [text] if edit.action == REPLACE else _GUARD.findall(text)
        for condition in conditions if edit.changes else ():
            yield from (name for name in _VARIABLE.findall(condition) if name not in left)


def _is_bool(folder: Folder, found: PlacedBlock) -> bool:
    type = folder.attribute_text(found, "type")
    return type == "bool" or (not type and folder.attribute_text(found, "default") in ("true", "false"))


def _declare(spec: Subject, checkout: Checkout, variable: str, what: str) -> Edit:
    found = Folder.of(checkout).block("variable", variable)
    if found is None:
        text = snippet("toggle.tf", checkout, variable=variable, what=what, name=spec.name)
        return checkout.append(FILE, text, PART)
    type = Folder.of(checkout).attribute_text(found, "type")
    default = Folder.of(checkout).attribute_text(found, "default")
    if type not in ("bool", "") or (type == "" and default not in ("true", "false")):
        raise Refusal(
            f"the variable is of type {type or default}, and a toggle is a bool",
            option="--toggle",
            value=variable,
            place=checkout.place(found.path, found.block.start),
            instead="Give another variable.",
        )
    return checkout.unchanged(found.path, found.block.start, PART)


def _enable(spec: Subject, checkout: Checkout, environment: str) -> list[Edit]:
    if environment not in environment_names(checkout):
        raise unknown("environment", environment, environment_names(checkout), option="--enable-in", where=ENVIRONMENTS)
    folder = Folder.of(checkout, f"{ENVIRONMENTS}/{environment}")
    found = next(folder.modules("template"), None)
    if found is None:
        raise Refusal(
            "no module here calls the template", option="--enable-in", value=environment, place=f"{folder.path}/main.tf"
        )
    missing, edits = [], []
    for variable in spec.toggles:
        if variable not in found.block.attributes:
            missing.append(snippet("enable.tf", checkout, variable=variable))
        else:
            edits.append(_is_on(folder, found, variable, environment))
    if missing:
        text = aligned("\n".join(f"  {line.strip()}" for line in missing))
        edits.append(add_to_body(checkout, found.path, found.block, text, PART))
    return edits


def _is_on(folder: Folder, found: PlacedBlock, variable: str, environment: str) -> Edit:
    attribute = found.block.attributes[variable]
    value = folder.text(found.path, attribute.value)
    if value != "true":
        raise Refusal(
            f"{variable} is {value} there, and true was asked for",
            option="--enable-in",
            value=environment,
            place=folder.checkout.place(found.path, attribute.start),
            instead="Change it there first.",
        )
    return folder.checkout.unchanged(found.path, attribute.start, PART)
