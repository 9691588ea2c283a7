"""Terraform text parsed into nodes that know their positions."""

from __future__ import annotations

from scaffold.hcl.nodes import (
    Attribute,
    Binary,
    Block,
    Call,
    Conditional,
    For,
    HclError,
    Item,
    Node,
    Object,
    Parentheses,
    Reference,
    Template,
    Traversal,
    Tuple,
    Unary,
    line_of,
    unparenthesized,
)
from scaffold.hcl.parser import parse, parse_expression, tokens
from scaffold.hcl.templates import split_template

__all__ = [
    "Attribute",
    "Binary",
    "Block",
    "Call",
    "Conditional",
    "For",
    "HclError",
    "Item",
    "Node",
    "Object",
    "Parentheses",
    "Reference",
    "Template",
    "Traversal",
    "Tuple",
    "Unary",
    "line_of",
    "parse",
    "parse_expression",
    "split_template",
    "tokens",
    "unparenthesized",
]
