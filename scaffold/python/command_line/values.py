"""The values of Python expressions, as far as they are known from the source. Nothing is run."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from scaffold.errors import Refusal
from scaffold.python.command_line.parser import Parser
from scaffold.python.lookup import OUTSIDE, Binding, Lookup, absolute, dotted_name
from scaffold.python.module import Module, imports_of
from scaffold.python.top_level import statements

Scope = dict[str, object]
_MOST_PARTS = 10_000
_ENUMS = frozenset(("enum.Enum", "enum.IntEnum", "enum.StrEnum"))
_PLAIN_ENUMS = frozenset(("str", "int", "enum.IntEnum", "enum.StrEnum"))


class Special(Enum):
    """UNKNOWN: any value. ARGUMENTS: the program's arguments, `sys.argv[1:]`."""

    UNKNOWN = "unknown"
    ARGUMENTS = "arguments"


UNKNOWN: Final = Special.UNKNOWN
ARGUMENTS: Final = Special.ARGUMENTS


@dataclass(frozen=True, slots=True)
class External:
    """Something outside of the API, by its dotted name: `argparse.ArgumentParser`, `int`."""

    name: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function, with the enclosing scope and the object to which it is bound."""

    definition: Binding
    around: Scope = field(default_factory=dict, compare=False)
    bound: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Class:
    definition: Binding


@dataclass(slots=True)
class Instance:
    cls: Class
    attributes: Scope = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an Enum that is not a string or a number itself."""

    of: str
    name: str
    value: object

    def __str__(self) -> str:
        return f"{self.of}.{self.name}"


class Names:
    """The values of module-level names. A subclass evaluates the expressions that they are bound to."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self._globals: dict[tuple[str, str], object] = {}

    def evaluate(self, node: ast.expr, scope: Scope, module: Module) -> object:
        raise NotImplementedError

    def global_name(self, module: Module, name: str) -> object:
        key = module.path, name
        if key not in self._globals:
            # A name that is defined by itself has an unknown value.
            self._globals[key] = UNKNOWN
            self._globals[key] = self._global(module, name)
        return self._globals[key]

    def _global(self, module: Module, name: str) -> object:
        try:
            answer = self.lookup.find(dotted_name(module.path), name)
        except Refusal:
            return UNKNOWN
        if isinstance(answer, Module):
            return answer
        if isinstance(answer, Binding):
            return self.defined(answer, name)
        if answer is OUTSIDE:
            return external(module, name)
        return External(name) if hasattr(builtins, name) else UNKNOWN

    def defined(self, binding: Binding, name: str) -> object:
        if isinstance(binding.node, ast.FunctionDef | ast.AsyncFunctionDef):
            return Function(binding)
        if isinstance(binding.node, ast.ClassDef):
            return Class(binding)
        if binding.value is None or _changes(binding.module, name):
            return UNKNOWN
        return self.evaluate(binding.value, {}, binding.module)

    # --- classes

    def bases(self, cls: Class) -> list[object]:
        definition = cls.definition
        assert isinstance(definition.node, ast.ClassDef)
        return [self.evaluate(base, {}, definition.module) for base in definition.node.bases]

    def externals(self, cls: Class, left: int = 6) -> set[str]:
        """The names of the base classes of a class that are outside of the API."""
        names: set[str] = set()
        for base in self.bases(cls):
            if isinstance(base, External):
                names.add(base.name)
            elif isinstance(base, Class) and left:
                names |= self.externals(base, left - 1)
        return names

    def members(self, cls: Class) -> list[tuple[str, object]] | None:
        """The members of an Enum by name; None for any other class."""
        above = self.externals(cls)
        if not above & _ENUMS:
            return None
        node = cls.definition.node
        result: list[tuple[str, object]] = []
        assert isinstance(node, ast.ClassDef)
        for statement in node.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                name = statement.targets[0].id
                value = self.evaluate(statement.value, {}, cls.definition.module)
                if isinstance(value, External | Function) or value is UNKNOWN:
                    result.append((name, UNKNOWN))
                else:
                    result.append((name, value if above & _PLAIN_ENUMS else Member(node.name, name, value)))
        return result

    def method(self, cls: Class, name: str, left: int = 6) -> Function | None:
        """A method of a class or of a base class; None if there is none in the API's source."""
        node = cls.definition.node
        assert isinstance(node, ast.ClassDef)
        for statement in reversed(node.body):
            if isinstance(statement, ast.FunctionDef) and statement.name == name:
                return Function(Binding(cls.definition.module, statement), {"__class__": cls})
        if not left:
            return None
        for base in self.bases(cls):
            inherited = self.method(base, name, left - 1) if isinstance(base, Class) else None
            if inherited:
                return inherited
        return None

    # --- attributes

    def attribute(self, value: object, name: str) -> object:
        if isinstance(value, Module):
            return self.global_name(value, name)
        if isinstance(value, External):
            return self._external_attribute(value, name)
        if isinstance(value, Member):
            return {"value": value.value, "name": value.name}.get(name, UNKNOWN)
        if isinstance(value, str) and name == "value":
            return value
        if isinstance(value, Class):
            return self._class_attribute(value, name)
        if isinstance(value, Instance):
            if name in value.attributes:
                return value.attributes[name]
            method = self.method(value.cls, name)
            return _bound(method, value) if method else self._class_attribute(value.cls, name)
        return UNKNOWN

    def _external_attribute(self, value: External, name: str) -> object:
        dotted = f"{value.name}.{name}"
        path = self.lookup.path(dotted) if self.lookup.is_ours(dotted) else ""
        return self.lookup.module(path) if path else External(dotted)

    def _class_attribute(self, value: Class, name: str) -> object:
        members = self.members(value)
        if members is not None and name in dict(members):
            return dict(members)[name]
        node = value.definition.node
        assert isinstance(node, ast.ClassDef)
        method = self.method(value, name)
        if method:
            return _bound(method, value)
        for statement in node.body:
            if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
                targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                    return self.evaluate(statement.value, {}, value.definition.module)
        return UNKNOWN


def _bound(function: Function, value: Instance | Class) -> Function:
    node = function.definition.node
    assert isinstance(node, ast.FunctionDef)
    decorators = {decorator.id for decorator in node.decorator_list if isinstance(decorator, ast.Name)}
    if "staticmethod" in decorators or (isinstance(value, Class) and "classmethod" not in decorators):
        return function
    return Function(function.definition, function.around, (value,))


def external(module: Module, name: str) -> object:
    """The external object that a module imports under a name."""
    for node in statements(module.tree.body):
        for imported in imports_of(node):
            if imported.symbol and imported.name == name:
                return External(f"{absolute(imported.module, dotted_name(module.path), module.path)}.{imported.symbol}")
            if imported.alias == name:
                return External(imported.module)
            if not imported.alias and not imported.symbol and imported.module.split(".")[0] == name:
                return External(name)
    return UNKNOWN


def _changes(module: Module, name: str) -> bool:
    """Whether a module-level name is bound more than once, or its value is modified there."""
    bound = 0
    for node in statements(module.tree.body):
        if isinstance(node, ast.Assign):
            bound += any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
            if any(_is_part(target, name) for target in node.targets):
                return True
        elif isinstance(node, ast.AnnAssign):
            bound += isinstance(node.target, ast.Name) and node.target.id == name and node.value is not None
        elif isinstance(node, ast.AugAssign):
            if isinstance(node.target, ast.Name) and node.target.id == name:
                return True
        elif isinstance(node, ast.Expr) and _is_call_on(node.value, name):
            return True
    return bound > 1


def _is_call_on(node: ast.expr, name: str) -> bool:
    """Whether an expression is a call such as `NAMES.append(…)`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is(node.func.value, name)


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_part(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Subscript) and _is(node.value, name)


def is_known(value: object) -> bool:
    """Whether a value is a constant, or consists of constants only."""
    return _all_known([value])


def _all_known(left: list[object]) -> bool:
    """The same for several; more than _MOST_PARTS count as unknown, since lists in lists can share their elements."""
    for _ in range(_MOST_PARTS):
        if not left:
            return True
        value = left.pop()
        if isinstance(value, list | tuple):
            left += value
        elif isinstance(value, dict):
            left += value.values()
        elif not (value is None or isinstance(value, str | int | float | bool | Member)):
            return False
    return False


def touches(values: Sequence[object], kind: type | tuple[type, ...] = Parser) -> list[object]:
    """The values of some type, including those inside lists."""
    result: list[object] = []
    seen: set[int] = set()
    left = [*values]
    while left:
        value = left.pop(0)
        if isinstance(value, kind):
            result.append(value)
        elif isinstance(value, list | tuple) and id(value) not in seen:
            seen.add(id(value))
            left = [*value, *left]
    return result
