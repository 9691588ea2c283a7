"""Positions in Terraform text."""

from __future__ import annotations

from scaffold.hcl.nodes import (
    Attribute,
    Block,
    Call,
    Compound,
    Conditional,
    HclError,
    Item,
    Node,
    Object,
    Reference,
    Template,
    Tuple,
    line_of,
)
from scaffold.hcl.parser import parse, parse_expression, tokens
from scaffold.hcl.templates import split_template

__all__ = [
    "Attribute",
    "Block",
    "Call",
    "Compound",
    "Conditional",
    "HclError",
    "Item",
    "Node",
    "Object",
    "Reference",
    "Template",
    "Tuple",
    "line_of",
    "parse",
    "parse_expression",
    "split_template",
    "tokens",
]
