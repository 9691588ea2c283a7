"""Names that the definition of an entrypoint uses although they may not be bound when its module is imported."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from typing import NamedTuple

from scaffold.errors import Refusal
from scaffold.python.bindings import Bindings, bindings_of, scope
from scaffold.python.lookup import Binding, Lookup, absolute, dotted_name
from scaffold.python.module import Module
from scaffold.python.top_level import TopLevel


class Unbound(NamedTuple):
    """A use of a name. bound: the line that may bind it, 0 if there is none. surely: it is never bound there."""

    name: str
    line: int
    bound: int
    surely: bool


def unbound_names(function: Binding, bindings: Bindings) -> Iterator[Unbound]:
    """The names that the decorators, defaults and annotations of a function use before they are surely bound."""
    module, node = function.module, function.node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    for name in _header_names(module, node) if node in bindings.at else ():
        possible = bindings.possible(name.id, node)
        if None not in possible or any(bound and bound.star for bound in possible):
            continue
        if not (hasattr(builtins, name.id) or name.id.startswith("__") or TopLevel(module).is_dynamic(name.id)):
            lines = [bound.line for bound in bindings.all.get(name.id, ())]
            bound = bindings.undone.get(name.id) or min(lines, default=0)
            yield Unbound(name.id, name.lineno, bound, len(possible) == 1)


def bindings_in(module: Module, lookup: Lookup) -> Bindings:
    """What the names of a module are bound to. A star import of a file that does not parse may bind any name."""

    def may_export(source: str, name: str) -> bool:
        try:
            return lookup.may_export(absolute(source, dotted_name(module.path), module.path), name)
        except Refusal:
            return True

    return bindings_of(module.tree, module.data, may_export)


def _header_names(module: Module, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.Name]:
    arguments = node.args
    defaults = [default for default in (*arguments.defaults, *arguments.kw_defaults) if default]
    parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    annotations = [parameter.annotation for parameter in parameters if parameter] + [node.returns]
    if any(imported.module == "__future__" and imported.symbol == "annotations" for imported, _ in module.imports()):
        annotations = []
    for expression in (*node.decorator_list, *defaults, *filter(None, annotations)):
        names = [inner for inner in (expression, *scope(expression)) if isinstance(inner, ast.Name)]
        own = {name.id for name in names if not isinstance(name.ctx, ast.Load)}
        yield from (name for name in names if name.id not in own)
