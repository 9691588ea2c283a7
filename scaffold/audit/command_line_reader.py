"""The command line that a script takes, read from its source: a parser like the one that it makes, or nothing.

The statements are followed from the entrypoint to the first `parse_args`, through helpers, classes and modules that
have to do with argparse. What could not be followed makes a parser opaque, and nothing is said of it.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from scaffold.audit import parsers
from scaffold.audit.command_lines import CommandLine, Parser
from scaffold.audit.evaluation import Evaluation, bindings
from scaffold.audit.python_values import (
    ARGUMENTS,
    UNKNOWN,
    Class,
    External,
    Function,
    Instance,
    Scope,
    external,
    is_known,
    touches,
)
from scaffold.audit.relevance import Relevance
from scaffold.errors import Refusal
from scaffold.lookup import Definition, dotted_name, statements
from scaffold.python import Module, imports_of

_MOST_DEPTH = 8
_CATCHES = frozenset(("BaseException", "SystemExit"))
_Definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class _ParsedSignal(Exception):
    def __init__(self, line: CommandLine) -> None:
        super().__init__()
        self.line = line


class _UnclearSignal(Exception):
    """The arguments may be read in a way that cannot be followed."""


class _ReturnSignal(Exception):
    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


def read(function: Definition, relevance: Relevance) -> CommandLine | None:
    """What the function parses; None where it parses nothing, or where that cannot be told."""
    name = getattr(function.node, "name", "")
    if function.module.function(name) is function.node and not relevance.leads(function.module, name):
        return None
    reader = _Reader(relevance)
    try:
        reader.run(Function(function), (), {})
    except _ParsedSignal as signal:
        return signal.line if not signal.line.parser.is_opaque else None
    except (_UnclearSignal, Refusal, RecursionError):
        pass
    return None


class _Reader(Evaluation):
    def __init__(self, relevance: Relevance) -> None:
        super().__init__(relevance.lookup)
        self.conditional = 0
        self.depth = 0
        self.wanted = 0
        self.relevance = relevance
        self._scripts: dict[str, Scope] = {}

    # --- modules: which matter, and what makes a parser there

    def global_name(self, module: Module, name: str) -> object:
        # To follow every import would take longer than all other rules together.
        if not self.wanted and not name.isupper():
            source = external(module, name)
            ours = isinstance(source, External) and self.lookup.is_ours(source.name)
            if ours and isinstance(source, External) and not self.relevance.imported(source.name):
                return UNKNOWN
        return super().global_name(module, name)

    def attribute(self, value: object, name: str) -> object:
        if isinstance(value, Module) and not self.wanted and not name.isupper():
            path = self.lookup.path(f"{dotted_name(value.path)}.{name}")
            if path and not self.relevance.file(path):
                return UNKNOWN
        return super().attribute(value, name)

    def _global(self, module: Module, name: str) -> object:
        if module.path not in self._scripts:
            self._scripts[module.path] = {}
            if b"ArgumentParser" in module.data:
                self._run_module(module)
        made = self._scripts[module.path]
        return made[name] if name in made else super()._global(module, name)

    def _run_module(self, module: Module) -> None:
        """The statements of a module that make its parsers and add to them, and no others."""
        made = self._scripts[module.path]
        for node in module.tree.body:
            if isinstance(node, _Definitions | ast.Import | ast.ImportFrom):
                continue
            names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
            names |= {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
            if names & {"ArgumentParser", *made}:
                self._statement(node, made, module)
                for name in [name for name, value in made.items() if value is UNKNOWN]:
                    del made[name]

    # --- functions

    def run(self, function: Function, arguments: Sequence[object], named: dict[str, object]) -> object:
        node, module = function.definition.node, function.definition.module
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if self.depth >= _MOST_DEPTH:
            if touches([*arguments, *named.values()]):
                raise _UnclearSignal
            return UNKNOWN
        scope = {**function.around, **self._parameters(node, [*function.bound, *arguments], named, module)}
        self.depth += 1
        try:
            self._body(node.body, scope, module)
        except _ReturnSignal as signal:
            return signal.value if scope.get("return", signal.value) == signal.value else UNKNOWN
        finally:
            self.depth -= 1
        return None if "return" not in scope else UNKNOWN

    def _parameters(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef,
        given: list[object],
        named: dict[str, object],
        module: Module,
    ) -> Scope:
        arguments = node.args
        ordered = [*arguments.posonlyargs, *arguments.args]
        scope: Scope = {each.arg: UNKNOWN for each in (*ordered, *arguments.kwonlyargs)}
        for parameter, default in zip(reversed(ordered), reversed(arguments.defaults), strict=False):
            scope[parameter.arg] = self.evaluate(default, {}, module)
        for parameter, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if value is not None:
                scope[parameter.arg] = self.evaluate(value, {}, module)
        scope |= {parameter.arg: value for parameter, value in zip(ordered, given, strict=False)}
        scope |= {name: value for name, value in named.items() if name in scope}
        if arguments.vararg:
            scope[arguments.vararg.arg] = list(given[len(ordered) :])
        if arguments.kwarg:
            scope[arguments.kwarg.arg] = {name: value for name, value in named.items() if name not in scope}
        if "**" in named:
            scope |= {name: UNKNOWN for name in scope if not any(name == each.arg for each in ordered[: len(given)])}
        return scope

    def call(
        self, function: object, arguments: Sequence[object], named: dict[str, object], node: ast.Call, scope: Scope
    ) -> object:
        module = scope.pop("")
        assert isinstance(module, Module)
        if isinstance(node.func, ast.Attribute):
            base = self.evaluate(node.func.value, scope, module)
            if parsers.is_part(base):
                return self._on_parser(base, node.func.attr, arguments, named)
            if base == External("sys.argv"):
                raise _UnclearSignal
            if isinstance(base, dict) and node.func.attr in ("keys", "values", "items"):
                found = {"keys": list(base), "values": list(base.values()), "items": [[*each] for each in base.items()]}
                return found[node.func.attr]
            if isinstance(base, str) and node.func.attr in ("lower", "upper", "strip") and not arguments:
                return getattr(base, node.func.attr)()
            if isinstance(base, External) and base.name == "super" and "__class__" in scope:
                function = self._above(scope, node.func.attr)
        if isinstance(function, Function):
            return self._follow(function, arguments, named)
        if isinstance(function, Class):
            return self._made(function, arguments, named)
        if isinstance(function, External):
            return self._external(function.name, arguments, named)
        self._lost(arguments, named)
        return UNKNOWN

    def _follow(self, function: Function, arguments: Sequence[object], named: dict[str, object]) -> object:
        values = [*arguments, *named.values(), *function.bound]
        if self.wanted or touches(values) or self._leads(function):
            return self.run(function, arguments, named)
        return UNKNOWN

    def _leads(self, function: Function) -> bool:
        """Whether a function may come to parse arguments; one inside of a class or function may, where that does."""
        module, line = function.definition.module, function.definition.node.lineno
        for node in module.tree.body:
            if isinstance(node, _Definitions) and node.lineno <= line <= (node.end_lineno or line):
                return self.relevance.leads(module, node.name)
        return True

    def _made(self, made: Class, arguments: Sequence[object], named: dict[str, object]) -> object:
        """What a call of a class comes to."""
        if "argparse.ArgumentParser" in self.externals(made):
            raise _UnclearSignal
        members = self.members(made)
        if members is not None:
            return next((item for _, item in members if getattr(item, "value", item) == arguments[0]), UNKNOWN)
        found = Instance(made)
        method = self.method(made, "__init__")
        if method:
            self._follow(Function(method.definition, method.around, (found,)), arguments, named)
        else:
            self._lost(arguments, named)
        return found

    def _above(self, scope: Scope, name: str) -> object:
        """A method of the class above, bound to the object."""
        made, found = scope["__class__"], scope.get("self")
        for base in self.bases(made) if isinstance(made, Class) else ():
            method = self.method(base, name) if isinstance(base, Class) else None
            if method:
                return Function(method.definition, method.around, (found,))
        return UNKNOWN

    def _external(self, name: str, arguments: Sequence[object], named: dict[str, object]) -> object:
        if name == "argparse.ArgumentParser":
            return parsers.made(arguments, named)
        if name == "super":
            return External("super")
        if "." not in name:
            return self.builtin(name, arguments)
        self._lost(arguments, named)
        return UNKNOWN

    def _lost(self, arguments: Sequence[object], named: dict[str, object]) -> None:
        """Parsers that were handed to something that cannot be followed."""
        for parser in touches([*arguments, *named.values()]):
            assert isinstance(parser, Parser)
            parser.is_opaque = True

    def _on_parser(self, base: Any, name: str, arguments: Sequence[object], named: dict[str, object]) -> object:
        if name in ("parse_args", "parse_known_args", "parse_intermixed_args"):
            words = arguments[0] if arguments else named.get("args")
            if not isinstance(base, Parser) or self.conditional or words not in (None, ARGUMENTS):
                raise _UnclearSignal
            raise _ParsedSignal(CommandLine(base, name == "parse_known_args"))
        return parsers.called(base, name, arguments, named, self, bool(self.conditional))

    def _call(self, node: ast.Call, scope: Scope, module: Module) -> object:
        adds = isinstance(node.func, ast.Attribute) and node.func.attr.startswith("add_")
        self.wanted += adds
        try:
            return super()._call(node, scope, module)
        finally:
            self.wanted -= adds

    # --- statements

    def _body(self, body: Sequence[ast.stmt], scope: Scope, module: Module) -> None:
        for node in body:
            self._statement(node, scope, module)

    def _statement(self, node: ast.stmt, scope: Scope, module: Module) -> None:
        method = getattr(self, f"_on_{type(node).__name__.lower()}", None)
        if method:
            method(node, scope, module)
        elif isinstance(node, _Definitions):
            found = Definition(module, node)
            scope[node.name] = Class(found) if isinstance(node, ast.ClassDef) else Function(found, scope)
        elif isinstance(node, ast.While | ast.Match | ast.AsyncFor | ast.TryStar):
            self._maybe([node], scope, module)

    def _on_expr(self, node: ast.Expr, scope: Scope, module: Module) -> None:
        self.evaluate(node.value, scope, module)

    def _on_return(self, node: ast.Return, scope: Scope, module: Module) -> None:
        value = self.evaluate(node.value, scope, module) if node.value else None
        if not self.conditional:
            raise _ReturnSignal(value)
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
                raise _UnclearSignal
        elif isinstance(target, ast.Subscript) and self._is_arguments(target.value, scope, module):
            raise _UnclearSignal
        scope |= bindings(target, UNKNOWN if self.conditional else value)

    def _on_with(self, node: ast.With, scope: Scope, module: Module) -> None:
        for item in node.items:
            self.evaluate(item.context_expr, scope, module)
            if item.optional_vars is not None:
                self._bind(item.optional_vars, UNKNOWN, scope, module)
        self._body(node.body, scope, module)

    _on_asyncwith = _on_with

    def _on_if(self, node: ast.If, scope: Scope, module: Module) -> None:
        test = self.evaluate(node.test, scope, module)
        if is_known(test) and not self.conditional:
            self._body(node.body if test else node.orelse, scope, module)
            return
        named = (each for each in ast.walk(node.test) if isinstance(each, ast.Name | ast.Attribute))
        if any(self._is_arguments(each, scope, module) for each in named):
            raise _UnclearSignal
        self._maybe(node.body, scope, module)
        self._maybe(node.orelse, scope, module)

    def _is_arguments(self, node: ast.expr, scope: Scope, module: Module) -> bool:
        return self.evaluate(node, scope, module) in (ARGUMENTS, External("sys.argv"))

    def _on_for(self, node: ast.For, scope: Scope, module: Module) -> None:
        items = self.iterated(self.evaluate(node.iter, scope, module))
        leaves = any(isinstance(each, ast.Break | ast.Continue) for each in ast.walk(node))
        if items is None or leaves or self.conditional:
            self._maybe(node.body, {**scope, **bindings(node.target, UNKNOWN)}, module)
            return
        for item in items:
            scope |= bindings(node.target, item)
            self._body(node.body, scope, module)

    def _on_try(self, node: ast.Try, scope: Scope, module: Module) -> None:
        caught = [handler.type for handler in node.handlers]
        names = {getattr(each, "id", getattr(each, "attr", "")) for kind in caught if kind for each in ast.walk(kind)}
        if None in caught or names & _CATCHES:
            self._maybe(node.body, scope, module)
        else:
            self._body(node.body, scope, module)
        for handler in node.handlers:
            self._maybe(handler.body, scope, module)
        self._body([*node.orelse, *node.finalbody], scope, module)

    def _on_raise(self, node: ast.Raise, scope: Scope, module: Module) -> None:
        if not self.conditional:
            raise _ReturnSignal(UNKNOWN)

    def _on_importfrom(self, node: ast.Import | ast.ImportFrom, scope: Scope, module: Module) -> None:
        """An import inside of a function, as if it stood in a module of its own."""
        alone = Module.__new__(Module)
        alone.checkout, alone.path, alone.data = module.checkout, module.path, b""
        alone.tree, alone.line_starts = ast.Module([node], []), module.line_starts
        for item in imports_of(node):
            name = item.name if item.alias or item.symbol else item.module.split(".")[0]
            scope[name] = self._imported_here(alone, name)

    _on_import = _on_importfrom

    def _imported_here(self, alone: Module, name: str) -> object:
        found = external(alone, name)
        if not isinstance(found, External) or not self.lookup.is_ours(found.name):
            return found
        package, _, last = found.name.rpartition(".")
        path = self.lookup.path(found.name)
        if path:
            return self.lookup.module(path)
        source = self.lookup.path(package)
        return self.global_name(self.lookup.module(source), last) if source else UNKNOWN

    def _maybe(self, body: Sequence[ast.stmt], scope: Scope, module: Module) -> None:
        """Statements that may or may not run: no parser may come out of them, and what they bind is not known."""
        self.conditional += 1
        try:
            for node in statements(list(body)):
                if not isinstance(node, ast.While | ast.Match | ast.AsyncFor | ast.TryStar):
                    self._flat(node, scope, module)
        finally:
            self.conditional -= 1

    def _flat(self, node: ast.stmt, scope: Scope, module: Module) -> None:
        """A statement without those inside of it, which come by themselves."""
        if isinstance(node, ast.If | ast.While):
            self.evaluate(node.test, scope, module)
        elif isinstance(node, ast.For | ast.AsyncFor):
            self.evaluate(node.iter, scope, module)
            scope |= bindings(node.target, UNKNOWN)
        elif isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                self.evaluate(item.context_expr, scope, module)
        elif not isinstance(node, ast.Try | ast.Match):
            self._statement(node, scope, module)
