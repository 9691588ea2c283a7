"""Which of the API's code may concern argparse: following everything that an entrypoint calls would take too long."""

from __future__ import annotations

import ast

from scaffold.errors import Refusal
from scaffold.python.lookup import Lookup, absolute, dotted_name
from scaffold.python.module import Import, Module, imports_of, walk

_WORDS = (b"argparse", b"parse_args", b"parse_known_args")
_NAMES = frozenset(("ArgumentParser", "parse_args", "parse_known_args", "parse_intermixed_args"))


class Relevance:
    """Files are judged by their bytes; functions and classes by the names that they mention."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self._files: dict[str, bool] = {}
        self._leading: dict[str, frozenset[str]] = {}

    def file(self, path: str) -> bool:
        """Whether a file mentions argparse, or is a package that imports from one that does."""
        if path not in self._files:
            self._files[path] = self._mentions(path) or (path.endswith("/__init__.py") and self._brings(path))
        return self._files[path]

    def imported(self, dotted: str) -> bool:
        """Whether a name of another module, or a module, may concern argparse."""
        if not self.lookup.is_ours(dotted):
            return False
        paths = (self.lookup.path(dotted), self.lookup.path(dotted.rpartition(".")[0]))
        return any(path and self.file(path) for path in paths)

    def leads(self, module: Module, name: str) -> bool:
        """Whether a function or class at the top level of a module may parse arguments."""
        if module.path not in self._leading:
            self._leading[module.path] = self._names(module)
        return name in self._leading[module.path]

    def _mentions(self, path: str) -> bool:
        data = self.lookup.checkout.read(path) or b""
        return any(word in data for word in _WORDS)

    def _brings(self, path: str) -> bool:
        try:
            module = self.lookup.module(path)
        except Refusal:
            return False
        dotted = dotted_name(path)
        for imported, _ in module.imports():
            source = absolute(imported.module, dotted, path)
            sources = (source, f"{source}.{imported.symbol}") if imported.symbol else (source,)
            paths = [self.lookup.path(source) for source in sources]
            if any(imported_path not in ("", path) and self._mentions(imported_path) for imported_path in paths):
                return True
        return False

    def _names(self, module: Module) -> frozenset[str]:
        """The definitions that mention a parser, another of these, or an imported name that may parse arguments."""
        leading: set[str] = set()
        for imported, _ in module.imports():
            leading |= self._led_by(module, imported)
        if not leading and not any(word in module.data for word in _WORDS):
            return frozenset()
        mentioned = {name: names for node in module.tree.body for name, names in _mentioned(node)}
        before = -1
        while len(leading) != before:
            before = len(leading)
            leading |= {name for name, names in mentioned.items() if names & _NAMES or names & leading}
        return frozenset(leading)

    def _led_by(self, module: Module, binding: Import) -> set[str]:
        """The names that an import binds and that may parse arguments."""
        source = absolute(binding.module, dotted_name(module.path), module.path)
        if not self.imported(f"{source}.{binding.symbol}" if binding.symbol else source):
            return set()
        if binding.symbol != "*":
            return {binding.name.split(".")[0]}
        self._leading.setdefault(module.path, frozenset())
        path = self.lookup.path(source)
        starred = self.lookup.module(path) if path else module
        self.leads(starred, "")
        return set(self._leading[starred.path])


def _mentioned(node: ast.stmt) -> list[tuple[str, frozenset[str]]]:
    """The names that a statement defines, each with all names that its definition mentions."""
    names = [imported.name for imported in imports_of(node)]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        names = [node.name]
    elif isinstance(node, ast.Assign):
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
    elif not isinstance(node, ast.If | ast.Try):
        return []
    else:
        return [definition for body in (node.body, node.orelse) for inner in body for definition in _mentioned(inner)]
    inside: set[str] = set()
    for mention in walk(node):
        if isinstance(mention, ast.Name):
            inside.add(mention.id)
        elif isinstance(mention, ast.Attribute) and mention.attr in _NAMES:
            inside.add(mention.attr)
    return [(name, frozenset(inside)) for name in names]
