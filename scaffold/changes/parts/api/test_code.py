"""The generated test functions: their values, and where a file has them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from scaffold.changes.parts.api.context import context, takes_arguments
from scaffold.changes.parts.api.generated import Origin, renderings
from scaffold.changes.parts.paths import test_path
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Place
from scaffold.python.additions import from_import
from scaffold.python.layout import python_call
from scaffold.python.module import Import, Module
from scaffold.python.own_uses import own_uses
from scaffold.python.removals import function_lines
from scaffold.rendering.render import snippet
from scaffold.spec.specs import TaskSpec


def test_context(spec: TaskSpec, name: str, call: str) -> dict[str, object]:
    values = context(spec, "run")
    package = test_path(spec.module).removeprefix("api/").rpartition("/")[0]
    return values | {
        "__test_path": package,
        "__test_name": name,
        "__test_call": call,
        "__test_import": from_import(spec.module, [spec.function]),
        "__test_signature": python_call(
            f"def {name}", ["monkeypatch"] if spec.database or takes_arguments(spec) else [], tail=":"
        ),
    }


def origin_context(origin: Origin, name: str, call: str) -> dict[str, object]:
    return test_context(origin.spec, name, call) | {"__options": origin.options}


def generated_functions(module: Module, origin: Origin, template: Checkout | None) -> Iterator[tuple[Import, range]]:
    """The lines of generated test functions, each with the import of what it calls."""
    functions = [node for node in module.tree.body if isinstance(node, ast.FunctionDef)]
    for imported, _ in module.imports():
        if (imported.module, imported.symbol) != (origin.spec.module, origin.spec.function):
            continue
        for function in functions:
            values = origin_context(origin, function.name, imported.name)
            lines = function_lines(module, snippet("test_function.py", template, cookiecutter=values))
            if lines:
                yield imported, lines


def used_by_other_tests(checkout: Checkout, origins: Sequence[Origin]) -> Place | None:
    """Where the test file of an entrypoint uses it in tests that were not generated."""
    path = test_path(origins[0].spec.module)
    if checkout.read(path) is None:
        return None
    try:
        module = Module(checkout, path)
    except Refusal:
        return path, 0
    generated = {
        row
        for origin, template in renderings(origins, checkout)
        for _, rows in generated_functions(module, origin, template)
        for row in rows
    }
    lines = module.data.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    others = "\n".join("" if row in generated else line for row, line in enumerate(lines))
    line = _first_line(module, origins[0], others)
    return (path, module.offset(line)) if line else None


def _first_line(module: Module, origin: Origin, text: str) -> int:
    """The first line of a text, counted from 1, that uses a function of an entrypoint, as its test file imports it."""
    package, _, last = origin.spec.module.rpartition(".")
    lines: list[int] = []
    for imported, _ in module.imports():
        if imported.module == origin.spec.module and imported.symbol in origin.names:
            lines += own_uses(text, [imported.name]).values()
        elif (imported.module, imported.symbol) in ((origin.spec.module, ""), (package, last)):
            attribute = rf"\b{re.escape(imported.name)}\.(?:{'|'.join(origin.names)})\b"
            lines += [text.count("\n", 0, match.start()) + 1 for match in re.finditer(attribute, text)]
    return min(lines, default=0)
