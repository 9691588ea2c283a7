"""The generated test functions: their values, and where a file has them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scaffold.changes.parts.api.context import BOTO3, Origin
from scaffold.changes.parts.api.generated import Form, forms
from scaffold.changes.parts.paths import test_path
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Place
from scaffold.python.module import Import, Module
from scaffold.python.own_uses import names_in_code, own_uses
from scaffold.python.removals import function_lines

DATABASE = Import("massgov.pfml", "db")
MOCK = Import("unittest", "mock")


class GeneratedTest(NamedTuple):
    """A generated test function: what wrote it, its lines, and the imports of what it calls."""

    form: Form
    lines: range
    imports: list[Import]


def generated_tests(module: Module, origins: Sequence[Origin]) -> Iterator[GeneratedTest]:
    """The generated test functions for an entrypoint in a test file."""
    functions = [node for node in module.tree.body if isinstance(node, ast.FunctionDef)]
    for form in forms(origins, module.checkout):
        imports = imports_of_tested(module, form.origin)
        names = {imported.symbol: imported.name for imported in imports}
        for function in functions if imports else ():
            if lines := function_lines(module, form.test_function(function.name, names)):
                yield GeneratedTest(form, lines, imports)


def imports_of_tested(module: Module, origin: Origin) -> list[Import]:
    """How a test file imports the functions that the generated test calls."""
    return [
        imported
        for imported, _ in module.imports()
        if imported.module == origin.spec.module and imported.symbol in origin.tested
    ]


def test_imports(origin: Origin, text: str, tested: Sequence[Import]) -> list[Import]:
    """What a generated test function needs."""
    names = names_in_code(text)
    known = [*tested, BOTO3, *([DATABASE, MOCK] if origin.earlier else [])]
    return [needed for needed in known if needed.name in names]


def used_by_other_tests(checkout: Checkout, origins: Sequence[Origin]) -> Place | None:
    """Where the test file of an entrypoint uses it in tests that were not generated."""
    path = test_path(origins[0].spec.module)
    if checkout.read(path) is None:
        return None
    try:
        module = Module(checkout, path)
    except Refusal:
        return path, 0
    generated = {row for test in generated_tests(module, origins) for row in test.lines}
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
