"""Evaluates the parts of expressions that surely run, and collects the variables that they read."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterable

from scaffold.python.environment.names import ApiNames, Target
from scaffold.python.environment.values import (
    UNKNOWN,
    ApiObject,
    Check,
    Constant,
    Frame,
    Known,
    MaybeMissing,
    Named,
    Parent,
)
from scaffold.python.lookup import Binding

EXITS = ("sys.exit", "builtins.exit", "builtins.quit", "os._exit")
_ENVIRON, _GETENV, _GET = "os.environ", "os.getenv", "os.environ.get"
# What fails if an argument is None.
FAILS = {
    f"builtins.{name}" for name in ("int", "float", "len", "iter", "list", "tuple", "set", "sorted", "open", "sum")
}
FAILS |= {"json.loads", "pathlib.Path", "decimal.Decimal", "uuid.UUID", "datetime.datetime.strptime"}
FAILS |= {"datetime.date.fromisoformat", "datetime.datetime.fromisoformat", "base64.b64decode"}
FAILS |= {f"os.path.{name}" for name in ("join", "exists", "isfile", "isdir", "basename", "dirname", "abspath")}
Invoke = Callable[[ast.Call, Known, Frame], Known]


class Evaluator:
    """invoke: runs what is called, given the call with its arguments evaluated."""

    def __init__(self, names: ApiNames, invoke: Invoke) -> None:
        self.names = names
        self._invoke = invoke

    def evaluate(self, node: ast.expr | None, frame: Frame) -> Known:
        if node is None:
            return UNKNOWN
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        return method(node, frame) if method else self._children(node, frame)

    def _children(self, node: ast.AST, frame: Frame) -> Known:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.evaluate(child, frame)
            elif isinstance(child, ast.keyword):
                self.evaluate(child.value, frame)
        return UNKNOWN

    def _constant(self, node: ast.Constant, frame: Frame) -> Known:
        return Constant(node.value)

    def _lambda(self, node: ast.Lambda, frame: Frame) -> Known:
        return UNKNOWN

    def _listcomp(self, node: ast.ListComp, frame: Frame) -> Known:
        self.needed(node.generators[0].iter, frame)
        return UNKNOWN

    _setcomp = _dictcomp = _generatorexp = _listcomp

    def needed(self, node: ast.expr, frame: Frame) -> Known:
        """An expression whose value must not be None."""
        value = self.evaluate(node, frame)
        if isinstance(value, MaybeMissing):
            frame.fails_without(value)
            return UNKNOWN
        return value

    def _namedexpr(self, node: ast.NamedExpr, frame: Frame) -> Known:
        frame.scope[node.target.id] = self.evaluate(node.value, frame)
        return frame.scope[node.target.id]

    def _await(self, node: ast.Await, frame: Frame) -> Known:
        return self.evaluate(node.value, frame)

    # --- names

    def target(self, node: ast.expr, frame: Frame) -> Target | None:
        """What an expression of names refers to."""
        if isinstance(node, ast.Attribute):
            base = self.target(node.value, frame)
            return self.names.attribute(base, node.attr) if base is not None else None
        if not isinstance(node, ast.Name):
            return None
        if node.id in frame.scope:
            local = frame.scope[node.id]
            return local.target if isinstance(local, Named) else None
        target = self.names.name(node.id, frame.module)
        return f"builtins.{node.id}" if target is None and hasattr(builtins, node.id) else target

    def _name(self, node: ast.Name, frame: Frame) -> Known:
        if node.id in frame.scope:
            return frame.scope[node.id]
        target = self.target(node, frame)
        if not isinstance(target, Binding) or target.value is None:
            return Named(target) if target is not None else UNKNOWN
        return self._global(target)

    def _global(self, binding: Binding) -> Known:
        """The value of a name that a module assigns once. Whatever that reads was read when the module was imported."""
        value, frame = binding.value, Frame(binding.module, {}, 0)
        if isinstance(value, ast.Constant) and b"global " not in binding.module.data:
            return Constant(value.value)
        if not isinstance(value, ast.Call) or b"global " in binding.module.data:
            return UNKNOWN
        target = self.target(value.func, frame)
        if target in (_GETENV, _GET):
            return self._getenv(value, frame)
        is_class = isinstance(target, Binding) and isinstance(target.node, ast.ClassDef)
        return ApiObject(target) if is_class and isinstance(target, Binding) else UNKNOWN

    def _attribute(self, node: ast.Attribute, frame: Frame) -> Known:
        target = self.target(node, frame)
        if isinstance(target, Binding) and target.value is not None:
            return self._global(target)
        if target is not None:
            return Named(target)
        self.needed(node.value, frame)
        return UNKNOWN

    # --- the environment

    def _subscript(self, node: ast.Subscript, frame: Frame) -> Known:
        if self.target(node.value, frame) == _ENVIRON and isinstance(node.ctx, ast.Load):
            name = self.evaluate(node.slice, frame)
            if isinstance(name, Constant) and isinstance(name.value, str):
                frame.fails_without(MaybeMissing(name.value, node.lineno))
            return UNKNOWN
        self.needed(node.value, frame)
        self.evaluate(node.slice, frame)
        return UNKNOWN

    def _call(self, node: ast.Call, frame: Frame) -> Known:
        function = self._called(node.func, frame)
        target = function.target if isinstance(function, Named) else None
        if target in (_GETENV, _GET):
            return self._getenv(node, frame)
        if target == f"{_ENVIRON}.__getitem__" or (target == f"{_ENVIRON}.pop" and len(node.args) == 1):
            return self._subscript(ast.Subscript(_environ(node), node.args[0], ast.Load(), lineno=node.lineno), frame)
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            value = self.evaluate(argument, frame)
            if isinstance(value, MaybeMissing) and target in FAILS:
                frame.fails_without(value)
        return self._invoke(node, function, frame)

    def _called(self, node: ast.expr, frame: Frame) -> Known:
        """What is called: a function, a class, or a method of an object."""
        if not isinstance(node, ast.Attribute) or self.target(node, frame) is not None:
            target = self.target(node, frame)
            return Named(target) if target is not None else self.evaluate(node, frame)
        value = self.needed(node.value, frame)
        if isinstance(value, ApiObject | Parent):
            return value
        return UNKNOWN

    def _getenv(self, node: ast.Call, frame: Frame) -> Known:
        values = [self.evaluate(argument, frame) for argument in node.args]
        named = {keyword.arg: self.evaluate(keyword.value, frame) for keyword in node.keywords}
        default = named.get("default", values[1] if len(values) > 1 else Constant(None))
        name = named.get("key", values[0] if values else UNKNOWN)
        if default != Constant(None) or not isinstance(name, Constant) or not isinstance(name.value, str):
            return UNKNOWN
        return MaybeMissing(name.value, node.lineno)

    # --- conditions

    def _compare(self, node: ast.Compare, frame: Frame) -> Known:
        operator = node.ops[0]
        left = self.evaluate(node.left, frame)
        right = self.evaluate(node.comparators[0], frame)
        if isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
            frame.fails_without(*(value for value in (left, right) if isinstance(value, MaybeMissing)))
        if isinstance(operator, ast.In | ast.NotIn) and isinstance(right, MaybeMissing):
            frame.fails_without(right)
        if isinstance(operator, ast.In | ast.NotIn) and self.target(node.comparators[0], frame) == _ENVIRON:
            return _contained(left, isinstance(operator, ast.NotIn), node.lineno)
        if len(node.ops) > 1 or not isinstance(operator, ast.Is | ast.IsNot | ast.Eq | ast.NotEq):
            return UNKNOWN
        return _compared(left, right, isinstance(operator, ast.Is | ast.Eq))

    def _unaryop(self, node: ast.UnaryOp, frame: Frame) -> Known:
        value = as_check(self.evaluate(node.operand, frame))
        if isinstance(node.op, ast.Not):
            if isinstance(value, Check):
                return value._replace(truth=not value.truth)
            return Constant(not value.value) if isinstance(value, Constant) else UNKNOWN
        return UNKNOWN

    def _boolop(self, node: ast.BoolOp, frame: Frame) -> Known:
        decisive = isinstance(node.op, ast.Or)
        first = self.evaluate(node.values[0], frame)
        if isinstance(first, Constant):
            return first if bool(first.value) is decisive else self._later(node, frame)
        # What comes later may not run.
        later = [self.evaluate(value, frame.branch()) for value in node.values[1:]]
        if decisive and isinstance(first, MaybeMissing) and self._exits(node.values[1], frame):
            frame.fails_without(first)
        checks = [check for value in (first, *later) if isinstance(check := as_check(value), Check)]
        missing = [variable for check in checks if check.truth is decisive for variable in check.missing]
        return Check(tuple(missing), decisive) if missing else UNKNOWN

    def _exits(self, node: ast.expr, frame: Frame) -> bool:
        return isinstance(node, ast.Call) and self.target(node.func, frame) in EXITS and not is_success(node)

    def _later(self, node: ast.BoolOp, frame: Frame) -> Known:
        rest = node.values[1:]
        return self.evaluate(rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest), frame)

    def _ifexp(self, node: ast.IfExp, frame: Frame) -> Known:
        test = self.evaluate(node.test, frame)
        if isinstance(test, Constant):
            return self.evaluate(node.body if test.value else node.orelse, frame)
        branches = [frame.branch(), frame.branch()]
        for branch, value in zip(branches, (node.body, node.orelse), strict=True):
            self.evaluate(value, branch)
        keep_common(frame, branches)
        return UNKNOWN

    def _binop(self, node: ast.BinOp, frame: Frame) -> Known:
        left, right = self.evaluate(node.left, frame), self.evaluate(node.right, frame)
        if isinstance(left, MaybeMissing):
            frame.fails_without(left)
        if isinstance(right, MaybeMissing) and not isinstance(node.op, ast.Mod):
            frame.fails_without(right)
        return UNKNOWN

    def _starred(self, node: ast.Starred, frame: Frame) -> Known:
        return self.needed(node.value, frame)


def _environ(node: ast.Call) -> ast.expr:
    assert isinstance(node.func, ast.Attribute)
    return node.func.value


def as_check(value: Known) -> Known:
    """A value as a condition: whether it is true if a variable is missing."""
    return Check((value,), False) if isinstance(value, MaybeMissing) else value


def is_success(call: ast.Call) -> bool:
    """Whether a call that ends the program says that it has succeeded."""
    return not call.args or (isinstance(call.args[0], ast.Constant) and call.args[0].value in (0, None))


def _contained(name: Known, negated: bool, line: int) -> Known:
    """`"X" in os.environ`."""
    if isinstance(name, Constant) and isinstance(name.value, str):
        return Check((MaybeMissing(name.value, line),), negated)
    return UNKNOWN


def _compared(left: Known, right: Known, equal: bool) -> Known:
    for value, against in ((left, right), (right, left)):
        if isinstance(value, MaybeMissing) and isinstance(against, Constant):
            return Check((value,), (against.value is None) is equal)
        if isinstance(value, ApiObject) and against == Constant(None):
            return Constant(not equal)
    if isinstance(left, Constant) and isinstance(right, Constant):
        return Constant((left.value == right.value) is equal)
    return UNKNOWN


def keep_common(frame: Frame, branches: Iterable[Frame]) -> None:
    """Add what all of several branches read."""
    first, *others = branches
    for read in first.reads:
        if all(read.names in {inner.names for inner in branch.reads} for branch in others):
            frame.reads.append(read)
