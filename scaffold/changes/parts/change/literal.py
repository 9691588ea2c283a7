"""Which values are changed, and the refusal of others: an expression is shared, or says more than one value."""

from __future__ import annotations

import re

from scaffold import hcl
from scaffold.errors import Refusal
from scaffold.files.layout import ENVIRONMENTS
from scaffold.terraform.conditions import one_line
from scaffold.terraform.folder import Folder

_NAME = re.compile(r"(local|var)\.([\w-]+)")
_NUMBER = re.compile(r"\d+")


def is_string(node: hcl.Node) -> bool:
    return isinstance(node, hcl.Template) and not node.heredoc


def is_number(folder: Folder, path: str, node: hcl.Node) -> bool:
    text = folder.text(path, node)
    return _NUMBER.fullmatch(text.strip('"')) is not None


def not_literal(folder: Folder, path: str, node: hcl.Node, what: str, option: str) -> Refusal:
    """The refusal to replace an expression. what: what has that value."""
    text = one_line(folder.text(path, node))
    place = folder.checkout.place(path, node.start)
    return Refusal(
        f"{what} is {text}, not a literal value that could be replaced",
        option=option,
        place=place,
        instead=f"{_where(folder, text)}, or write a literal value there first.",
    )


def _where(folder: Folder, text: str) -> str:
    """Where to change an expression."""
    match = _NAME.fullmatch(text)
    if match and match[1] == "local" and (local := folder.local(match[2])):
        return f"Change {text} at {folder.checkout.place(local.path, local.attribute.start)}"
    if match and (variable := folder.block("variable", match[2])):
        place = folder.checkout.place(*variable.location)
        return f"Change the default of {text} at {place} or its values in {ENVIRONMENTS}"
    return "Change that expression by hand"
