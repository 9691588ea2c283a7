"""Who imports a module, and what importing it runs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Place
from scaffold.python.lookup import Lookup, absolute, statements
from scaffold.python.module import imports_of


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


def runs(lookup: Lookup, module: str, target: str) -> bool:
    """Whether importing a module also runs another one. Files that do not parse count as empty."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        dotted = waiting.pop()
        if dotted == target:
            return True
        if dotted not in seen:
            seen.add(dotted)
            waiting += [*_parents(dotted), *_imported_by(lookup, dotted)]
    return False


def _parents(dotted: str) -> Iterator[str]:
    while "." in dotted:
        dotted = dotted.rpartition(".")[0]
        yield dotted


def _imported_by(lookup: Lookup, dotted: str) -> Iterator[str]:
    path = lookup.path(dotted) if lookup.is_ours(dotted) else ""
    if not path:
        return
    try:
        module = lookup.module(path)
    except Refusal:
        return
    for node in statements(module.tree.body):
        for imported in imports_of(node):
            source = absolute(imported.module, dotted, path)
            yield source
            if imported.symbol:
                yield f"{source}.{imported.symbol}"
