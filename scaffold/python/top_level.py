"""The statements of a module's top level by the names that they bind, read once for all names."""

from __future__ import annotations

import ast
import re
from bisect import insort
from collections.abc import Iterator, Sequence
from functools import cached_property

from scaffold.python.bindings import UNBOUND, Bindings, bindings_of, truth
from scaffold.python.module import Import, Module, imports_of, walk

_DEL = re.compile(rb"del\b")
_DYNAMIC = ("globals", "exec")


class TopLevel:
    """What a module binds at its top level, also in branches, and whether it may bind more in hidden ways."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def binding(self, name: str) -> Sequence[ast.stmt]:
        """The statements that may bind a name, in order; star imports may bind any."""
        own = self._by_name.get(name, [])
        if not self._stars:
            return [node for _, node in own]
        places = [place for place, _ in own]
        for place in self._stars:
            if place not in places:
                insort(places, place)
        return [self._statements[place] for place in places]

    @cached_property
    def _statements(self) -> list[ast.stmt]:
        return list(statements(self._module.tree.body))

    @cached_property
    def _stars(self) -> list[int]:
        return [place for place, node in enumerate(self._statements) if _is_star(node)]

    @cached_property
    def _by_name(self) -> dict[str, list[tuple[int, ast.stmt]]]:
        walrus = b":=" in self._module.data
        by_name: dict[str, list[tuple[int, ast.stmt]]] = {}
        for place, node in enumerate(self._statements):
            for name in _names(node, walrus):
                by_name.setdefault(name, []).append((place, node))
        return by_name

    def is_deleted(self, name: str) -> bool:
        """Whether a name is surely not bound after the module was imported, since `del` undoes that."""
        bindings = self._deleting
        if bindings is None:
            return False
        return name in bindings.undone and bindings.end is not None and bindings.possible(name) == UNBOUND

    @cached_property
    def _deleting(self) -> Bindings | None:
        data = self._module.data
        begins = (
            data[data.rfind(b"\n", 0, match.start()) + 1 : match.start()].rstrip() for match in _DEL.finditer(data)
        )
        deletes = any(begin[-1:] in (b"", b";", b":") for begin in begins)
        return bindings_of(self._module.tree, data) if deletes else None

    def is_dynamic(self, name: str) -> bool:
        """Whether the module may bind a name in hidden ways: `__getattr__`, `global`, `globals()`, `exec`."""
        return self._is_dynamic or name in self._declared_global

    @cached_property
    def _is_dynamic(self) -> bool:
        return self._may_be_dynamic and (
            any(
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _DYNAMIC
                for node in walk(self._module.tree)
            )
            or self._module.function("__getattr__") is not None
        )

    @cached_property
    def _declared_global(self) -> set[str]:
        nodes = walk(self._module.tree) if self._may_be_dynamic else ()
        return {name for node in nodes if isinstance(node, ast.Global) for name in node.names}

    @property
    def _may_be_dynamic(self) -> bool:
        return any(word in self._module.data for word in (b"global", b"exec", b"__getattr__"))


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body and of its `if`, `try`, `with` and loops, but not of functions or classes in it, nor
    what never runs in a module that is imported."""
    for node in body:
        yield node
        if isinstance(node, ast.If):
            holds = truth(node.test)
            yield from statements(node.body if holds is not False else [])
            yield from statements(node.orelse if holds is not True else [])
        elif isinstance(node, _NESTING):
            for name in ("body", "orelse", "finalbody"):
                yield from statements(getattr(node, name, []))
            for handler in getattr(node, "handlers", []):
                yield from statements(handler.body)
            for case in getattr(node, "cases", []):
                yield from statements(case.body)


_NESTING = (ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)


def binds(imported: Import, name: str) -> bool:
    """Whether an import binds a name."""
    return _bound_by(imported) == name


def _bound_by(imported: Import) -> str:
    return imported.name if imported.alias or imported.symbol else imported.module.split(".")[0]


def _is_star(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)


def _names(node: ast.stmt, walrus: bool) -> set[str]:
    """The names that a statement itself, not a nested one, binds. walrus: whether expressions may bind names."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {_bound_by(imported) for imported in imports_of(node)}
    nodes = (inner for head in _heads(node, walrus) for inner in walk(head))
    return {inner.id for inner in nodes if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)}


def _heads(node: ast.stmt, walrus: bool) -> list[ast.expr]:
    """The parts of a statement in which it assigns."""
    if isinstance(node, ast.Assign):
        return node.targets
    if isinstance(node, ast.AnnAssign):
        return [node.target] if node.value else []
    if isinstance(node, ast.For | ast.AsyncFor):
        return [node.target]
    if isinstance(node, ast.With | ast.AsyncWith):
        return [context.optional_vars for context in node.items if context.optional_vars]
    if walrus and isinstance(node, ast.Expr | ast.If | ast.While):
        return [node.value if isinstance(node, ast.Expr) else node.test]
    return []
