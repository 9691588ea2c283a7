"""What an import in a module refers to, and what it runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from scaffold.errors import Refusal
from scaffold.python.lookup import Lookup, absolute
from scaffold.python.module import imports_of
from scaffold.python.top_level import statements


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
