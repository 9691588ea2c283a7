"""What a Poetry script runs: the object that `module:function` names, and its `@background_task`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.python.lookup import OUTSIDE, Answer, Binding, Lookup, dotted_name
from scaffold.python.module import Module, imports_of

BACKGROUND_TASK = "api/massgov/pfml/util/bg.py"

DECORATOR = "background_task"
ASYNC = "async, so that the script only makes a coroutine and runs nothing"
_MOST_STEPS = 8
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Decoration:
    """A call of background_task. name: the name that it gives, None where it cannot be told. shown: the name, or the
    expression as it is written. node: that expression, in the module where it stands."""

    name: str | None
    shown: str
    node: ast.expr
    module: Module


@dataclass(frozen=True, slots=True)
class ScriptTarget:
    """What a script runs.

    definition: what binds the name, None where that is not in the API's source. function: the function that runs in
    the end, None where there is none to be read. decoration: None where it has none that can be read.
    """

    definition: Binding | None
    function: Binding | None
    decoration: Decoration | None

    @property
    def place(self) -> str:
        return self.definition.place if self.definition else ""

    @property
    def is_async(self) -> bool:
        return self.function is not None and isinstance(self.function.node, ast.AsyncFunctionDef)

    @property
    def is_read(self) -> bool:
        """Whether all that decorates it could be seen."""
        return self.function is not None


def target(name: str, lookup: Lookup) -> ScriptTarget:
    """What `module:function` leads to. Raises Refusal where it is not there."""
    dotted, separator, path = name.partition("[")[0].strip().partition(":")
    dotted, path = dotted.strip(), path.strip()
    if not separator or not dotted or not path:
        raise Refusal(f"{name!r} is not of the form module:function")
    found = _attribute(dotted, path, lookup)
    if found is None:
        file = lookup.path(dotted)
        raise Refusal(f"no function {path} in {file}" if file else f"no module api/{dotted.replace('.', '/')}.py")
    if isinstance(found, Module):
        raise Refusal(f"{path} is a module, {found.path}, and no function")
    if found is OUTSIDE:
        return ScriptTarget(None, None, None)
    function, decoration = _function(found, lookup, _MOST_STEPS)
    return ScriptTarget(found, function, decoration)


def _attribute(dotted: str, path: str, lookup: Lookup) -> Answer:
    """What `function`, `Class.method` or `instance.method` in a module leads to."""
    first, *rest = path.split(".")
    found = lookup.find(dotted, first)
    for name in rest:
        if isinstance(found, Module):
            found = lookup.find(dotted_name(found.path), name)
        elif isinstance(found, Binding):
            found = member(found, name, lookup)
    return found


def member(found: Binding, name: str, lookup: Lookup, left: int = _MOST_STEPS) -> Answer:
    """An attribute of a class, or of what a call of one made; of anything else it cannot be told."""
    if isinstance(found.value, ast.Call) and left:
        made = reference(found.value.func, found.module, lookup)
        return member(made, name, lookup, left - 1) if isinstance(made, Binding) and _is_class(made) else OUTSIDE
    if not isinstance(found.node, ast.ClassDef) or not left or found.node.decorator_list or found.node.keywords:
        return OUTSIDE
    for node in reversed(found.node.body):
        if isinstance(node, _Function) and node.name == name:
            return Binding(found.module, node)
    if any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(found.node)):
        return OUTSIDE
    for base in found.node.bases:
        above = reference(base, found.module, lookup)
        inherited = member(above, name, lookup, left - 1) if isinstance(above, Binding) else OUTSIDE
        if inherited is not None:
            return inherited
    return None


def _is_class(found: Binding) -> bool:
    return isinstance(found.node, ast.ClassDef)


def reference(node: ast.expr, module: Module, lookup: Lookup) -> Answer:
    """What `name` or `module.name` in a module leads to."""
    if isinstance(node, ast.Name):
        return lookup.find(dotted_name(module.path), node.id)
    if not isinstance(node, ast.Attribute):
        return OUTSIDE
    whole = reference(node.value, module, lookup)
    if isinstance(whole, Module):
        return lookup.find(dotted_name(whole.path), node.attr)
    return member(whole, node.attr, lookup) if isinstance(whole, Binding) else OUTSIDE


def _function(found: Binding, lookup: Lookup, left: int) -> tuple[Binding | None, Decoration | None]:
    """The function that is run in the end, and its decoration: also through `main = run`, `partial(run, …)` and
    `background_task("name")(run)`."""
    if isinstance(found.node, _Function):
        return found, decoration_of(found, lookup)
    value = found.value
    if value is None or not left:
        return None, None
    own = None
    if isinstance(value, ast.Call):
        own = decoration(value.func, found.module, lookup)
        wraps = own is not None or _last_name(value.func) == "partial"
        if not wraps or not value.args:
            return None, None
        value = value.args[0]
    inner = reference(value, found.module, lookup)
    function, below = _function(inner, lookup, left - 1) if isinstance(inner, Binding) else (None, None)
    return function, own or below


# --- the decorator


def decoration_of(found: Binding, lookup: Lookup, left: int = 2) -> Decoration | None:
    """The background_task above a function, in a `with` that holds what it does, or of a function that it calls."""
    node = found.node
    assert isinstance(node, _Function)
    candidates = [*node.decorator_list, *_contexts(node.body)]
    own = next(filter(None, (decoration(each, found.module, lookup) for each in candidates)), None)
    if own is not None or not left or DECORATOR.encode() not in found.module.data:
        return own
    called = (reference(each, found.module, lookup) for each in _called(node.body))
    functions = (each for each in called if isinstance(each, Binding) and isinstance(each.node, _Function))
    return next(filter(None, (decoration_of(each, lookup, left - 1) for each in functions)), None)


def _contexts(body: list[ast.stmt]) -> Iterator[ast.expr]:
    for statement in body:
        if isinstance(statement, ast.With | ast.AsyncWith):
            yield from (item.context_expr for item in statement.items)
            yield from _contexts(statement.body)
        elif isinstance(statement, ast.Try):
            yield from _contexts(statement.body)


def _called(body: list[ast.stmt]) -> Iterator[ast.expr]:
    """The functions that a body calls by a plain name."""
    for statement in body:
        for each in ast.walk(statement):
            if isinstance(each, ast.Call) and isinstance(each.func, ast.Name):
                yield each.func


def decoration(node: ast.expr, module: Module, lookup: Lookup) -> Decoration | None:
    """The call of background_task that an expression is, or is a name of; None for another."""
    if isinstance(node, ast.Name):
        found = reference(node, module, lookup)
        value = found.value if isinstance(found, Binding) else None
        if isinstance(found, Binding) and isinstance(value, ast.Call):
            return decoration(value, found.module, lookup)
        return None
    if not isinstance(node, ast.Call) or not _is_background_task(node.func, module):
        return None
    named = [keyword.value for keyword in node.keywords if keyword.arg == "name"]
    arguments = [*node.args, *named]
    if not arguments:
        return None
    return _named(arguments[0], module, lookup)


def _named(node: ast.expr, module: Module, lookup: Lookup) -> Decoration:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return Decoration(node.value, node.value, node, module)
    found = reference(node, module, lookup)
    value = found.value if isinstance(found, Binding) else None
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return Decoration(value.value, value.value, node, module)
    return Decoration(None, ast.unparse(node), node, module)


def _is_background_task(node: ast.expr, module: Module) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == DECORATOR
    names = {DECORATOR} | {
        item.name for each in module.tree.body for item in imports_of(each) if item.symbol == DECORATOR
    }
    return isinstance(node, ast.Name) and node.id in names


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


@dataclass(frozen=True, slots=True)
class Entrypoint:
    """The function that a script runs.

    name: `module:function` as pyproject.toml has it, "" where it has no such script. place: `file:line` of the
    function, "" where there is none. decorator: the name in its `@background_task("…")`, "" where it has none.
    problem: what is not as it should be, "" where all is.
    """

    name: str
    place: str
    decorator: str
    problem: str


def entrypoint(name: str, checkout: Checkout) -> Entrypoint:
    """The function that `module:function` leads to, also through modules that only import it."""
    try:
        found = target(name, Lookup(checkout))
    except Refusal as error:
        return Entrypoint(name, "", "", str(error).rstrip("."))
    decorator = found.decoration.shown if found.decoration else ""
    return Entrypoint(name, found.place, decorator, _problem(found, decorator, checkout))


def _problem(found: ScriptTarget, decorator: str, checkout: Checkout) -> str:
    if found.is_async:
        return ASYNC
    if decorator or not found.is_read or checkout.read(BACKGROUND_TASK) is None:
        return ""
    return "no @background_task"
