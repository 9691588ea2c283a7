"""What a name in a module of the API is bound to: something defined, assigned, or imported from elsewhere.

Nothing is run: whatever the source alone does not show is OUTSIDE.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from enum import Enum
from typing import Final, NamedTuple, Self, TypeVar, cast

from scaffold.files.checkout import Checkout
from scaffold.python.module import Module, imports_of
from scaffold.python.top_level import TopLevel, binds

_MOST_STEPS = 12
Result = TypeVar("Result")


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
        self._top_levels: dict[Module, TopLevel] = {}
        self._once: dict[Callable[..., object], object] = {}
        self._is_ours: dict[str, bool] = {}

    def once(self, make: Callable[[Self], Result]) -> Result:
        """The result of a function of this object, computed the first time that it is needed."""
        if make not in self._once:
            self._once[make] = make(self)
        return cast(Result, self._once[make])

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

    def top_level(self, module: Module) -> TopLevel:
        """What a module binds, read once."""
        if module not in self._top_levels:
            self._top_levels[module] = TopLevel(module)
        return self._top_levels[module]

    def find(self, dotted: str, name: str, left: int = _MOST_STEPS) -> Answer:
        """What a name of a module is bound to; None if it is not bound.

        Raises Refusal if a file along the way does not parse.
        """
        path = self.path(dotted)
        if not path:
            submodule = self.path(f"{dotted}.{name}")
            return self.module(submodule) if submodule else None if self.is_ours(dotted) else OUTSIDE
        module, outside = self.module(path), False
        top_level = self.top_level(module)
        if top_level.is_deleted(name):
            return None
        for binding in reversed(top_level.binding(name)):
            answer = self._bound(module, dotted, name, binding, left) if left else None
            if answer not in (None, OUTSIDE):
                return answer
            outside = outside or answer is OUTSIDE
        if outside or top_level.is_dynamic(name):
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
            elif not binds(imported, name):
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
        for binding in self.top_level(self.module(path)).binding("__all__"):
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
