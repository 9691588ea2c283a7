"""Python expressions as values; a subclass evaluates the calls."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any

from scaffold.python.command_line.values import ARGUMENTS, UNKNOWN, Class, External, Names, Scope, is_known
from scaffold.python.module import Module

_MOST_ITEMS = 500
_MOST_CHARACTERS = 10_000
_LARGEST_NUMBER = 2**64
_ARGV = External("sys.argv")


class Evaluation(Names):
    def call(
        self, function: object, arguments: Sequence[object], named: dict[str, object], node: ast.Call, scope: Scope
    ) -> object:
        raise NotImplementedError

    def evaluate(self, node: ast.expr, scope: Scope, module: Module) -> object:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        return method(node, scope, module) if method else self._unknown(node, scope, module)

    def _unknown(self, node: ast.expr, scope: Scope, module: Module) -> object:
        """An expression with an unknown value, whose parts may still parse the arguments."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.evaluate(child, scope, module)
            elif isinstance(child, ast.keyword):
                self.evaluate(child.value, scope, module)
        return UNKNOWN

    def _constant(self, node: ast.Constant, scope: Scope, module: Module) -> object:
        is_huge = isinstance(node.value, int) and abs(node.value) >= _LARGEST_NUMBER
        return UNKNOWN if is_huge else node.value

    def _lambda(self, node: ast.Lambda, scope: Scope, module: Module) -> object:
        return UNKNOWN

    def _name(self, node: ast.Name, scope: Scope, module: Module) -> object:
        return scope[node.id] if node.id in scope else self.global_name(module, node.id)

    def _attribute(self, node: ast.Attribute, scope: Scope, module: Module) -> object:
        return self.attribute(self.evaluate(node.value, scope, module), node.attr)

    def _call(self, node: ast.Call, scope: Scope, module: Module) -> object:
        function = self.evaluate(node.func, scope, module)
        arguments = self._elements(node.args, scope, module)
        named: dict[str, object] = {}
        for keyword in node.keywords:
            value = self.evaluate(keyword.value, scope, module)
            if keyword.arg is not None:
                named[keyword.arg] = value
            elif isinstance(value, dict):
                named |= value
            else:
                named["**"] = UNKNOWN
        return self.call(function, [UNKNOWN] if arguments is None else arguments, named, node, {**scope, "": module})

    def _elements(self, nodes: Iterable[ast.expr], scope: Scope, module: Module) -> list[object] | None:
        """The values of a list's elements; None if one of them is starred and unknown."""
        elements: list[object] = []
        for node in nodes:
            if not isinstance(node, ast.Starred):
                elements.append(self.evaluate(node, scope, module))
                continue
            inner = self.iterated(self.evaluate(node.value, scope, module))
            if inner is None:
                return None
            elements += inner
        return elements

    def _list(self, node: ast.List | ast.Tuple | ast.Set, scope: Scope, module: Module) -> object:
        elements = self._elements(node.elts, scope, module)
        return UNKNOWN if elements is None else elements

    _tuple = _set = _list

    def _dict(self, node: ast.Dict, scope: Scope, module: Module) -> object:
        result: dict[Any, object] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            name = self.evaluate(key, scope, module) if key else UNKNOWN
            if not is_known(name) or isinstance(name, list | dict):
                return UNKNOWN
            result[name] = self.evaluate(value, scope, module)
        return result

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope, module: Module) -> object:
        pieces = []
        for part in node.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            value = self.evaluate(inner, scope, module)
            if not is_known(value) or (isinstance(part, ast.FormattedValue) and part.format_spec):
                return UNKNOWN
            pieces.append(_text(value))
            if pieces[-1] is None:
                return UNKNOWN
        return self._bounded("".join(map(str, pieces)))

    def _binop(self, node: ast.BinOp, scope: Scope, module: Module) -> object:
        left, right = (self.evaluate(side, scope, module) for side in (node.left, node.right))
        if not isinstance(node.op, ast.Add):
            return UNKNOWN
        if isinstance(left, str) and isinstance(right, str):
            return self._bounded(left + right)
        return self._bounded([*left, *right]) if isinstance(left, list) and isinstance(right, list) else UNKNOWN

    @staticmethod
    def _bounded(value: str | list[object]) -> object:
        """A value that was built from others, unless it is larger than any that is written for people."""
        return value if len(value) <= (_MOST_CHARACTERS if isinstance(value, str) else _MOST_ITEMS) else UNKNOWN

    def _boolop(self, node: ast.BoolOp, scope: Scope, module: Module) -> object:
        values = [self.evaluate(operand, scope, module) for operand in node.values]
        if not isinstance(node.op, ast.Or):
            return UNKNOWN
        for value in values:
            # `words or sys.argv[1:]`: if the first is empty, so is the second.
            if value is ARGUMENTS or not is_known(value) or value:
                return value
        return values[-1]

    def _unaryop(self, node: ast.UnaryOp, scope: Scope, module: Module) -> object:
        value = self.evaluate(node.operand, scope, module)
        if isinstance(node.op, ast.Not):
            return not value if is_known(value) else UNKNOWN
        return -value if isinstance(node.op, ast.USub) and isinstance(value, int | float) else UNKNOWN

    def _compare(self, node: ast.Compare, scope: Scope, module: Module) -> object:
        left, right = (self.evaluate(side, scope, module) for side in (node.left, node.comparators[0]))
        if len(node.ops) > 1 or left is UNKNOWN or right is UNKNOWN:
            return UNKNOWN
        operator = node.ops[0]
        if isinstance(operator, ast.Is | ast.IsNot) and right is None:
            return (left is None) is isinstance(operator, ast.Is)
        if isinstance(operator, ast.Eq | ast.NotEq) and is_known(left) and is_known(right):
            return (left == right) is isinstance(operator, ast.Eq)
        return UNKNOWN

    def _ifexp(self, node: ast.IfExp, scope: Scope, module: Module) -> object:
        test = self.evaluate(node.test, scope, module)
        if is_known(test):
            return self.evaluate(node.body if test else node.orelse, scope, module)
        yes, no = (self.evaluate(branch, scope, module) for branch in (node.body, node.orelse))
        return yes if yes is no else UNKNOWN

    def _subscript(self, node: ast.Subscript, scope: Scope, module: Module) -> object:
        value = self.evaluate(node.value, scope, module)
        if isinstance(node.slice, ast.Slice):
            bounds: list[Any] = [
                bound and self.evaluate(bound, scope, module) for bound in (node.slice.lower, node.slice.upper)
            ]
            if value == _ARGV and bounds == [1, None] and node.slice.step is None:
                return ARGUMENTS
            if isinstance(value, list) and all(bound is None or isinstance(bound, int) for bound in bounds):
                return value[slice(*bounds)]
            return UNKNOWN
        index = self.evaluate(node.slice, scope, module)
        if isinstance(value, list | dict) and is_known(index) and not isinstance(index, list | dict):
            try:
                return value[index]  # type: ignore[call-overload]
            except (KeyError, IndexError, TypeError):
                return UNKNOWN
        if isinstance(value, Class):
            return dict(self.members(value) or []).get(index, UNKNOWN) if isinstance(index, str) else UNKNOWN
        return UNKNOWN

    def _namedexpr(self, node: ast.NamedExpr, scope: Scope, module: Module) -> object:
        scope[node.target.id] = self.evaluate(node.value, scope, module)
        return scope[node.target.id]

    def _listcomp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope, module: Module) -> object:
        loop = node.generators[0]
        elements = self.iterated(self.evaluate(loop.iter, scope, module))
        if len(node.generators) > 1 or elements is None:
            return UNKNOWN
        results = []
        for element in elements:
            inner = {**scope, **bindings(loop.target, element)}
            tests = [self.evaluate(test, inner, module) for test in loop.ifs]
            if not all(map(is_known, tests)):
                return UNKNOWN
            if all(tests):
                results.append(self.evaluate(node.elt, inner, module))
        return results

    _setcomp = _generatorexp = _listcomp

    def _dictcomp(self, node: ast.DictComp, scope: Scope, module: Module) -> object:
        return UNKNOWN

    def iterated(self, value: object) -> list[object] | None:
        """The elements of a value; None if they are unknown."""
        if isinstance(value, list | str | dict):
            return list(value)[:_MOST_ITEMS] if len(value) <= _MOST_ITEMS else None
        members = self.members(value) if isinstance(value, Class) else None
        if members is None or any(member is UNKNOWN for _, member in members):
            return None
        return [member for _, member in members]

    def builtin(self, name: str, arguments: Sequence[object]) -> object:
        """The result of a builtin function, of those that are used to build lists of choices."""
        elements = self.iterated(arguments[0]) if arguments else []
        if name in ("list", "tuple", "set", "frozenset", "dict.keys") and elements is not None:
            return elements
        if name == "sorted" and elements is not None and len(arguments) == 1:
            return sorted(elements, key=str) if all(isinstance(element, str) for element in elements) else UNKNOWN
        if name == "range" and arguments and all(isinstance(argument, int) for argument in arguments):
            numbers = range(*arguments)  # type: ignore[call-overload]
            return UNKNOWN if numbers[_MOST_ITEMS:] else list(numbers)
        if name == "str" and len(arguments) == 1 and is_known(arguments[0]):
            text = _text(arguments[0])
            return UNKNOWN if text is None else text
        return len(elements) if name == "len" and elements is not None and arguments else UNKNOWN


def _text(value: object) -> str | None:
    """The text of a value; None for one that has no short text: a list in a list can have any number of elements."""
    if isinstance(value, list | tuple | dict):
        return None
    return str(value)


def bindings(target: ast.expr, value: object) -> Scope:
    """The names that an assignment to a target binds, with their values."""
    if isinstance(target, ast.Name):
        return {target.id: value}
    if isinstance(target, ast.Tuple | ast.List):
        parts = value if isinstance(value, list) and len(value) == len(target.elts) else [UNKNOWN] * len(target.elts)
        scope: Scope = {}
        for inner, part in zip(target.elts, parts, strict=True):
            scope |= bindings(inner.value if isinstance(inner, ast.Starred) else inner, part)
        return scope
    return {}
