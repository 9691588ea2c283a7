"""The command line of a script, read from its source as a parser equal to the one that it creates.

The statements are followed from the entrypoint to the first `parse_args`, through helpers, classes and modules that
concern argparse. A parser is opaque if something was done with it that could not be followed; it is not used then.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache

from scaffold.errors import Refusal
from scaffold.python.command_line.calls import DEFINITIONS, Calls, ParsedSignal, ReturnSignal, UnclearSignal
from scaffold.python.command_line.evaluation import bindings
from scaffold.python.command_line.parser import CommandLine, Parser
from scaffold.python.command_line.relevance import Relevance
from scaffold.python.command_line.values import (
    ARGUMENTS,
    UNKNOWN,
    Class,
    External,
    Function,
    Instance,
    Scope,
    external,
    is_known,
)
from scaffold.python.lookup import Binding, Lookup
from scaffold.python.module import Module, imports_of, walk
from scaffold.python.top_level import statements

_CATCHES = frozenset(("BaseException", "SystemExit"))


def read(function: Binding, lookup: Lookup) -> CommandLine | None:
    """The command line that a function parses; None if it parses none, or if that is unknown.

    The entry point of this package.
    """
    relevance = _relevance(lookup)
    name = getattr(function.node, "name", "")
    if function.module.function(name) is function.node and not relevance.leads(function.module, name):
        return None
    reader = _Reader(relevance)
    try:
        reader.run(Function(function), (), {})
    except ParsedSignal as signal:
        return signal.line if not signal.line.parser.is_opaque else None
    except (UnclearSignal, Refusal, RecursionError):
        pass
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        pass  # as the program itself would: range(0, 9, 0), an option without a name
    return None


@lru_cache(maxsize=1)
def _relevance(lookup: Lookup) -> Relevance:
    """One for all functions of a checkout, since it remembers what it read."""
    return Relevance(lookup)


class _Reader(Calls):
    def body(self, body: Sequence[ast.stmt], scope: Scope, module: Module) -> None:
        for node in body:
            self._statement(node, scope, module)

    def _statement(self, node: ast.stmt, scope: Scope, module: Module) -> None:
        method = getattr(self, f"_on_{type(node).__name__.lower()}", None)
        if method:
            method(node, scope, module)
        elif isinstance(node, DEFINITIONS):
            definition = Binding(module, node)
            scope[node.name] = Class(definition) if isinstance(node, ast.ClassDef) else Function(definition, scope)
        elif isinstance(node, ast.While | ast.Match | ast.AsyncFor | ast.TryStar):
            self._maybe([node], scope, module)

    def _on_expr(self, node: ast.Expr, scope: Scope, module: Module) -> None:
        self.evaluate(node.value, scope, module)

    def _on_return(self, node: ast.Return, scope: Scope, module: Module) -> None:
        value = self.evaluate(node.value, scope, module) if node.value else None
        if not self.conditional:
            raise ReturnSignal(value)
        scope["return"] = value

    def _on_assign(self, node: ast.Assign, scope: Scope, module: Module) -> None:
        value = self.evaluate(node.value, scope, module)
        for target in node.targets:
            self._bind(target, value, scope, module)

    def _on_annassign(self, node: ast.AnnAssign, scope: Scope, module: Module) -> None:
        if node.value:
            self._bind(node.target, self.evaluate(node.value, scope, module), scope, module)

    def _on_augassign(self, node: ast.AugAssign, scope: Scope, module: Module) -> None:
        value = UNKNOWN
        if isinstance(node.target, ast.Name):
            reads = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
            value = self.evaluate(reads, scope, module)  # type: ignore[assignment]
        self._bind(node.target, value, scope, module)

    def _bind(self, target: ast.expr, value: object, scope: Scope, module: Module) -> None:
        if isinstance(target, ast.Attribute):
            holder = self.evaluate(target.value, scope, module)
            if isinstance(holder, Instance):
                holder.attributes[target.attr] = UNKNOWN if self.conditional else value
            elif isinstance(holder, Parser):
                holder.is_opaque |= target.attr not in ("description", "epilog", "prog", "usage")
            elif holder == External("sys"):
                raise UnclearSignal
        elif isinstance(target, ast.Subscript) and self._is_arguments(target.value, scope, module):
            raise UnclearSignal
        scope |= bindings(target, UNKNOWN if self.conditional else value)

    def _on_with(self, node: ast.With, scope: Scope, module: Module) -> None:
        for context in node.items:
            self.evaluate(context.context_expr, scope, module)
            if context.optional_vars is not None:
                self._bind(context.optional_vars, UNKNOWN, scope, module)
        self.body(node.body, scope, module)

    _on_asyncwith = _on_with

    def _on_if(self, node: ast.If, scope: Scope, module: Module) -> None:
        test = self.evaluate(node.test, scope, module)
        if is_known(test) and not self.conditional:
            self.body(node.body if test else node.orelse, scope, module)
            return
        named = (name for name in walk(node.test) if isinstance(name, ast.Name | ast.Attribute))
        if any(self._is_arguments(name, scope, module) for name in named):
            raise UnclearSignal
        self._maybe(node.body, scope, module)
        self._maybe(node.orelse, scope, module)

    def _is_arguments(self, node: ast.expr, scope: Scope, module: Module) -> bool:
        return self.evaluate(node, scope, module) in (ARGUMENTS, External("sys.argv"))

    def _on_for(self, node: ast.For, scope: Scope, module: Module) -> None:
        elements = self.iterated(self.evaluate(node.iter, scope, module))
        leaves = any(isinstance(inner, ast.Break | ast.Continue) for inner in walk(node))
        if elements is None or leaves or self.conditional:
            self._maybe(node.body, {**scope, **bindings(node.target, UNKNOWN)}, module)
            return
        for element in elements:
            scope |= bindings(node.target, element)
            self.body(node.body, scope, module)

    def _on_try(self, node: ast.Try, scope: Scope, module: Module) -> None:
        caught = [handler.type for handler in node.handlers]
        names = {getattr(name, "id", getattr(name, "attr", "")) for kind in caught if kind for name in walk(kind)}
        if None in caught or names & _CATCHES:
            self._maybe(node.body, scope, module)
        else:
            self.body(node.body, scope, module)
        for handler in node.handlers:
            self._maybe(handler.body, scope, module)
        self.body([*node.orelse, *node.finalbody], scope, module)

    def _on_raise(self, node: ast.Raise, scope: Scope, module: Module) -> None:
        if not self.conditional:
            raise ReturnSignal(UNKNOWN)

    def _on_importfrom(self, node: ast.Import | ast.ImportFrom, scope: Scope, module: Module) -> None:
        """An import inside a function, handled as if it were a module of its own."""
        alone = Module.__new__(Module)
        alone.checkout, alone.path, alone.data = module.checkout, module.path, b""
        alone.tree, alone.line_starts = ast.Module([node], []), module.line_starts
        for imported in imports_of(node):
            name = imported.name if imported.alias or imported.symbol else imported.module.split(".")[0]
            scope[name] = self._imported_here(alone, name)

    _on_import = _on_importfrom

    def _imported_here(self, alone: Module, name: str) -> object:
        source_object = external(alone, name)
        if not isinstance(source_object, External) or not self.lookup.is_ours(source_object.name):
            return source_object
        package, _, last = source_object.name.rpartition(".")
        path = self.lookup.path(source_object.name)
        if path:
            return self.lookup.module(path)
        source = self.lookup.path(package)
        return self.global_name(self.lookup.module(source), last) if source else UNKNOWN

    def _maybe(self, body: Sequence[ast.stmt], scope: Scope, module: Module) -> None:
        """Statements that may or may not run: they must not create parsers, and names that they bind are unknown."""
        self.conditional += 1
        try:
            for node in statements(list(body)):
                if not isinstance(node, ast.While | ast.Match | ast.AsyncFor | ast.TryStar):
                    self._flat(node, scope, module)
        finally:
            self.conditional -= 1

    def _flat(self, node: ast.stmt, scope: Scope, module: Module) -> None:
        """A statement without its nested statements, which are handled separately."""
        if isinstance(node, ast.If | ast.While):
            self.evaluate(node.test, scope, module)
        elif isinstance(node, ast.For | ast.AsyncFor):
            self.evaluate(node.iter, scope, module)
            scope |= bindings(node.target, UNKNOWN)
        elif isinstance(node, ast.With | ast.AsyncWith):
            for context in node.items:
                self.evaluate(context.context_expr, scope, module)
        elif not isinstance(node, ast.Try | ast.Match):
            self._statement(node, scope, module)
