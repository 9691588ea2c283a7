"""The toggle: a variable of the template that guards a schedule or a trigger, and the environments that turn it on."""

from __future__ import annotations

from scaffold.checkout import Checkout
from scaffold.edits import Edit
from scaffold.errors import Refusal, unknown
from scaffold.insertion import add_to_body
from scaffold.render import aligned, snippet
from scaffold.spec import Subject
from scaffold.terraform import ENVIRONMENTS, TEMPLATE, Folder, Found, environments

PART = "toggle"
FILE = f"{TEMPLATE}/variables.tf"


def add(spec: Subject, checkout: Checkout) -> list[Edit]:
    edits = []
    for variable, what in spec.toggles.items():
        edits.append(_declare(spec, checkout, variable, what))
    for environment in dict.fromkeys(spec.enable_in):
        edits += _enable(spec, checkout, environment)
    return edits


def _declare(spec: Subject, checkout: Checkout, variable: str, what: str) -> Edit:
    found = Folder(checkout).block("variable", variable)
    if found is None:
        return checkout.append(FILE, snippet("toggle.tf", variable=variable, what=what, name=spec.name), PART)
    type = Folder(checkout).attribute_text(found, "type")
    default = Folder(checkout).attribute_text(found, "default")
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
    if environment not in environments(checkout):
        raise unknown("environment", environment, environments(checkout), option="--enable-in", where=ENVIRONMENTS)
    folder = Folder(checkout, f"{ENVIRONMENTS}/{environment}")
    found = next(folder.modules("template"), None)
    if found is None:
        raise Refusal(
            "no module here calls the template", option="--enable-in", value=environment, place=f"{folder.path}/main.tf"
        )
    missing, edits = [], []
    for variable in spec.toggles:
        if variable not in found.block.attributes:
            missing.append(snippet("enable.tf", variable=variable))
        else:
            edits.append(_is_on(folder, found, variable, environment))
    if missing:
        text = aligned("\n".join(f"  {line.strip()}" for line in missing))
        edits.append(add_to_body(checkout, found.path, found.block, text, PART))
    return edits


def _is_on(folder: Folder, found: Found, variable: str, environment: str) -> Edit:
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
