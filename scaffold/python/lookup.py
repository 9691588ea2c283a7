"""What a name in a module of the API is bound to: something defined, assigned, or imported from elsewhere.

Nothing is run: whatever the source alone does not show is OUTSIDE.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

from scaffold.files.checkout import Checkout
from scaffold.python.bindings import UNBOUND, bindings_of, truth
from scaffold.python.module import Import, Module, imports_of

_MOST_STEPS = 12


class Unreadable(Enum):
    """A name may be bound, but by something outside of the API's source or only when the code runs."""

    OUTSIDE = "outside"


OUTSIDE: Final = Unreadable.OUTSIDE


class Binding(NamedTuple):
    """A statement of a module that binds a name. value: the expression that is assigned."""

    module: Module
    node: ast.stmt
    value: ast.expr | None = None

    @property
    def place(self) -> str:
        return self.module.place(self.node)


Answer = Binding | Module | Unreadable | None


class Lookup:
    """The modules of a checkout, each parsed once."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self._modules: dict[str, Module] = {}
        self._is_ours: dict[str, bool] = {}

    def path(self, dotted: str) -> str:
        """The file of a module or a package; "" if there is none, as for a package without an `__init__.py`."""
        start = f"api/{dotted.replace('.', '/')}"
        paths = (path for path in (f"{start}/__init__.py", f"{start}.py") if self.checkout.read(path) is not None)
        return next(paths, "")

    def is_ours(self, dotted: str) -> bool:
        """Whether a module with this name would be part of the API's source."""
        root = dotted.split(".")[0]
        if root not in self._is_ours:
            self._is_ours[root] = bool(root) and (self.checkout.is_folder(f"api/{root}") or bool(self.path(root)))
        return self._is_ours[root]

    def module(self, path: str) -> Module:
        """The module in a file. Raises Refusal if it does not parse."""
        if path not in self._modules:
            self._modules[path] = Module(self.checkout, path)
        return self._modules[path]

    def find(self, dotted: str, name: str, left: int = _MOST_STEPS) -> Answer:
        """What a name of a module is bound to; None if it is not bound.

        Raises Refusal if a file along the way does not parse.
        """
        path = self.path(dotted)
        if not path:
            submodule = self.path(f"{dotted}.{name}")
            return self.module(submodule) if submodule else None if self.is_ours(dotted) else OUTSIDE
        module, outside = self.module(path), False
        if _is_deleted(module, name):
            return None
        for binding in reversed(list(_bindings(module.tree, name))):
            answer = self._bound(module, dotted, name, binding, left) if left else None
            if answer not in (None, OUTSIDE):
                return answer
            outside = outside or answer is OUTSIDE
        if outside or is_dynamic(module, name):
            return OUTSIDE
        submodule = self.path(f"{dotted}.{name}")
        return self.module(submodule) if submodule else None

    def _bound(self, module: Module, dotted: str, name: str, binding: ast.stmt, left: int) -> Answer:
        if isinstance(binding, ast.ImportFrom | ast.Import):
            return self._imported(module, dotted, name, binding, left)
        if isinstance(binding, ast.Assign | ast.AnnAssign):
            direct = isinstance(binding, ast.AnnAssign) or any(
                isinstance(target, ast.Name) for target in binding.targets
            )
            return Binding(module, binding, binding.value if direct else None)
        return Binding(module, binding)

    def _imported(self, module: Module, dotted: str, name: str, statement: ast.stmt, left: int) -> Answer:
        for imported in imports_of(statement):
            source = absolute(imported.module, dotted, module.path)
            if imported.symbol == "*":
                answer = self.find(source, name, left - 1) if self._exports(source, name) else None
            elif not _binds(imported, name):
                continue
            elif imported.symbol:
                answer = self._symbol(source, imported.symbol, left)
            else:
                path = self.path(source if imported.alias else name)
                answer = self.module(path) if path else OUTSIDE
            return OUTSIDE if answer is None and not self.is_ours(source) else answer
        return None

    def _symbol(self, source: str, symbol: str, left: int) -> Answer:
        path = self.path(f"{source}.{symbol}")
        answer = self.find(source, symbol, left - 1) if self.path(source) or not path else None
        return answer or (self.module(path) if path else answer)

    def may_export(self, source: str, name: str) -> bool:
        """Whether `from source import *` may bind a name. Raises Refusal if a file along the way does not parse."""
        return self._exports(source, name) and self.find(source, name) is not None

    def _exports(self, source: str, name: str) -> bool:
        """Whether `from source import *` imports a name."""
        path = self.path(source)
        if not path:
            return True
        for binding in _bindings(self.module(path).tree, "__all__"):
            value = binding.value if isinstance(binding, ast.Assign) else None
            if isinstance(value, ast.List | ast.Tuple):
                return any(isinstance(element, ast.Constant) and element.value == name for element in value.elts)
        return not name.startswith("_")


def absolute(imported: str, module: str, path: str) -> str:
    """The absolute dotted name of `.x` in a module."""
    name = imported.lstrip(".")
    level = len(imported) - len(name)
    if not level:
        return imported
    package = module.split(".") if path.endswith("/__init__.py") else module.split(".")[:-1]
    return ".".join([*package[: len(package) - level + 1], *([name] if name else [])])


def dotted_name(path: str) -> str:
    """`massgov.pfml.x` of the file `api/massgov/pfml/x.py`."""
    return path.removeprefix("api/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body and of its `if`, `try`, `with` and loops, but not of functions or classes in it, nor
    what never runs in a module that is imported."""
    for node in body:
        yield node
        if isinstance(node, ast.If):
            holds = truth(node.test)
            yield from statements(node.body if holds is not False else [])
            yield from statements(node.orelse if holds is not True else [])
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for name in ("body", "orelse", "finalbody"):
                yield from statements(getattr(node, name, []))
            for handler in getattr(node, "handlers", []):
                yield from statements(handler.body)
            for case in getattr(node, "cases", []):
                yield from statements(case.body)


def _bindings(tree: ast.Module, name: str) -> Iterator[ast.stmt]:
    """The statements at the module level that may bind a name."""
    for node in statements(tree.body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name == name:
                yield node
        elif isinstance(node, ast.Import | ast.ImportFrom):
            if any(imported.symbol == "*" or _binds(imported, name) for imported in imports_of(node)):
                yield node
        elif _stores(node, name):
            yield node


def _binds(imported: Import, name: str) -> bool:
    return (imported.name if imported.alias or imported.symbol else imported.module.split(".")[0]) == name


def _stores(node: ast.stmt, name: str) -> bool:
    """Whether a statement itself, not a nested one, assigns a name."""
    if isinstance(node, ast.Assign):
        heads: list[ast.AST] = list(node.targets)
    elif isinstance(node, ast.AnnAssign):
        heads = [node.target] if node.value else []
    elif isinstance(node, ast.For | ast.AsyncFor):
        heads = [node.target]
    elif isinstance(node, ast.With | ast.AsyncWith):
        heads = [context.optional_vars for context in node.items if context.optional_vars]
    elif isinstance(node, ast.Expr | ast.If | ast.While):
        heads = [node.value if isinstance(node, ast.Expr) else node.test]
    else:
        return False
    names = (inner for head in heads for inner in ast.walk(head))
    return any(isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store) and inner.id == name for inner in names)


def _is_deleted(module: Module, name: str) -> bool:
    """Whether a name is surely not bound after a module was imported, since `del` undoes that."""
    if not re.search(rb"(?m)^\s*del\b|[;:]\s*del\b", module.data):
        return False
    bindings = bindings_of(module.tree, module.data)
    return name in bindings.undone and bindings.end is not None and bindings.possible(name) == UNBOUND


def is_dynamic(module: Module, name: str) -> bool:
    """Whether a module may bind names in hidden ways: `__getattr__`, `global`, `globals()`, `exec`."""
    if not any(word in module.data for word in (b"global", b"exec", b"__getattr__")):
        return False
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Global) and name in node.names:
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("globals", "exec"):
            return True
    return module.function("__getattr__") is not None
