"""Which statements of a body surely run, up to the first that may leave it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from enum import Enum

from scaffold.python.bindings import truth
from scaffold.python.environment.expressions import EXITS, Evaluator, as_check, keep_common
from scaffold.python.environment.names import Function, last_name
from scaffold.python.environment.values import UNKNOWN, Check, Constant, Frame, Named
from scaffold.python.lookup import Binding

_Try = ast.Try | ast.TryStar
_GUARDS = frozenset(
    ("KeyError", "LookupError", "TypeError", "ValueError", "AttributeError", "ValidationError", "Exception")
)


class End(Enum):
    """How a statement or a body ends: the next one runs, it may be left early, it is left, or the program fails."""

    NEXT = "next"
    MAYBE = "maybe"
    LEAVES = "leaves"
    FAILS = "fails"


class Flow:
    """Follows the statements of a body."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator

    def body(self, statements: Iterable[ast.stmt], frame: Frame) -> End:
        for node in statements:
            end = self._statement(node, frame)
            if end is not End.NEXT:
                return end
        return End.NEXT

    def _statement(self, node: ast.stmt, frame: Frame) -> End:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method:
            end = method(node, frame)
            assert isinstance(end, End)
            return end
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.evaluator.evaluate(child, frame)
        return End.NEXT

    # --- simple statements

    def _expr(self, node: ast.Expr, frame: Frame) -> End:
        call = node.value
        if isinstance(call, ast.Call) and self.evaluator.target(call.func, frame) in EXITS:
            status = self.evaluator.evaluate(call.args[0], frame) if call.args else Constant(None)
            return End.LEAVES if status in (Constant(0), Constant(None)) else End.FAILS
        self.evaluator.evaluate(call, frame)
        return End.NEXT

    def _assign(self, node: ast.Assign, frame: Frame) -> End:
        value = self.evaluator.evaluate(node.value, frame)
        for target in node.targets:
            if isinstance(target, ast.Name):
                frame.scope[target.id] = value
            else:
                self._unpacked(target, frame)
        return End.NEXT

    def _annassign(self, node: ast.AnnAssign, frame: Frame) -> End:
        value = self.evaluator.evaluate(node.value, frame)
        if isinstance(node.target, ast.Name) and node.value is not None:
            frame.scope[node.target.id] = value
        return End.NEXT

    def _augassign(self, node: ast.AugAssign, frame: Frame) -> End:
        self.evaluator.needed(node.value, frame)
        self._unpacked(node.target, frame)
        return End.NEXT

    def _unpacked(self, target: ast.AST, frame: Frame) -> None:
        for inner in ast.walk(target):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                frame.scope[inner.id] = UNKNOWN

    def _return(self, node: ast.Return, frame: Frame) -> End:
        frame.result = self.evaluator.evaluate(node.value, frame)
        return End.LEAVES

    def _raise(self, node: ast.Raise, frame: Frame) -> End:
        self.evaluator.evaluate(node.exc, frame)
        return End.FAILS

    def _break(self, node: ast.stmt, frame: Frame) -> End:
        return End.LEAVES

    _continue = _break

    def _assert(self, node: ast.Assert, frame: Frame) -> End:
        test = as_check(self.evaluator.evaluate(node.test, frame))
        if isinstance(test, Check) and not test.truth:
            frame.fails_without(*test.missing)
        return End.NEXT

    def _import(self, node: ast.Import | ast.ImportFrom, frame: Frame) -> End:
        names = self.evaluator.names
        for name, (source, symbol) in names.imported_by(node, frame.module):
            target = names.target_of(source, symbol)
            frame.scope[name] = Named(target) if target is not None else UNKNOWN
        return End.NEXT

    _importfrom = _import

    def _functiondef(self, node: Function, frame: Frame) -> End:
        for default in (*node.args.defaults, *node.args.kw_defaults):
            self.evaluator.evaluate(default, frame)
        for decorator in node.decorator_list:
            self.evaluator.evaluate(decorator, frame)
        frame.scope[node.name] = UNKNOWN
        return End.NEXT

    _asyncfunctiondef = _functiondef

    def _classdef(self, node: ast.ClassDef, frame: Frame) -> End:
        inner = frame.branch()
        self.body(node.body, inner)
        frame.reads += inner.reads
        frame.scope[node.name] = UNKNOWN
        return End.NEXT

    # --- compound statements

    def _if(self, node: ast.If, frame: Frame) -> End:
        test = as_check(self.evaluator.evaluate(node.test, frame))
        holds = truth(node.test)
        if isinstance(test, Constant):
            holds = bool(test.value)
        if holds is not None:
            return self.body(node.body if holds else node.orelse, frame)
        branches = [frame.branch(), frame.branch()]
        ends = [self.body(body, branch) for body, branch in zip((node.body, node.orelse), branches, strict=True)]
        if isinstance(test, Check) and ends[0 if test.truth else 1] is End.FAILS:
            frame.fails_without(*test.missing)
        goes_on = [branch for branch, end in zip(branches, ends, strict=True) if end is not End.FAILS]
        if goes_on:
            keep_common(frame, goes_on)
        self._joined(frame, goes_on)
        return _joined_end(ends)

    def _joined(self, frame: Frame, branches: list[Frame]) -> None:
        """What the names are bound to after any of several branches."""
        for name in {name for branch in branches for name in branch.scope}:
            values = [branch.scope.get(name, UNKNOWN) for branch in branches]
            frame.scope[name] = values[0] if values.count(values[0]) == len(values) else UNKNOWN

    def _for(self, node: ast.For | ast.AsyncFor, frame: Frame) -> End:
        self.evaluator.needed(node.iter, frame)
        return self._loop(node, frame)

    _asyncfor = _for

    def _while(self, node: ast.While, frame: Frame) -> End:
        test = self.evaluator.evaluate(node.test, frame)
        if isinstance(test, Constant) and test.value:
            self.body(node.body, frame)
            return End.MAYBE
        return self._loop(node, frame)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, frame: Frame) -> End:
        self._unpacked(node, frame)
        leaves = any(isinstance(inner, ast.Return) for inner in ast.walk(node))
        return End.MAYBE if leaves else End.NEXT

    def _with(self, node: ast.With | ast.AsyncWith, frame: Frame) -> End:
        ignores = False
        for context in node.items:
            self.evaluator.evaluate(context.context_expr, frame)
            if context.optional_vars:
                self._unpacked(context.optional_vars, frame)
            ignores = ignores or self._ignores_errors(context.context_expr, frame)
        if ignores:
            self._unpacked(node, frame)
            return End.MAYBE
        return self.body(node.body, frame)

    _asyncwith = _with

    def _ignores_errors(self, node: ast.expr, frame: Frame) -> bool:
        """Whether a context manager may end an exception: `suppress`, or one of the API that has a handler."""
        called = node.func if isinstance(node, ast.Call) else node
        if last_name(called) == "suppress":
            return True
        target = self.evaluator.target(called, frame)
        if not isinstance(target, Binding):
            return False
        if isinstance(target.node, ast.ClassDef):
            leave = self.evaluator.names.method(target, "__exit__")
            returned = [inner.value for inner in ast.walk(leave.node) if isinstance(inner, ast.Return)] if leave else []
            return any(value is not None and not _is_false(value) for value in returned)
        handlers = [inner for inner in ast.walk(target.node) if isinstance(inner, ast.ExceptHandler)]
        return any(not isinstance(handler.body[-1], ast.Raise) for handler in handlers)

    def _match(self, node: ast.Match, frame: Frame) -> End:
        self.evaluator.evaluate(node.subject, frame)
        self._unpacked(node, frame)
        return End.MAYBE if any(isinstance(inner, ast.Return) for inner in ast.walk(node)) else End.NEXT

    def _try(self, node: _Try, frame: Frame) -> End:
        inner = frame.branch()
        end = self.body([*node.body, *node.orelse], inner)
        handled = [(handler, self.body(handler.body, frame.branch())) for handler in node.handlers]
        if not any(_may_catch(handler) and how is not End.FAILS for handler, how in handled):
            frame.reads += inner.reads
        frame.scope.update(inner.scope)
        if any(how is not End.FAILS for _, how in handled):
            self._unpacked(node, frame)
        frame.result = inner.result
        finally_end = self.body(node.finalbody, frame)
        ends = [end, *(how for _, how in handled if how is not End.FAILS)]
        return finally_end if finally_end is not End.NEXT else _joined_end(ends)

    _trystar = _try


def _joined_end(ends: list[End]) -> End:
    """How several ways end together; a way that fails does not matter if another one does not."""
    others = {end for end in ends if end is not End.FAILS}
    if not others:
        return End.FAILS
    return others.pop() if len(others) == 1 else End.MAYBE


def _may_catch(handler: ast.ExceptHandler) -> bool:
    """Whether a handler may catch what a missing variable raises."""
    if handler.type is None:
        return True
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = [last_name(node) for node in types]
    return any(name in _GUARDS or name == "BaseException" or not name[:1].isupper() for name in names)


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value
