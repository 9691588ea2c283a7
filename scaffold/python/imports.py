"""Who imports a module."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence

from scaffold.files.checkout import Checkout
from scaffold.files.edit import Place


def first_import(checkout: Checkout, module: str, names: Sequence[str], without: Iterable[str]) -> Place | None:
    """The first place that imports a module (if names are given: one of them), except in some files."""
    last, left_out = module.rpartition(".")[2].encode(), set(without)
    for path in checkout.files("api", "*.py"):
        data = checkout.read(path) or b""
        if path in left_out or last not in data:
            continue
        offset = _imported_at(path, data, module, names)
        if offset is not None:
            return path, offset
    return None


def _imported_at(path: str, data: bytes, module: str, names: Sequence[str]) -> int | None:
    dotted = [f"{module}.{name}" for name in names] or [module]
    for text in dotted:
        if match := re.search(rb"(?<![\w.])%s(?!\w)" % re.escape(text.encode()), data):
            return match.start()
    package, _, last = module.rpartition(".")
    try:
        tree = ast.parse(data, path)
    except (SyntaxError, ValueError):
        return None
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        source, symbols = source_of(path, node), {alias.name for alias in node.names}
        from_module = source == module and (not names or symbols & {*names, "*"})
        of_module = source == package and last in symbols
        if from_module or (of_module and (not names or _has_attribute(tree, names))):
            return sum(len(line) + 1 for line in data.split(b"\n")[: node.lineno - 1])
    return None


def _has_attribute(tree: ast.Module, names: Sequence[str]) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr in names for node in ast.walk(tree))


def source_of(path: str, node: ast.ImportFrom) -> str:
    """The absolute dotted name of the module in `from … import`."""
    if not node.level:
        return node.module or ""
    package = path.removeprefix("api/").split("/")[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])
