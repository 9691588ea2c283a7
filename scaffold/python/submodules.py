"""Submodules that a module uses as attributes of their package, although no import surely makes them one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from scaffold.python.environment.imported import Imports
from scaffold.python.lookup import absolute, dotted_name
from scaffold.python.module import Module, imports_of

_DYNAMIC = re.compile(rb"\bimport_module\(|\b__import__\(|\bwalk_packages\(|\biter_modules\(")
_WORD = re.compile(rb"import \*|\w+")
_PACKAGE = "/__init__.py"
_CAUGHT = frozenset(("AttributeError", "BaseException", "Exception"))
_CHECKS = frozenset(("TYPE_CHECKING", "hasattr"))


class Unimported(NamedTuple):
    """package and name: the submodule, as in `package.name`. node: where it is used."""

    package: str
    name: str
    node: ast.Attribute

    @property
    def dotted(self) -> str:
        return f"{self.package}.{self.name}"


class Submodules:
    def __init__(self, imports: Imports) -> None:
        self._imports = imports
        self._checkout = imports.lookup.checkout
        self._words: dict[str, set[bytes]] = {}
        self._reached: dict[str, frozenset[str]] = {}

    def unimported(self, module: Module) -> list[Unimported]:
        """The submodules that nothing imports if a program starts with this module, each at its first use."""
        packages = self._packages(module)
        if not any(self._candidates(module.path, name, dotted) for name, dotted in packages.items()):
            return []
        first: dict[str, Unimported] = {}
        for use in self._uses(module, packages):
            first.setdefault(use.dotted, use)
        return list(first.values())

    # --- what names stand for

    def _packages(self, module: Module) -> dict[str, str]:
        """The names that only an import at the top level binds, and the packages that they stand for."""
        own, packages = dotted_name(module.path), dict[str, str]()
        for imported, _ in module.imports():
            dotted = absolute(imported.module, own, module.path)
            if imported.symbol:
                dotted = f"{dotted}.{imported.symbol}"
            elif not imported.alias:
                dotted = dotted.split(".")[0]
            if self._is_package(dotted):
                packages[imported.name.split(".")[0]] = dotted
        return packages

    def _is_package(self, dotted: str) -> bool:
        return self._imports.path(dotted).endswith(_PACKAGE) or self._is_namespace(dotted)

    def _is_namespace(self, dotted: str) -> bool:
        return bool(dotted) and "." not in dotted and self._imports.lookup.is_ours(dotted)

    # --- uses

    def _candidates(self, path: str, name: str, dotted: str) -> bool:
        """Whether the text of a file may use a submodule that nothing imports."""
        pattern = re.compile(rb"%s((?:\.\w+)+)" % re.escape(name.encode()))
        chains = set(pattern.findall(self._checkout.read(path) or b""))
        return any(self._missing(path, dotted, chain.decode()[1:].split(".")) for chain in chains)

    def _missing(self, path: str, dotted: str, attributes: list[str]) -> tuple[str, int] | None:
        """The package of the first submodule of a chain of attributes that nothing imports, and its index."""
        for index, name in enumerate(attributes):
            if not self._is_package(dotted):
                return None
            file = self._imports.path(f"{dotted}.{name}")
            imported = file in self._imports.at_once(path)
            if not file or (imported and not file.endswith(_PACKAGE)) or self._names(dotted, name):
                return None
            if not imported and file not in self._reached_from(path):
                return (dotted, index) if not self._is_dynamic(path, name) else None
            dotted = f"{dotted}.{name}"
        return None

    def _names(self, package: str, name: str) -> bool:
        """Whether a package's own file mentions a name, so that it may bind it."""
        if package not in self._words:
            self._words[package] = {*_WORD.findall(self._checkout.read(self._imports.path(package)) or b"")}
        return not self._words[package].isdisjoint((name.encode(), b"__getattr__", b"import *"))

    def _reached_from(self, path: str) -> frozenset[str]:
        """The files that are imported at any time by what a file imports."""
        if path not in self._reached:
            self._reached[path] = frozenset(self._imports.everything(path))
        return self._reached[path]

    def _is_dynamic(self, path: str, name: str) -> bool:
        """Whether a file imports modules by names that it computes, and mentions this one."""
        texts = (self._checkout.read(file) or b"" for file in self._reached_from(path))
        return any(_DYNAMIC.search(data) is not None and name.encode() in data for data in texts)

    def _uses(self, module: Module, packages: dict[str, str]) -> Iterator[Unimported]:
        for chain in _Chains(module).chains:
            dotted = packages.get(chain.name)
            missing = self._missing(module.path, dotted, chain.attributes) if dotted else None
            if missing:
                package, index = missing
                yield Unimported(package, chain.attributes[index], chain.nodes[index])


class _Chain(NamedTuple):
    """`name.a.b`: the attributes from left to right, and their nodes."""

    name: str
    attributes: list[str]
    nodes: list[ast.Attribute]


class _Chains:
    """The chains of attributes that are evaluated whenever their statement is, in a module whose names have one
    meaning."""

    def __init__(self, module: Module) -> None:
        self._tree = module.tree

    @cached_property
    def chains(self) -> list[_Chain]:
        chains = [chain for node in self._nodes(self._tree) if (chain := _chain(node))]
        return [chain for chain in chains if chain.name not in self._rebound]

    def _nodes(self, root: ast.AST) -> Iterator[ast.AST]:
        """All nodes, except in annotations and where the code handles that something may not exist."""
        handled = _handled(root)
        for field, value in ast.iter_fields(root):
            if field not in ("annotation", "returns", handled):
                for node in value if isinstance(value, list) else [value]:
                    if isinstance(node, ast.AST):
                        yield node
                        if _chain(node) is None:
                            yield from self._nodes(node)

    @cached_property
    def _rebound(self) -> set[str]:
        """The names that something other than an import at the top level binds, too."""
        names = set()
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                names.add(node.id)
            elif isinstance(node, ast.arg):
                names.add(node.arg)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names.add(node.name)
            elif isinstance(node, ast.Import | ast.ImportFrom) and node not in self._tree.body:
                names |= {imported.name.split(".")[0] for imported in imports_of(node)}
        return names


def _handled(node: ast.AST) -> str:
    """The field of a node in which a missing attribute does not matter, "" for none."""
    if isinstance(node, ast.Try) and any(_catches(handler.type) for handler in node.handlers):
        return "body"
    if isinstance(node, ast.If | ast.IfExp) and _CHECKS & {*_words(node.test)}:
        return "body"
    return ""


def _catches(type: ast.expr | None) -> bool:
    return type is None or bool(_CAUGHT & {*_words(type)})


def _words(expression: ast.expr) -> Iterator[str]:
    for node in ast.walk(expression):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def _chain(node: ast.AST) -> _Chain | None:
    nodes: list[ast.Attribute] = []
    while isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        nodes.insert(0, node)
        node = node.value
    if not nodes or not isinstance(node, ast.Name):
        return None
    return _Chain(node.id, [attribute.attr for attribute in nodes], nodes)
