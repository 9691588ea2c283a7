"""What a Poetry script runs: the object that `module:function` refers to, and its `@background_task`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.python.lookup import OUTSIDE, Answer, Binding, Lookup, dotted_name
from scaffold.python.module import Module, imports_of, walk

BACKGROUND_TASK = "api/massgov/pfml/util/bg.py"

DECORATOR = "background_task"
ASYNC = "async, so the script only creates a coroutine and runs nothing"
_MOST_STEPS = 8
_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Decoration(NamedTuple):
    """A call of background_task. name: its argument, None if it is unknown. shown: the name, or the expression as
    written. node: that expression. module: the module that it is in."""

    name: str | None
    shown: str
    node: ast.expr
    module: Module


class Entrypoint(NamedTuple):
    """What a script runs.

    reference: `module:function`. definition: what binds the name, None if it is not in the API's source. function: the
    function that runs in the end, None if it cannot be read. decoration: its `@background_task`, None if it has none
    that can be read. error: why there is no such function, "" if there is.
    """

    reference: str
    definition: Binding | None = None
    function: Binding | None = None
    decoration: Decoration | None = None
    error: str = ""

    @property
    def place(self) -> str:
        """`file:line` of the definition, "" if there is none."""
        return self.definition.place if self.definition else ""

    @property
    def decorator(self) -> str:
        """The name in its `@background_task("…")` or the expression as written; "" if it has none."""
        return self.decoration.shown if self.decoration else ""

    @property
    def is_async(self) -> bool:
        return self.function is not None and isinstance(self.function.node, ast.AsyncFunctionDef)

    @property
    def is_read(self) -> bool:
        """Whether everything that decorates it could be read."""
        return self.function is not None


def entrypoint(reference: str, checkout: Checkout) -> Entrypoint:
    """What `module:function` refers to, also through modules that only import it; with an error if it does not
    exist.
    """
    return checkout.once(_entrypoint, reference)


def _entrypoint(checkout: Checkout, reference: str) -> Entrypoint:
    try:
        return find_entrypoint(reference, checkout.once(Lookup))
    except Refusal as error:
        return Entrypoint(reference, error=str(error).rstrip("."))


def problem_of(entrypoint: Entrypoint, checkout: Checkout) -> str:
    """What is wrong with an entrypoint, in a few words; "" if nothing is."""
    if entrypoint.error or entrypoint.is_async:
        return entrypoint.error or ASYNC
    if entrypoint.decorator or not entrypoint.is_read or checkout.read(BACKGROUND_TASK) is None:
        return ""
    return "no @background_task"


def find_entrypoint(reference: str, lookup: Lookup) -> Entrypoint:
    """What `module:function` refers to. Raises Refusal if it does not exist."""
    dotted, separator, path = reference.partition("[")[0].strip().partition(":")
    dotted, path = dotted.strip(), path.strip()
    if not separator or not dotted or not path:
        raise Refusal(f"{reference!r} is not of the form module:function")
    answer = _attribute(dotted, path, lookup)
    if answer is None:
        file = lookup.path(dotted)
        raise Refusal(f"no function {path} in {file}" if file else f"no module api/{dotted.replace('.', '/')}.py")
    if isinstance(answer, Module):
        raise Refusal(f"{path} is a module ({answer.path}), not a function")
    if answer is OUTSIDE:
        return Entrypoint(reference)
    function, decoration = _function(answer, lookup, _MOST_STEPS)
    return Entrypoint(reference, answer, function, decoration)


def _attribute(dotted: str, path: str, lookup: Lookup) -> Answer:
    """What `function`, `Class.method` or `instance.method` in a module refers to."""
    first, *rest = path.split(".")
    answer = lookup.find(dotted, first)
    for name in rest:
        if isinstance(answer, Module):
            answer = lookup.find(dotted_name(answer.path), name)
        elif isinstance(answer, Binding):
            answer = member(answer, name, lookup)
    return answer


def member(binding: Binding, name: str, lookup: Lookup, left: int = _MOST_STEPS) -> Answer:
    """An attribute of a class or of an instance of one; OUTSIDE for anything else."""
    if isinstance(binding.value, ast.Call) and left:
        called = reference(binding.value.func, binding.module, lookup)
        return member(called, name, lookup, left - 1) if isinstance(called, Binding) and _is_class(called) else OUTSIDE
    if not isinstance(binding.node, ast.ClassDef) or not left or binding.node.decorator_list or binding.node.keywords:
        return OUTSIDE
    for node in reversed(binding.node.body):
        if isinstance(node, _Function) and node.name == name:
            return Binding(binding.module, node)
    if any(isinstance(node, ast.Name) and node.id == name for node in walk(binding.node)):
        return OUTSIDE
    for base in binding.node.bases:
        above = reference(base, binding.module, lookup)
        inherited = member(above, name, lookup, left - 1) if isinstance(above, Binding) else OUTSIDE
        if inherited is not None:
            return inherited
    return None


def _is_class(binding: Binding) -> bool:
    return isinstance(binding.node, ast.ClassDef)


def reference(node: ast.expr, module: Module, lookup: Lookup) -> Answer:
    """What `name` or `module.name` in a module refers to."""
    if isinstance(node, ast.Name):
        return lookup.find(dotted_name(module.path), node.id)
    if not isinstance(node, ast.Attribute):
        return OUTSIDE
    base = reference(node.value, module, lookup)
    if isinstance(base, Module):
        return lookup.find(dotted_name(base.path), node.attr)
    return member(base, node.attr, lookup) if isinstance(base, Binding) else OUTSIDE


def _function(binding: Binding, lookup: Lookup, left: int) -> tuple[Binding | None, Decoration | None]:
    """The function that runs in the end, and its decoration; follows `main = run`, `partial(run, …)` and
    `background_task("name")(run)`."""
    if isinstance(binding.node, _Function):
        return binding, decoration_of(binding, lookup)
    value = binding.value
    if value is None or not left:
        return None, None
    own = None
    if isinstance(value, ast.Call):
        own = decoration(value.func, binding.module, lookup)
        wraps = own is not None or _last_name(value.func) == "partial"
        if not wraps or not value.args:
            return None, None
        value = value.args[0]
    inner = reference(value, binding.module, lookup)
    function, below = _function(inner, lookup, left - 1) if isinstance(inner, Binding) else (None, None)
    return function, own or below


# --- the decorator


def decoration_of(binding: Binding, lookup: Lookup, left: int = 2) -> Decoration | None:
    """The background_task that decorates a function or one that it calls, or that a `with` in it enters."""
    node = binding.node
    assert isinstance(node, _Function)
    candidates = [*node.decorator_list, *_contexts(node.body)]
    own = next(filter(None, (decoration(candidate, binding.module, lookup) for candidate in candidates)), None)
    if own is not None or not left or DECORATOR.encode() not in binding.module.data:
        return own
    called = (reference(name, binding.module, lookup) for name in _called(node.body))
    functions = (function for function in called if isinstance(function, Binding) and _is_function(function))
    return next(filter(None, (decoration_of(function, lookup, left - 1) for function in functions)), None)


def _is_function(binding: Binding) -> bool:
    return isinstance(binding.node, _Function)


def _contexts(body: list[ast.stmt]) -> Iterator[ast.expr]:
    for statement in body:
        if isinstance(statement, ast.With | ast.AsyncWith):
            yield from (context.context_expr for context in statement.items)
            yield from _contexts(statement.body)
        elif isinstance(statement, ast.Try):
            yield from _contexts(statement.body)


def _called(body: list[ast.stmt]) -> Iterator[ast.expr]:
    """The functions that a body calls by a plain name."""
    for statement in body:
        for node in walk(statement):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield node.func


def decoration(node: ast.expr, module: Module, lookup: Lookup) -> Decoration | None:
    """The call of background_task that an expression is or names; None for another expression."""
    if isinstance(node, ast.Name):
        binding = reference(node, module, lookup)
        value = binding.value if isinstance(binding, Binding) else None
        if isinstance(binding, Binding) and isinstance(value, ast.Call):
            return decoration(value, binding.module, lookup)
        return None
    if not isinstance(node, ast.Call) or not _is_background_task(node.func, module):
        return None
    name = name_argument(node)
    return _named(name, module, lookup) if name else None


def name_argument(call: ast.Call) -> ast.expr | None:
    """The expression of the name in a call of background_task."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "name"]
    return next(iter([*call.args, *named]), None)


def task_name_in(decorator: ast.expr) -> str | None:
    """The name in a decorator `@background_task("name")`, as far as the decorator itself shows it; None for any other
    decorator.
    """
    if not isinstance(decorator, ast.Call) or _last_name(decorator.func) != DECORATOR:
        return None
    name = name_argument(decorator)
    if name is None:
        return None
    return name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ast.unparse(name)


def _named(node: ast.expr, module: Module, lookup: Lookup) -> Decoration:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return Decoration(node.value, node.value, node, module)
    binding = reference(node, module, lookup)
    value = binding.value if isinstance(binding, Binding) else None
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return Decoration(value.value, value.value, node, module)
    return Decoration(None, ast.unparse(node), node, module)


def _is_background_task(node: ast.expr, module: Module) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == DECORATOR
    imports = (imported for statement in module.tree.body for imported in imports_of(statement))
    names = {DECORATOR} | {imported.name for imported in imports if imported.symbol == DECORATOR}
    return isinstance(node, ast.Name) and node.id in names


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
