"""Whether generated code fits together: it imports what the templates use, and the test calls functions that exist.

The packaged templates need no such check; a team may override one template and not another.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from scaffold.changes.parts.api.context import IMPORTS
from scaffold.changes.parts.paths import module_path, test_path
from scaffold.files.checkout import Checkout
from scaffold.python.bindings import bindings_of
from scaffold.python.module import Module
from scaffold.python.own_uses import names_in_code
from scaffold.spec import part_names

_IMPORTED = {"logging", "logger", "background_task", *(needed.name for needed in IMPORTS)}


def problems(dotted: str, created: Collection[str], after: Checkout) -> Iterator[tuple[str, str]]:
    """The parts that do not fit together, each with what is wrong. created: the files that are new."""
    code, test = module_path(dotted), test_path(dotted)
    for path, part in ((code, part_names.ENTRYPOINT), (test, part_names.TEST)):
        unbound = _unbound(Module(after, path)) if path in created else set()
        if unbound:
            yield part, f"the {part} would use {min(unbound)!r}, which it does not import or define"
    if after.read(test) is not None:
        yield from (
            (part_names.ENTRYPOINT, text) for text in _misfits(dotted, Module(after, test), Module(after, code))
        )


def _unbound(module: Module) -> set[str]:
    """The names that a module uses and does not bind, of those that packaged templates import."""
    return (names_in_code(module.data.decode("utf-8-sig")) & _IMPORTED) - {*bindings_of(module.tree, module.data).all}


def _misfits(dotted: str, test: Module, code: Module) -> Iterator[str]:
    bound = bindings_of(code.tree, code.data).all
    for imported, _ in test.imports():
        if imported.module != dotted:
            continue
        function = code.function(imported.symbol)
        if imported.symbol not in bound:
            yield f"the test would import {imported.symbol!r}, which the entrypoint's module would not have"
        elif function is not None and _refuses(function.args, imported.name, test.tree):
            yield f"the test would call {imported.symbol} with other arguments than it takes"


def _refuses(takes: ast.arguments, name: str, tree: ast.Module) -> bool:
    """Whether a call has more or fewer arguments than a function takes."""
    most, least = len(takes.args), len(takes.args) - len(takes.defaults)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            starred = takes.vararg or node.keywords or any(isinstance(given, ast.Starred) for given in node.args)
            if not starred and not least <= len(node.args) <= most:
                return True
    return False
