"""Terraform expressions as JSON values, such as the argument of `jsonencode(…)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from scaffold import hcl
from scaffold.hcl.templates import MARK
from scaffold.terraform.folder import Folder
from scaffold.terraform.json.text import DIRECTIVES, characters, parse_template, template_pieces, without_marks
from scaffold.terraform.json.values import PLAIN, Data, JsonError, JsonString, Unknown, Value

Local = Callable[[str], tuple[str, bytes, hcl.Node] | None]


def from_expression(data: bytes, node: hcl.Node, local: Local, left: int = 8) -> Value:
    """The value of an expression. `local` looks up names such as `local.x`; `left` limits the depth."""
    text = data[node.start : node.end].decode("utf-8", "replace")
    if isinstance(node, hcl.Template):
        return Value(_template_word(data, node), node.start)
    if isinstance(node, hcl.Tuple):
        return Value(tuple(from_expression(data, element, local, left) for element in node.items), node.start)
    if isinstance(node, hcl.Object):
        members = ((element.name(data), from_expression(data, element.value, local, left)) for element in node.items)
        return Value(dict(members), node.start)
    if isinstance(node, hcl.Call) and node.name == "concat":
        lists = [from_expression(data, argument, local, left) for argument in node.arguments]
        groups = (
            group_value.elements if isinstance(group_value.data, tuple) else (group_value,) for group_value in lists
        )
        return Value(tuple(element for group in groups for element in group), node.start)
    if text in ("true", "false", "null"):
        return Value({"true": True, "false": False}.get(text), node.start)
    if PLAIN.fullmatch(text):
        return Value(float(text), node.start)
    target = local(text) if left else None
    if target is not None and not isinstance(target[2], hcl.Template):
        # A local value is reported at the place that uses it.
        return _at(from_expression(target[1], target[2], local, left - 1), node.start)
    return Value(Unknown(text), node.start)


def _at(value: Value, offset: int) -> Value:
    if isinstance(value.data, Mapping):
        return Value({key: _at(inner, offset) for key, inner in value.data.items()}, offset)
    if isinstance(value.data, tuple):
        return Value(tuple(_at(inner, offset) for inner in value.data), offset)
    return Value(value.data, offset)


def _template_word(data: bytes, node: hcl.Template) -> Data:
    inner = data[node.inner_start : node.inner_end].decode("utf-8", "replace")
    try:
        pieces = list(template_pieces(inner, node.inner_start, node.heredoc))
    except hcl.HclError:
        return Unknown(inner)
    if any(kind in DIRECTIVES for kind, _, _ in pieces):
        return Unknown(inner)
    text, expressions = "", []
    for kind, piece, _ in pieces:
        if kind == "expression":
            text += MARK
            expressions.append(piece.strip())
        else:
            text += without_marks("".join(character for character, _ in characters(piece, kind == "quoted")))
    return JsonString(text, tuple(expressions))


def json_value(folder: Folder, path: str, node: hcl.Node) -> Value | None:
    """The argument of `jsonencode(…)`; None for any other expression."""
    if isinstance(node, hcl.Call) and node.name == "jsonencode" and len(node.arguments) == 1:
        return expression(folder, path, node.arguments[0])
    return None


def expression(folder: Folder, path: str, node: hcl.Node) -> Value:
    """An expression in a file of a folder as a JSON value."""

    def local(text: str) -> tuple[str, bytes, hcl.Node] | None:
        kind, _, name = text.partition(".")
        placed = folder.local(name) if kind == "local" and re.fullmatch(r"[\w-]+", name) else None
        return (placed[0], folder.checkout.require(placed[0]), placed[1].value) if placed else None

    return from_expression(folder.checkout.require(path), node, local)


def document_of(folder: Folder, path: str, node: hcl.Node) -> Value | JsonError | None:
    """The JSON document that an expression evaluates to; None if it is unknown."""
    if isinstance(node, hcl.Template):
        return parse_template(folder.checkout.require(path), node.inner_start, node.inner_end, node.heredoc)
    return json_value(folder, path, node)
