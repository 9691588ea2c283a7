"""What a program surely reads from its environment: an entrypoint, what it calls, and what is imported for it.

A call is followed if the source alone shows what is called. Unfollowed that a condition, a loop or a handler of
exceptions may leave out does not count.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from scaffold.python.environment import settings
from scaffold.python.environment.expressions import Evaluator
from scaffold.python.environment.names import ApiNames, Function, decorators, last_name
from scaffold.python.environment.statements import Flow
from scaffold.python.environment.values import UNKNOWN, ApiObject, Constant, Frame, Known, Named, Parent, Read, Scope
from scaffold.python.lookup import Binding
from scaffold.python.module import Module

_DEEPEST = 16
# Decorators that run the function that they decorate, with the same arguments.
_TRANSPARENT = frozenset(
    ("staticmethod", "classmethod", "property", "cached_property", "cache", "lru_cache", "background_task", "wraps")
)
_Key = tuple[ast.AST, ast.AST | None, tuple[tuple[str, Known], ...]]


class Execution:
    """The functions of a checkout, each followed once for the same arguments."""

    def __init__(self, names: ApiNames) -> None:
        self.names = names
        self._evaluator = Evaluator(self.names, self._invoke)
        self._flow = Flow(self._evaluator)
        self._followed: dict[_Key, tuple[tuple[Read, ...], Known]] = {}
        self._imported: dict[str, tuple[Read, ...]] = {}

    def reads(self, entrypoint: Binding) -> tuple[Read, ...]:
        """What a call of a function without arguments surely reads."""
        return self._run(entrypoint, {}, 0)[0]

    def reads_on_import(self, module: Module) -> tuple[Read, ...]:
        """What the top level of a module surely reads."""
        if module.path not in self._imported:
            frame = Frame(module, {}, 0)
            self._flow.body(module.tree.body, frame)
            self._imported[module.path] = tuple(frame.reads)
        return self._imported[module.path]

    # --- calls

    def _invoke(self, node: ast.Call, function: Known, frame: Frame) -> Known:
        if frame.depth >= _DEEPEST:
            return UNKNOWN
        if isinstance(function, Named):
            if function.target == "builtins.super":
                return Parent(frame.instance, frame.owner) if frame.instance and frame.owner else UNKNOWN
            target = function.target
            if isinstance(target, Binding) and isinstance(target.node, ast.ClassDef):
                return self._constructed(node, target, frame)
            return self._called(node, target, frame) if isinstance(target, Binding) else UNKNOWN
        return self._method(node, function, frame)

    def _method(self, node: ast.Call, value: Known, frame: Frame) -> Known:
        """A method of an object whose class is known."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        instance = value.instance if isinstance(value, Parent) else value
        if not isinstance(instance, ApiObject):
            return UNKNOWN
        after = value.after if isinstance(value, Parent) else None
        method = self.names.method(instance.definition, name, after)
        return self._called(node, method, frame, instance) if method else UNKNOWN

    def _called(self, node: ast.Call, target: Binding, frame: Frame, instance: ApiObject | None = None) -> Known:
        function = target.node
        if not isinstance(function, ast.FunctionDef) or not _is_plain(function, b"yield" in target.module.data):
            return UNKNOWN
        scope = _arguments(node, function, self._evaluator, frame, instance)
        reads, result = self._run(target, scope, frame.depth + 1, instance)
        frame.reads += reads
        return result

    def _run(
        self, target: Binding, scope: Scope, depth: int, instance: ApiObject | None = None
    ) -> tuple[tuple[Read, ...], Known]:
        function = target.node
        assert isinstance(function, Function)
        definition = instance.definition.node if instance else None
        key = (function, definition, tuple(scope.items()))
        known = self._followed.get(key)
        if known is None:
            self._followed[key] = ((), UNKNOWN)  # for a function that calls itself
            frame = Frame(target.module, scope, depth, instance)
            frame.owner = self.names.owner(instance.definition, function) if instance else None
            self._flow.body(function.body, frame)
            known = self._followed[key] = tuple(frame.reads), frame.result
        return known

    # --- objects

    def _constructed(self, node: ast.Call, target: Binding, frame: Frame) -> Known:
        instance = ApiObject(target)
        if settings.is_settings(target, self.names):
            frame.reads += self._settings(node, target)
            return instance
        constructor = self.names.method(target, "__init__")
        if constructor:
            self._called(node, constructor, frame, instance)
        elif "dataclass" in decorators(target.node):
            self._defaults(node, target, frame)
        return instance

    def _settings(self, node: ast.Call, target: Binding) -> Iterator[Read]:
        given = {keyword.arg for keyword in node.keywords}
        if node.args or given & {None, "_env_file", "_secrets_dir"}:
            return
        for name, read in settings.required(target, self.names) or ():
            if name not in given:
                yield read

    def _defaults(self, node: ast.Call, target: Binding, frame: Frame) -> None:
        """The fields of a dataclass that a function fills in unless they are given."""
        given = {keyword.arg for keyword in node.keywords}
        for name, value in _fields(target)[len(node.args) :] if None not in given else ():
            factory = _factory(value) if name not in given else None
            if factory is not None:
                own = Frame(target.module, {}, frame.depth + 1)
                body = factory.body if isinstance(factory, ast.Lambda) else ast.Call(factory, [], [])
                self._evaluator.evaluate(body, own)
                frame.reads += own.reads


def _fields(target: Binding) -> list[tuple[str, ast.expr | None]]:
    body = target.node.body if isinstance(target.node, ast.ClassDef) else []
    annotated = [inner for inner in body if isinstance(inner, ast.AnnAssign)]
    return [(inner.target.id, inner.value) for inner in annotated if isinstance(inner.target, ast.Name)]


def _is_plain(function: ast.FunctionDef, may_yield: bool) -> bool:
    """Whether a call runs the body with its arguments: no generator, and no decorator that may do something else."""
    if not _TRANSPARENT.issuperset(decorators(function)):
        return False
    waiting: list[ast.AST] = [*function.body] if may_yield else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return False
        if not isinstance(node, Function | ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return True


def _arguments(
    node: ast.Call, function: Function, evaluator: Evaluator, frame: Frame, instance: ApiObject | None
) -> Scope:
    """What the parameters are: constants that are passed, defaults, and the object itself."""
    names, keywords = _parameters(function)
    bound, names = _bound(function, names, instance)
    scope: Scope = dict.fromkeys([*names, *keywords, *_others(function)], UNKNOWN)
    if any(isinstance(argument, ast.Starred) for argument in node.args) or any(not word.arg for word in node.keywords):
        return {**scope, **bound}
    defaults = function.args.defaults[-len(names) :] if names else []
    scope.update(zip(names[len(names) - len(defaults) :], map(_default, defaults), strict=True))
    scope.update(zip(keywords, map(_default, function.args.kw_defaults), strict=True))
    quiet = frame.branch()  # the arguments were evaluated before
    scope.update(zip(names, [evaluator.evaluate(argument, quiet) for argument in node.args], strict=False))
    scope.update({word.arg: evaluator.evaluate(word.value, quiet) for word in node.keywords if word.arg in scope})
    return {**scope, **bound}


def _parameters(function: Function) -> tuple[list[str], list[str]]:
    """The names of the parameters by position, and of those by keyword only."""
    arguments = function.args
    positional = [parameter.arg for parameter in (*arguments.posonlyargs, *arguments.args)]
    return positional, [parameter.arg for parameter in arguments.kwonlyargs]


def _others(function: Function) -> list[str]:
    return [parameter.arg for parameter in (function.args.vararg, function.args.kwarg) if parameter]


def _bound(function: Function, names: list[str], instance: ApiObject | None) -> tuple[Scope, list[str]]:
    """The first parameter of a method, and the others."""
    kinds = decorators(function)
    if "staticmethod" in kinds or not names or (instance is None and "classmethod" not in kinds):
        return {}, names
    return {names[0]: UNKNOWN if instance is None or "classmethod" in kinds else instance}, names[1:]


def _default(node: ast.expr | None) -> Known:
    return Constant(node.value) if isinstance(node, ast.Constant) else UNKNOWN


def _factory(value: ast.expr | None) -> ast.expr | None:
    """`f` of `field(default_factory=f)`."""
    keywords = value.keywords if isinstance(value, ast.Call) and last_name(value.func) == "field" else []
    return next((keyword.value for keyword in keywords if keyword.arg == "default_factory"), None)
