"""The test: a function that calls the entrypoint, in the path under api/tests that mirrors the module's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from scaffold.changes.parts.api.context import DATABASE, context, module_path, new_packages, takes_arguments
from scaffold.changes.parts.api.generated import EDITED, Told, emptied_packages, is_written, told_by, ways
from scaffold.changes.parts.api.module_move import module_move
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.python.additions import extend, from_import
from scaffold.python.layout import python_call
from scaffold.python.module import Import, Module
from scaffold.python.removals import function_lines, without_function
from scaffold.python.renames import Move, files_with, rewritten, unclear, with_module
from scaffold.rendering.render import new_file, snippet
from scaffold.spec import part_names
from scaffold.spec.naming import Naming
from scaffold.spec.specs import TaskSpec

PART = part_names.TEST
TEMPLATE_FILE = "api/{{cookiecutter.__test_path}}/test_{{cookiecutter.__module_name}}.py"
MOCK = Import("unittest", "mock")


def add(spec: TaskSpec, checkout: Checkout) -> list[Edit]:
    path = test_path(spec)
    if checkout.read(path) is None:
        if _exists(spec, checkout):
            # Only its author knows what a function that was there needs to run in a test.
            return []
        text = new_file(
            TEMPLATE_FILE,
            checkout,
            _context(spec, f"test_{spec.function}", spec.function),
        )
        return [*new_packages(checkout, path, PART), checkout.create(path, text, PART)]
    module = Module(checkout, path)
    line = _tested_at(spec, module)
    if line:
        return [checkout.unchanged(path, module.offset(line), PART)]
    if _exists(spec, checkout):
        return [checkout.exists(path, 0, PART)]
    return _add_function(spec, module)


def remove(entry: str, checkout: Checkout) -> list[Edit]:
    """The test of the function that `module:function` leads to, where it is as the tool makes it."""
    dotted, _, function = entry.partition(":")
    path, code = path_of(dotted), f"api/{dotted.replace('.', '/')}.py"
    if checkout.read(path) is None or checkout.read(code) is None:
        return []
    tolds = told_by(Module(checkout, code), dotted, function)
    module = Module(checkout, path)
    if not tolds or not (line := _tested_at(tolds[0].spec, module)):
        return []
    for told, template in ways(tolds, checkout):
        if is_written(module, new_file(TEMPLATE_FILE, template, _told_context(told, f"test_{function}", function))):
            return [checkout.delete(path, PART), *emptied_packages(checkout, path, PART)]
    for told, template in ways(tolds, checkout):
        for item, lines in _functions(module, told, template):
            return without_function(module, lines, [item, DATABASE, MOCK], "", PART)
    return [checkout.keep(path, module.offset(line), PART, EDITED)]


def _functions(module: Module, told: Told, template: Checkout | None) -> Iterator[tuple[Import, range]]:
    """The lines of test functions as the tool makes them, each with the import of what it calls."""
    for item, _ in module.imports():
        if (item.module, item.symbol) == (told.spec.module, told.spec.function):
            for node in module.tree.body:
                if isinstance(node, ast.FunctionDef):
                    values = _told_context(told, node.name, item.name)
                    lines = function_lines(module, snippet("test_function.py", template, cookiecutter=values))
                    if lines:
                        yield item, lines


def rename(naming: Naming, entry: str, checkout: Checkout) -> list[Edit]:
    """The tests that are named after the task, and what tests import of its module."""
    dotted, _, function = entry.partition(":")
    move = module_move(naming, entry, checkout)
    files = _named_after(naming, dotted, checkout)
    moves = [*([move] if move else []), *(Move(_dotted(path), _dotted(new)) for path, new in files.items())]
    edits = []
    own, alias = path_of(dotted), rf"\b(test_)?{naming.old_slug}_{function}\b"
    paths = [path for path in files_with(checkout, [each.last for each in moves]) if path.startswith("api/tests/")]
    for path in dict.fromkeys([*paths, *([own] if checkout.read(own) is not None else [])]):

        def change(text: str, path: str = path) -> str:
            if path == own and re.search(rf"\bimport\b.* as {naming.old_slug}_{function}\b", text):
                text = re.sub(alias, rf"\g<1>{naming.new_slug}_{function}", text)
            return with_module(text, path, moves)

        edits += rewritten(checkout, path, change, PART)
    return edits + [checkout.move(path, new, PART) for path, new in files.items()]


def _named_after(naming: Naming, dotted: str, checkout: Checkout) -> dict[str, str]:
    """The tests of a module that have the task's name, and where they go. Raises Refusal where something is there."""
    if naming.old_slug == naming.new_slug:
        return {}
    found = {}
    for path in checkout.files("api/tests", f"test_{naming.old_slug}.py"):
        try:
            imported = {name for item, _ in Module(checkout, path).imports() for name in (item.module, _joined(item))}
        except Refusal:
            continue
        new = f"{path.rpartition('/')[0]}/test_{naming.new_slug}.py"
        if dotted in imported and not unclear(checkout, Move(_dotted(path), _dotted(new))):
            if checkout.read(new) is not None:
                raise naming.taken("the test's new path is taken", new)
            found[path] = new
    return found


def _joined(item: Import) -> str:
    return f"{item.module}.{item.symbol}"


def _dotted(path: str) -> str:
    return path.removeprefix("api/").removesuffix(".py").replace("/", ".")


def _told_context(told: Told, name: str, call: str) -> dict[str, object]:
    return _context(told.spec, name, call) | {"__options": told.options}


def test_path(spec: TaskSpec) -> str:
    return path_of(spec.module)


def path_of(dotted: str) -> str:
    """api/tests/dor/test_import_dor.py for massgov.pfml.dor.import_dor."""
    package, _, name = dotted.rpartition(".")
    inner = package.removeprefix("massgov").removeprefix(".pfml").strip(".").replace(".", "/")
    return "/".join(part for part in ("api/tests", inner, f"test_{name}.py") if part)


def _exists(spec: TaskSpec, checkout: Checkout) -> bool:
    path = module_path(spec)
    return checkout.read(path) is not None and Module(checkout, path).function(spec.function) is not None


def _tested_at(spec: TaskSpec, module: Module) -> int:
    """The line at which a test brings in the entrypoint, by itself or as a name of its module; 0 where none does."""
    package, _, name = spec.module.rpartition(".")
    for item, node in module.imports():
        if (item.module, item.symbol) == (spec.module, spec.function):
            return node.lineno
        if (item.module, item.symbol) in ((spec.module, ""), (package, name)):
            uses = [found for found in ast.walk(module.tree) if isinstance(found, ast.Attribute)]
            lines = [found.lineno for found in uses if found.attr == spec.function]
            if lines:
                return min(lines)
    return 0


def _context(spec: TaskSpec, name: str, call: str) -> dict[str, object]:
    values = context(spec, "run")
    package = test_path(spec).removeprefix("api/").rpartition("/")[0]
    return values | {
        "__test_path": package,
        "__test_name": name,
        "__test_call": call,
        "__test_import": from_import(spec.module, [spec.function]),
        "__test_signature": python_call(
            f"def {name}", ["monkeypatch"] if spec.database or takes_arguments(spec) else [], tail=":"
        ),
    }


def _add_function(spec: TaskSpec, module: Module) -> list[Edit]:
    bound = module.bound()
    alias = f"{spec.slug}_{spec.function}" if spec.function in bound else ""
    entrypoint = Import(spec.module, spec.function, alias)
    wanted = [entrypoint, *([DATABASE, MOCK] if spec.database else [])]
    name = f"test_{entrypoint.name}"
    while name in bound:
        name += "_entrypoint"
    text = snippet("test_function.py", module.checkout, cookiecutter=_context(spec, name, entrypoint.name))
    needed = [item for item in wanted if item.name not in bound or item == entrypoint]
    return extend(module.checkout, module.path, needed, "", text, PART)
