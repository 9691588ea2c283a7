"""What the names of a module may be bound to at each point of its top level, in the order in which it runs.

A name is surely bound only if every way to that point binds it: code under `if TYPE_CHECKING:` never runs, a branch may
not run, a `try` may stop anywhere, `del` undoes what came before.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

from scaffold.python.module import Import, imports_of, walk

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_INNER = (*_Definition.__args__, ast.Lambda)
_Loop = ast.For | ast.AsyncFor | ast.While
_With = ast.With | ast.AsyncWith
_Try = ast.Try | ast.TryStar
_ENDS = {("sys", "exit"), ("os", "_exit"), ("os", "abort"), ("pytest", "skip"), ("pytest", "exit"), ("pytest", "fail")}
_KEEPS_EXCEPTIONS = {"catch_warnings", "closing", "nullcontext", "open", "patch", "redirect_stderr", "redirect_stdout"}


class Bound(NamedTuple):
    """One thing that a name may be bound to. imported: by an import. value: by an assignment. star: by a star import.
    shared: by a function that declares the name as `global`."""

    node: ast.AST
    line: int
    imported: Import | None = None
    value: ast.expr | None = None
    star: bool = False
    shared: bool = False


# What each name may be bound to, None for "not bound"; a name that is missing is not bound.
Possible = frozenset[Bound | None]
State = dict[str, Possible]
UNBOUND: Possible = frozenset((None,))
# Whether `from MODULE import *` may bind a name.
MayExport = Callable[[str, str], bool]


class Bindings(NamedTuple):
    """at: the names before each statement of the top level that can be reached. end: at the end of the module; None if
    it is never reached. all: everything that each name is bound to anywhere, also in branches that do not run."""

    at: dict[ast.stmt, State]
    end: State | None
    all: dict[str, list[Bound]]
    undone: dict[str, int]

    def possible(self, name: str, before: ast.stmt | None = None) -> Possible:
        """What a name may be bound to before a statement, or at the end of the module."""
        state = self.end if before is None else self.at.get(before)
        possible = (state or {}).get(name, UNBOUND)
        return possible | {bound for bound in self.all.get(name, ()) if bound.shared}

    def is_sure(self, name: str, before: ast.stmt | None = None) -> bool:
        """Whether a name is surely bound before a statement, or at the end of the module."""
        return None not in self.possible(name, before)


def bindings_of(tree: ast.Module, source: bytes, may_export: MayExport = lambda module, name: False) -> Bindings:
    """What the names of a module are bound to. source: its text, which tells what need not be looked for."""
    flow = _Flow(may_export, tree, b":=" in source)
    end = flow.block(tree.body, {})
    for name, bound in _shared(tree) if b"global" in source else ():
        flow.all.setdefault(name, []).append(bound)
    return Bindings(flow.at, end, flow.all, flow.undone)


def stop(tree: ast.Module, bindings: Bindings) -> int:
    """The line at which importing a module always stops, as at `raise`; 0 if it gets to its end."""
    if bindings.end is not None:
        return 0
    reached = [node.lineno for node in tree.body if node in bindings.at]
    return reached[-1] if reached else 1


def truth(test: ast.expr) -> bool | None:
    """The value of a condition in a module that is imported; None if it is unknown."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.Name | ast.Attribute):
        return False if "TYPE_CHECKING" in (getattr(test, "id", ""), getattr(test, "attr", "")) else None
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = truth(test.operand)
        return None if inner is None else not inner
    if isinstance(test, ast.BoolOp):
        decisive = isinstance(test.op, ast.Or)
        values = [truth(value) for value in test.values]
        return decisive if decisive in values else None if None in values else not decisive
    return _is_main(test)


def _is_main(test: ast.expr) -> bool | None:
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.Eq | ast.NotEq):
        return None
    sides = {getattr(side, "id", getattr(side, "value", None)) for side in (test.left, test.comparators[0])}
    return isinstance(test.ops[0], ast.NotEq) if sides == {"__name__", "__main__"} else None


def scope(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below one that run in the same scope: not those inside of functions, classes and lambdas."""
    waiting = [*ast.iter_child_nodes(node)]
    while waiting:
        child = waiting.pop()
        yield child
        if not isinstance(child, _INNER):
            waiting += ast.iter_child_nodes(child)


def _joined(*states: State | None) -> State | None:
    """What may be bound after any of several ways; None for a way that cannot be taken."""
    reachable = [state for state in states if state is not None]
    if len(reachable) < 2:
        return reachable[0] if reachable else None
    names = {name for state in reachable for name in state}
    return {name: frozenset().union(*(state.get(name, UNBOUND) for state in reachable)) for name in names}


class _Flow:
    """Follows a module's statements. A state is None where code cannot be reached."""

    def __init__(self, may_export: MayExport, tree: ast.Module, walrus: bool) -> None:
        self.at: dict[ast.stmt, State] = {}
        self.all: dict[str, list[Bound]] = {}
        self.undone: dict[str, int] = {}
        self._may_export, self._tree, self._walrus = may_export, tree, walrus
        # One list for each enclosing statement that code may leave anywhere: the states at each point.
        self._points: list[list[State]] = []

    def block(self, body: list[ast.stmt], state: State | None) -> State | None:
        for node in body:
            if state is not None:
                self.at[node] = state
            state = self._statement(node, state)
            self._passed(state)
        return state

    def _passed(self, state: State | None) -> None:
        if state is not None:
            for points in self._points:
                points.append(state)

    def _statement(self, node: ast.stmt, state: State | None) -> State | None:
        if self._walrus:
            state = self._expressions(node, state)
        if isinstance(node, ast.Import | ast.ImportFrom):
            return self._imports(node, state)
        if isinstance(node, _Definition):
            return self._bound(state, node.name, Bound(node, node.lineno))
        if isinstance(node, ast.If):
            return self._if(node, state)
        if isinstance(node, _Loop):
            return self._loop(node, state)
        if isinstance(node, _With):
            return self._with(node, state)
        if isinstance(node, ast.Match):
            return self._match(node, state)
        if isinstance(node, _Try):
            return self._try(node, state)
        if isinstance(node, ast.Delete):
            return self._delete(node, state)
        return None if _ends(node) else self._assign(node, state)

    def _bound(self, state: State | None, name: str, bound: Bound) -> State | None:
        if bound not in self.all.setdefault(name, []):
            self.all[name].append(bound)
        state = None if state is None else {**state, name: frozenset((bound,))}
        self._passed(state)
        return state

    def _maybe(self, state: State | None, name: str, bound: Bound) -> State | None:
        return _joined(state, self._bound(state, name, bound))

    def _imports(self, node: ast.Import | ast.ImportFrom, state: State | None) -> State | None:
        for imported in imports_of(node):
            if imported.symbol == "*":
                # A star import matters for the names that the module mentions.
                for name in {inner.id for inner in walk(self._tree) if isinstance(inner, ast.Name)}:
                    if self._may_export(imported.module, name):
                        state = self._maybe(state, name, Bound(node, node.lineno, star=True))
                continue
            name = imported.name if imported.alias or imported.symbol else imported.module.split(".")[0]
            state = self._bound(state, name, Bound(node, node.lineno, imported))
        return state

    def _if(self, node: ast.If, state: State | None) -> State | None:
        holds = truth(node.test)
        then = self.block(node.body, None if holds is False else state)
        return _joined(then, self.block(node.orelse, None if holds is True else state))

    def _loop(self, node: _Loop, state: State | None) -> State | None:
        self._points.append([] if state is None else [state])
        start = state if isinstance(node, ast.While) else self._targets(node.target, state, node)
        self.block(node.body, start)
        after = _joined(*self._points.pop())
        for inner in walk(node) if after else ():
            # Each later round starts with what an earlier one left.
            if isinstance(inner, ast.stmt) and inner in self.at and inner is not node:
                self.at[inner] = _joined(self.at[inner], after) or {}
        return _joined(after, self.block(node.orelse, after))

    def _with(self, node: _With, state: State | None) -> State | None:
        start = state
        for context in node.items:
            if context.optional_vars:
                start = self._targets(context.optional_vars, start, node)
        self._points.append([] if start is None else [start])
        end = self.block(node.body, start)
        points = self._points.pop()
        if all(_called(context.context_expr) in _KEEPS_EXCEPTIONS for context in node.items):
            return end
        return _joined(end, *points)

    def _match(self, node: ast.Match, state: State | None) -> State | None:
        ends = []
        for case in node.cases:
            for pattern in walk(case.pattern):
                name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
                if isinstance(name, str):
                    state = self._maybe(state, name, Bound(pattern, case.pattern.lineno))
            ends.append(self.block(case.body, state))
            if case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None:
                state = None
        return _joined(state, *ends)

    def _try(self, node: _Try, state: State | None) -> State | None:
        self._points.append([] if state is None else [state])
        end = self.block(node.body, state)
        stopped = _joined(*self._points.pop())
        ends = [self.block(node.orelse, end)]
        for handler in node.handlers:
            start = stopped
            if handler.name:
                start = self._bound(start, handler.name, Bound(handler, handler.lineno))
            after = self.block(handler.body, start)
            ends.append(self._without(after, handler.name) if handler.name else after)
        after = _joined(*ends)
        final = self.block(node.finalbody, after if after is not None else stopped)
        return final if after is not None else None

    def _delete(self, node: ast.Delete, state: State | None) -> State | None:
        for target in node.targets:
            for inner in walk(target):
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Del):
                    self.undone.setdefault(inner.id, node.lineno)
                    state = self._without(state, inner.id)
        return state

    def _without(self, state: State | None, name: str) -> State | None:
        return None if state is None else {**state, name: UNBOUND}

    def _assign(self, node: ast.stmt, state: State | None) -> State | None:
        value = getattr(node, "value", None)
        if isinstance(node, ast.AnnAssign) and value is None:
            return state
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name):
                state = self._bound(state, target.id, Bound(node, node.lineno, value=value))
            elif target is not None:
                state = self._targets(target, state, node)
        return state

    def _targets(self, target: ast.expr, state: State | None, node: ast.stmt) -> State | None:
        for inner in walk(target):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                state = self._bound(state, inner.id, Bound(node, node.lineno))
        return state

    def _expressions(self, node: ast.stmt, state: State | None) -> State | None:
        """What `:=` may bind in the expressions of a statement, without those of nested statements."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
                continue
            for inner in (child, *scope(child)):
                if isinstance(inner, ast.NamedExpr) and isinstance(inner.target, ast.Name):
                    state = self._maybe(state, inner.target.id, Bound(inner, inner.lineno, value=inner.value))
        return state


def _shared(tree: ast.Module) -> Iterator[tuple[str, Bound]]:
    """The names that functions bind or delete in the module's scope."""
    for function in walk(tree):
        if isinstance(function, _INNER):
            declared = {name for node in scope(function) if isinstance(node, ast.Global) for name in node.names}
            for name, line in _bound_in(function) if declared else ():
                if name in declared:
                    yield name, Bound(function, line, shared=True)


def _bound_in(function: ast.AST) -> Iterator[tuple[str, int]]:
    """The names that a function binds or deletes, with their lines."""
    for node in scope(function):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id, node.lineno
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((imported.name.split(".")[0], node.lineno) for imported in imports_of(node))
        elif isinstance(node, _Definition):
            yield node.name, node.lineno


def _ends(node: ast.stmt) -> bool:
    """Whether a statement never lets the next one run."""
    if isinstance(node, ast.Raise | ast.Break | ast.Continue):
        return True
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call):
        return False
    function = call.func
    if isinstance(function, ast.Name):
        return function.id in ("exit", "quit")
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and (function.value.id, function.attr) in _ENDS
    )


def _called(node: ast.expr) -> str:
    """The last name of what a call calls, "" if it is no call of a name."""
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "attr", "") or getattr(function, "id", "")
