"""What names in a module of the API refer to, inside and outside of the API. Modules are not parsed until then."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from typing import NamedTuple

from scaffold.errors import Refusal
from scaffold.python.lookup import Binding, Lookup, absolute, dotted_name
from scaffold.python.module import Module, imports_of, walk
from scaffold.python.top_level import statements

Function = ast.FunctionDef | ast.AsyncFunctionDef
_MOST_BASES = 8


class DottedModule(NamedTuple):
    """A module or a package of the API."""

    dotted: str


# A text is the absolute dotted name of something outside of the API.
Target = Binding | DottedModule | str


class ApiNames:
    """The names of the modules of a checkout, each looked up once."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self._follows: Callable[[str], bool] = bool
        self._files = frozenset(lookup.checkout.files("api", "*.py"))
        self._folders = _all_folders(self._files)
        self._imported: dict[str, dict[str, tuple[str, str]]] = {}
        self._defined: dict[str, dict[str, list[ast.stmt]]] = {}
        self._stars: dict[str, list[str]] = {}
        self._symbols: dict[tuple[str, str], Binding | None] = {}
        self._packages: dict[str, bool] = {}
        self._bases: dict[ast.stmt, tuple[Binding, ...] | None] = {}

    def restricted(self, follows: Callable[[str], bool]) -> ApiNames:
        """The same, without what is imported from files that are not worth following."""
        names = copy(self)
        names._follows = follows
        return names

    def name(self, name: str, module: Module) -> Target | None:
        """What a name of a module refers to; None if that is unknown or does not matter."""
        if name in self._names_of(module):
            return self._own(name, module)
        imported = self._imported[module.path]
        if name in imported:
            return self.target_of(*imported[name])
        stars = (self.target_of(source, name) for source in self._stars[module.path])
        return next((target for target in stars if isinstance(target, Binding)), None)

    def attribute(self, base: Target, name: str) -> Target | None:
        if isinstance(base, str):
            return f"{base}.{name}"
        return self.target_of(base.dotted, name) if isinstance(base, DottedModule) else self.method(base, name)

    def target_of(self, source: str, symbol: str) -> Target | None:
        """What is imported by `from source import symbol`, or without a symbol by `import source`."""
        dotted = f"{source}.{symbol}" if symbol else source
        if not self.lookup.is_ours(source):
            return dotted
        if self._is_package(dotted):
            return DottedModule(dotted)
        return self._symbol(source, symbol) if self._follows(self.lookup.path(source)) else None

    def _is_package(self, dotted: str) -> bool:
        if dotted not in self._packages:
            folder = f"api/{dotted.replace('.', '/')}"
            self._packages[dotted] = f"{folder}.py" in self._files or folder in self._folders
        return self._packages[dotted]

    def _symbol(self, source: str, symbol: str) -> Binding | None:
        if (source, symbol) not in self._symbols:
            try:
                answer = self.lookup.find(source, symbol)
            except Refusal:
                answer = None
            self._symbols[source, symbol] = answer if isinstance(answer, Binding) else None
        return self._symbols[source, symbol]

    # --- the names of a module

    def _own(self, name: str, module: Module) -> Binding | None:
        """What a module defines itself. A name that is bound more than once takes longer."""
        bound = self._defined[module.path][name]
        node = bound[0]
        if len(bound) > 1 or not isinstance(node, Function | ast.ClassDef | ast.Assign | ast.AnnAssign):
            return self._symbol(dotted_name(module.path), name)
        direct = isinstance(node, ast.Assign) and any(isinstance(target, ast.Name) for target in node.targets)
        value = node.value if direct or isinstance(node, ast.AnnAssign) else None  # type: ignore[union-attr]
        return Binding(module, node, value)

    def _names_of(self, module: Module) -> dict[str, list[ast.stmt]]:
        """The statements that bind the names of a module, except imports."""
        if module.path not in self._defined:
            defined: dict[str, list[ast.stmt]] = {}
            imported: dict[str, tuple[str, str]] = {}
            stars = self._stars.setdefault(module.path, [])
            for node in statements(module.tree.body):
                for name in _bound(node):
                    defined.setdefault(name, []).append(node)
                imported.update(self.imported_by(node, module))
                stars += [source for source, symbol in self._sources(node, module) if symbol == "*"]
            self._defined[module.path], self._imported[module.path] = defined, imported
        return self._defined[module.path]

    def imported_by(self, node: ast.stmt, module: Module) -> Iterator[tuple[str, tuple[str, str]]]:
        """The names that an import binds, each with its absolute source and symbol."""
        for imported, (source, symbol) in zip(imports_of(node), self._sources(node, module), strict=True):
            if symbol or imported.alias:
                yield imported.name, (source, symbol)
            else:
                yield source.split(".")[0], (source.split(".")[0], "")

    def _sources(self, node: ast.stmt, module: Module) -> Iterator[tuple[str, str]]:
        """The absolute source and the symbol of each name that is imported."""
        for imported in imports_of(node):
            yield absolute(imported.module, dotted_name(module.path), module.path), imported.symbol

    # --- classes

    def bases(self, definition: Binding) -> tuple[Binding, ...] | None:
        """The classes of the API that a class inherits from, itself first; None if one of them cannot be read."""
        if definition.node not in self._bases:
            self._bases[definition.node] = self.restricted(bool)._bases_of(definition, _MOST_BASES)
        return self._bases[definition.node]

    def _bases_of(self, definition: Binding, left: int) -> tuple[Binding, ...] | None:
        node = definition.node
        if not isinstance(node, ast.ClassDef) or not left:
            return None
        above: list[Binding] = []
        for base in node.bases:
            target = self.expression(_unsubscripted(base), definition.module)
            inherited = self._bases_of(target, left - 1) if isinstance(target, Binding) else ()
            if inherited is None:
                return None
            above += [binding for binding in inherited if binding not in above]
        return (definition, *above)

    def expression(self, node: ast.expr, module: Module) -> Target | None:
        """What `name` or `package.module.name` refers to."""
        if isinstance(node, ast.Name):
            return self.name(node.id, module)
        base = self.expression(node.value, module) if isinstance(node, ast.Attribute) else None
        return self.attribute(base, node.attr) if base is not None and isinstance(node, ast.Attribute) else None

    def outside_bases(self, definition: Binding) -> set[str]:
        """The absolute dotted names of the other classes that a class inherits from, also through those of the API."""
        result = set()
        for binding in self.bases(definition) or ():
            for base in binding.node.bases if isinstance(binding.node, ast.ClassDef) else ():
                target = self.restricted(bool).expression(_unsubscripted(base), binding.module)
                result.add(target if isinstance(target, str) else "" if target else "?")
        return result - {""}

    def method(self, definition: Binding, name: str, after: Binding | None = None) -> Binding | None:
        """The method that an object of a class has; with `after` that of the classes behind that one."""
        classes = self.bases(definition) or ()
        if after in classes:
            classes = classes[classes.index(after) + 1 :]
        for binding in classes:
            for node in reversed(binding.node.body if isinstance(binding.node, ast.ClassDef) else []):
                if isinstance(node, Function) and node.name == name:
                    return Binding(binding.module, node)
        return None

    def owner(self, definition: Binding, function: ast.stmt) -> Binding | None:
        """The class among the bases of one that defines a method."""
        for binding in self.bases(definition) or ():
            if isinstance(binding.node, ast.ClassDef) and function in binding.node.body:
                return binding
        return None


def _all_folders(files: Iterable[str]) -> set[str]:
    """The folders that files are in, also indirectly."""
    folders = set[str]()
    for path in files:
        while (path := path.rpartition("/")[0]) and path not in folders:
            folders.add(path)
    return folders


def _bound(node: ast.stmt) -> Iterator[str]:
    """The names that a statement itself binds, without imports."""
    if isinstance(node, Function | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For):
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            yield from (inner.id for inner in walk(target) if isinstance(inner, ast.Name))


def _unsubscripted(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Subscript) else node


def decorators(node: ast.stmt) -> list[str]:
    """The last names of the decorators of a function or a class, also of those that are called."""
    expressions: list[ast.expr] = getattr(node, "decorator_list", [])
    return [last_name(inner.func if isinstance(inner, ast.Call) else inner) for inner in expressions]


def last_name(node: ast.expr) -> str:
    """`c` of `a.b.c`; "" for anything but names."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
