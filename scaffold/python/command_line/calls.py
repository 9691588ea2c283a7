"""Calls in an entrypoint's source, followed as far as they concern argparse."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from scaffold.python.command_line import argparse_calls
from scaffold.python.command_line.evaluation import Evaluation
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
    touches,
)
from scaffold.python.lookup import Binding, dotted_name
from scaffold.python.module import Module, walk

DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_MOST_DEPTH = 8
# The entrypoints of the API take a few hundred steps. Reading stops after this many, so that checks stay fast.
_MOST_STEPS = 5_000


class ParsedSignal(Exception):
    def __init__(self, line: CommandLine) -> None:
        super().__init__()
        self.line = line


class UnclearSignal(Exception):
    """The arguments may be read in a way that cannot be followed."""


class ReturnSignal(Exception):
    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


class Calls(Evaluation):
    """The results of calls. A subclass executes the statements of a body."""

    def __init__(self, relevance: Relevance) -> None:
        super().__init__(relevance.lookup)
        self.conditional = 0
        self.depth = 0
        self.steps = 0
        self.wanted = 0
        self.relevance = relevance
        self._scripts: dict[str, Scope] = {}

    def evaluate(self, node: ast.expr, scope: Scope, module: Module) -> object:
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise UnclearSignal
        return super().evaluate(node, scope, module)

    def body(self, body: Sequence[ast.stmt], scope: Scope, module: Module) -> None:
        raise NotImplementedError

    # --- modules: the relevant ones, and their parsers

    def global_name(self, module: Module, name: str) -> object:
        # Following every import would take longer than all other rules together.
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
        parsers = self._parsers_in(module)
        return parsers[name] if name in parsers else super()._global(module, name)

    def defined(self, binding: Binding, name: str) -> object:
        """Also a parser that another module creates, under its name there."""
        targets = binding.node.targets if isinstance(binding.node, ast.Assign) else []
        parsers = self._parsers_in(binding.module)
        own = [target.id for target in targets if isinstance(target, ast.Name) and target.id in parsers]
        return parsers[own[0]] if own else super().defined(binding, name)

    def _parsers_in(self, module: Module) -> Scope:
        """The parsers of a module, with their groups and subcommands."""
        if module.path not in self._scripts:
            self._scripts[module.path] = {}
            if b"ArgumentParser" in module.data:
                self._run_module(module)
        return self._scripts[module.path]

    def _run_module(self, module: Module) -> None:
        """The statements of a module that create its parsers and add to them, and no others."""
        parsers = self._scripts[module.path]
        for node in module.tree.body:
            if isinstance(node, DEFINITIONS | ast.Import | ast.ImportFrom):
                continue
            names = {inner.id for inner in walk(node) if isinstance(inner, ast.Name)}
            names |= {inner.attr for inner in walk(node) if isinstance(inner, ast.Attribute)}
            if names & {"ArgumentParser", *parsers}:
                self.body([node], parsers, module)
                for name in [name for name, value in parsers.items() if value is UNKNOWN]:
                    del parsers[name]

    # --- functions

    def run(self, function: Function, arguments: Sequence[object], named: dict[str, object]) -> object:
        node, module = function.definition.node, function.definition.module
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if self.depth >= _MOST_DEPTH:
            if touches([*arguments, *named.values()]):
                raise UnclearSignal
            return UNKNOWN
        scope = {**function.around, **self._parameters(node, [*function.bound, *arguments], named, module)}
        self.depth += 1
        try:
            self.body(node.body, scope, module)
        except ReturnSignal as signal:
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
        scope: Scope = {parameter.arg: UNKNOWN for parameter in (*ordered, *arguments.kwonlyargs)}
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
            positional = {parameter.arg for parameter in ordered[: len(given)]}
            scope |= {name: UNKNOWN for name in scope if name not in positional}
        return scope

    def call(
        self, function: object, arguments: Sequence[object], named: dict[str, object], node: ast.Call, scope: Scope
    ) -> object:
        module = scope.pop("")
        assert isinstance(module, Module)
        if isinstance(node.func, ast.Attribute):
            base = self.evaluate(node.func.value, scope, module)
            if argparse_calls.is_part(base):
                return self._on_parser(base, node.func.attr, arguments, named)
            if base == External("sys.argv"):
                raise UnclearSignal
            if isinstance(base, dict) and node.func.attr in ("keys", "values", "items"):
                pairs = [[*pair] for pair in base.items()]
                return {"keys": list(base), "values": list(base.values()), "items": pairs}[node.func.attr]
            if isinstance(base, str) and node.func.attr in ("lower", "upper", "strip") and not arguments:
                return getattr(base, node.func.attr)()
            if isinstance(base, External) and base.name == "super" and "__class__" in scope:
                function = self._above(scope, node.func.attr)
        if isinstance(function, Function):
            return self._follow(function, arguments, named)
        if isinstance(function, Class):
            return self._instance(function, arguments, named)
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
        """Whether a function may parse arguments; a nested one may if the class or function around it may."""
        module, line = function.definition.module, function.definition.node.lineno
        for node in module.tree.body:
            if isinstance(node, DEFINITIONS) and node.lineno <= line <= (node.end_lineno or line):
                return self.relevance.leads(module, node.name)
        return True

    def _instance(self, cls: Class, arguments: Sequence[object], named: dict[str, object]) -> object:
        """The result of a call of a class."""
        if "argparse.ArgumentParser" in self.externals(cls):
            raise UnclearSignal
        members = self.members(cls)
        if members is not None:
            return next(
                (member for _, member in members if [getattr(member, "value", member)] == [*arguments]), UNKNOWN
            )
        instance = Instance(cls)
        method = self.method(cls, "__init__")
        if method:
            self._follow(Function(method.definition, method.around, (instance,)), arguments, named)
        else:
            self._lost(arguments, named)
        return instance

    def _above(self, scope: Scope, name: str) -> object:
        """A method of the base class, bound to the object."""
        cls, instance = scope["__class__"], scope.get("self")
        if not isinstance(cls, Class):
            return UNKNOWN
        for base in self.bases(cls):
            method = self.method(base, name) if isinstance(base, Class) else None
            if method:
                return Function(method.definition, method.around, (instance,))
        return UNKNOWN

    def _external(self, name: str, arguments: Sequence[object], named: dict[str, object]) -> object:
        if name == "argparse.ArgumentParser":
            return argparse_calls.new_parser(arguments, named)
        if name == "super":
            return External("super")
        if "." not in name:
            return self.builtin(name, arguments)
        self._lost(arguments, named)
        return UNKNOWN

    def _lost(self, arguments: Sequence[object], named: dict[str, object]) -> None:
        """Mark parsers as opaque if they are passed to something that cannot be followed."""
        for parser in touches([*arguments, *named.values()]):
            assert isinstance(parser, Parser)
            parser.is_opaque = True

    def _on_parser(self, base: Any, name: str, arguments: Sequence[object], named: dict[str, object]) -> object:
        if name in ("parse_args", "parse_known_args", "parse_intermixed_args"):
            words = arguments[0] if arguments else named.get("args")
            if not isinstance(base, Parser) or self.conditional or words not in (None, ARGUMENTS):
                raise UnclearSignal
            raise ParsedSignal(CommandLine(base, name == "parse_known_args"))
        return argparse_calls.called(base, name, arguments, named, self, bool(self.conditional))

    def _call(self, node: ast.Call, scope: Scope, module: Module) -> object:
        adds = isinstance(node.func, ast.Attribute) and node.func.attr.startswith("add_")
        self.wanted += adds
        try:
            return super()._call(node, scope, module)
        finally:
            self.wanted -= adds
