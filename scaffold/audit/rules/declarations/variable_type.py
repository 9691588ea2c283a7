"""A value that cannot be of its variable's type."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold import hcl
from scaffold.audit.facts.declarations.calls import ModuleCall, module_calls
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.terraform.conditions import one_line
from scaffold.terraform.folder import PlacedBlock

WHY = 'Terraform converts a text such as "true" or "10" where it can; any other is refused at plan.'
# What Terraform converts a text to (cty, "Conversion Between Primitive Types").
_TEXTS = {"bool": re.compile(r"true|false|1|0"), "number": re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")}
_PRIMITIVES = frozenset(("string", "number", "bool"))
_LISTS, _MAPS = frozenset(("list", "set", "tuple")), frozenset(("map", "object"))


def check(facts: Facts) -> Iterator[Finding]:
    defaults: dict[str, None] = {}
    for call in facts.once(module_calls):
        defaults.setdefault(call.folder)
        declared = facts.variables(call.folder) or {}
        for argument in call.arguments():
            found = declared.get(argument.name)
            if found:
                yield from _finding(facts, found, call.placed.path, argument, call)
    for folder in defaults if not facts.focus else ():
        for found in (facts.variables(folder) or {}).values():
            default = found.block.attributes.get("default")
            if default:
                yield from _finding(facts, found, found.path, default, None)


def _finding(
    facts: Facts, found: PlacedBlock, path: str, argument: hcl.Attribute, call: ModuleCall | None
) -> Iterator[Finding]:
    folder, name = facts.template, found.block.labels[0]
    type, text = folder.attribute_text(found, "type").strip('"'), folder.text(path, argument.value)
    if type and not fits(type, argument.value, text):
        place = facts.checkout.place(found.path, found.block.start)
        yield Finding(
            subject=name,
            message=(
                f"the variable {name} is of type {one_line(type)} ({place}), and "
                f"{call.subject if call else 'its default'} gives {_shortened(one_line(text))}, so Terraform refuses "
                "the plan"
            ),
            instead=f"Give a {type.partition('(')[0]}.",
            path=path,
            offset=argument.start,
            task=call.task if call else "",
        )


def _shortened(text: str) -> str:
    return text if len(text) < 60 else f"{text[:57]}..."


def fits(type: str, node: hcl.Node, text: str) -> bool:
    """Whether an expression can be of a type; true for what cannot be told."""
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
    """The type of a literal, "" of another expression."""
    if isinstance(node, hcl.Tuple):
        return "list"
    if isinstance(node, hcl.Object):
        return "object"
    if isinstance(node, hcl.Template):
        # One that is an interpolation alone has that expression's type, and others come to a text that is not known.
        return "" if "${" in text or "%{" in text else "string"
    if text in ("true", "false"):
        return "bool"
    if text == "null":
        return "null"
    return "number" if re.fullmatch(r"-?\d+(\.\d+)?", text) else ""
