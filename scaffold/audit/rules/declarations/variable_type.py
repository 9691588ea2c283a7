"""A value of the wrong type for its variable."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold import hcl
from scaffold.audit.facts.declarations.calls import ModuleCall, module_calls
from scaffold.audit.facts.declarations.variables import variables
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.terraform.conditions import one_line
from scaffold.terraform.folder import PlacedBlock

WHY = 'Terraform converts strings such as "true" or "10", but rejects the plan for any other value of the wrong type.'
HOW = "Pass a value of the type that the variable declares, or change its type."
# The strings that Terraform converts (cty, "Conversion Between Primitive Types").
_TEXTS = {"bool": re.compile(r"true|false|1|0"), "number": re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")}
_PRIMITIVES = frozenset(("string", "number", "bool"))
_LISTS, _MAPS = frozenset(("list", "set", "tuple")), frozenset(("map", "object"))


def check(facts: Facts) -> Iterator[Finding]:
    folders: dict[str, None] = {}
    for call in facts.once(module_calls):
        folders.setdefault(call.folder)
        declared = facts.checkout.once(variables, call.folder) or {}
        for argument in call.arguments():
            variable = declared.get(argument.name)
            if variable:
                yield from _finding(facts, variable, call.placed.path, argument, call)
    if facts.focus:
        return
    for folder in folders:
        for variable in (facts.checkout.once(variables, folder) or {}).values():
            default = variable.block.attributes.get("default")
            if default:
                yield from _finding(facts, variable, variable.path, default, None)


def _finding(
    facts: Facts, variable: PlacedBlock, path: str, argument: hcl.Attribute, call: ModuleCall | None
) -> Iterator[Finding]:
    folder, name = facts.template, variable.block.labels[0]
    type, text = folder.attribute_text(variable, "type").strip('"'), folder.text(path, argument.value)
    if type and not fits(type, argument.value, text):
        place = facts.checkout.place(*variable.location)
        value = _shortened(one_line(text))
        yield Finding(
            subject=name,
            message=(
                f"the variable {name} has the type {one_line(type)} ({place}), but "
                f"{f'{call.subject} sets it to {value}' if call else f'its default is {value}'}, so Terraform rejects "
                "the plan"
            ),
            instead=f"Use a {type.partition('(')[0]}.",
            path=path,
            offset=argument.start,
            task=call.task if call else "",
        )


def _shortened(text: str) -> str:
    return text if len(text) < 60 else f"{text[:57]}..."


def fits(type: str, node: hcl.Node, text: str) -> bool:
    """Whether an expression can have a type; also true if its type is unknown."""
    kind, wanted = _kind(node, text), type.partition("(")[0].strip()
    if kind in ("", "null") or wanted in ("", "any"):
        return True
    if wanted in _PRIMITIVES:
        if kind == "string" and wanted != "string":
            return _TEXTS[wanted].fullmatch(text.strip('"')) is not None
        return kind == wanted or (wanted == "string" and kind in _PRIMITIVES)
    if wanted in _LISTS:
        return kind == "list"
    return kind == "object" if wanted in _MAPS else True


def _kind(node: hcl.Node, text: str) -> str:
    """The type of a literal, "" for any other expression."""
    if isinstance(node, hcl.Tuple):
        return "list"
    if isinstance(node, hcl.Object):
        return "object"
    if isinstance(node, hcl.Template):
        # "${x}" has the type of x, and the value of any other interpolation is unknown.
        return "" if "${" in text or "%{" in text else "string"
    if text in ("true", "false"):
        return "bool"
    if text == "null":
        return "null"
    return "number" if re.fullmatch(r"-?\d+(\.\d+)?", text) else ""
