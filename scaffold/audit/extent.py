"""How far what begins on a line goes: a block, an entry, a function, a table."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from scaffold import hcl
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.files.toml import statements
from scaffold.python.module import first_line


def end_of_line(data: bytes, offset: int) -> int:
    """The byte where the line of a byte ends, without its line break."""
    end = data.find(b"\n", offset)
    return len(data) if end < 0 else end


def extent(checkout: TolerantCheckout, path: str, start: int) -> int:
    """The end of whatever begins on the line that begins at a byte; at least the end of the line."""
    data = checkout.read(path) or b""
    end = end_of_line(data, start)
    if path.endswith(".tf"):
        return max([end, *_terraform_ends(checkout.terraform(path), start, end)])
    if path.endswith(".py"):
        return max([end, *_python_ends(checkout, path, start)])
    if path.endswith(".toml"):
        return max([end, *_toml_ends(data, start, end)])
    return end


def _terraform_ends(node: hcl.Node, start: int, end: int) -> Iterator[int]:
    for child in node.children():
        if start <= child.start <= end:
            yield child.end
        elif child.start < start < child.end:
            yield from _terraform_ends(child, start, end)


def _python_ends(checkout: TolerantCheckout, path: str, start: int) -> Iterator[int]:
    module = checkout.module(path)
    if module is None:
        return
    line = hcl.line_of(module.data, start)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.stmt) and first_line(node) == line:
            yield module.offset((node.end_lineno or line) + 1)


def _toml_ends(data: bytes, start: int, end: int) -> Iterator[int]:
    """A table goes to the next one."""
    begun = False
    for statement in statements(data):
        if begun and statement.is_header:
            yield statement.start
            return
        if start <= statement.start <= end:
            yield statement.end
            begun = statement.is_header
    if begun:
        yield len(data)
