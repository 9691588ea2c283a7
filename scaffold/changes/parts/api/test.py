"""The test: a function that calls the entrypoint, in the file under api/tests that mirrors the module."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping

from scaffold.changes.parts.api.completion import completion
from scaffold.changes.parts.api.context import free_worker, new_packages, origin_of
from scaffold.changes.parts.api.generated import (
    EDITED,
    TEST_TEMPLATE,
    Form,
    emptied_packages,
    forms,
    is_written,
    origins_of,
    renamed_form,
)
from scaffold.changes.parts.api.names import ModuleNames
from scaffold.changes.parts.api.test_changes import complete_test, with_test, without_test
from scaffold.changes.parts.api.test_code import generated_tests
from scaffold.changes.parts.paths import module_path, test_path
from scaffold.changes.parts.requests import Addition, Removal, Renaming
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit, Place
from scaffold.pfml.scripts import script_reference
from scaffold.pfml.tasks import Task
from scaffold.python.module import Module
from scaffold.python.renames import Move, files_with, rewritten, unclear, with_module
from scaffold.rendering.files import CHECKOUT_FOLDER
from scaffold.spec import part_names
from scaffold.spec.naming import Naming
from scaffold.spec.specs import TaskSpec
from scaffold.terraform.folder import Folder

PART = part_names.TEST
TEMPLATES: tuple[str, ...] = (f"{CHECKOUT_FOLDER}/{TEST_TEMPLATE}", "snippets/test_function.py")
RECREATED = ""


def add(addition: Addition) -> list[Edit]:
    spec, checkout = addition.spec, addition.checkout
    if not isinstance(spec, TaskSpec):
        return []
    path, code = test_path(spec.module), _code(spec, checkout)
    if checkout.read(path) is None:
        if code is not None:
            # Only its author knows what an existing function needs to run in a test.
            return []
        text = _new_form(spec, checkout).test_module()
        return [*new_packages(checkout, path, PART), checkout.create(path, text, PART)]
    module = Module(checkout, path)
    if code is None:
        return with_test(_new_form(spec, checkout), module, PART)
    asked = completion(spec, code)
    edits = complete_test(asked, module, PART) if asked else []
    line = _tested_at(spec.module, _tested(spec.module, spec.function, checkout), module)
    return edits or [checkout.unchanged(path, module.offset(line), PART) if line else checkout.exists(path, 0, PART)]


def _code(spec: TaskSpec, checkout: Checkout) -> Module | None:
    """The module of the entrypoint, if it has the function already."""
    path = module_path(spec.module)
    code = Module(checkout, path) if checkout.read(path) is not None else None
    return code if code and code.function(spec.function) else None


def _new_form(spec: TaskSpec, checkout: Checkout) -> Form:
    """What writes the functions that the same command adds, perhaps to a module that exists."""
    path = module_path(spec.module)
    bound = ModuleNames(Module(checkout, path)).bound if checkout.read(path) is not None else ()
    return Form(origin_of(spec, free_worker(spec, bound)), checkout)


def find(task: Task, checkout: Checkout) -> list[Place]:
    dotted, _, function = script_reference(task.script(Folder.of(checkout)), checkout).partition(":")
    path = test_path(dotted)
    if checkout.read(path) is None:
        return []
    module = Module(checkout, path)
    line = _tested_at(dotted, _tested(dotted, function, checkout), module)
    return [(path, module.offset(line))] if line else []


def remove(removal: Removal) -> list[Edit]:
    """The test of a removed entrypoint, if it is as the tool writes it."""
    if not removal.removes(part_names.ENTRYPOINT):
        return []
    checkout = removal.checkout
    dotted, _, function = removal.entry.partition(":")
    origins = origins_of(Module(checkout, module_path(dotted)), dotted, function)
    places = find(removal.task, checkout)
    if not origins or not places:
        return []
    path, offset = places[0]
    module = Module(checkout, path)
    if any(is_written(module, form.test_module()) for form in forms(origins, checkout)):
        return [checkout.delete(path, PART), *emptied_packages(checkout, path, PART)]
    test = next(generated_tests(module, origins), None)
    return without_test(test, module, PART) if test else [checkout.keep(path, offset, PART, EDITED)]


def rename(renaming: Renaming) -> list[Edit]:
    """The tests that are named after the task, and what tests import from its module."""
    naming, move, checkout = renaming.naming, renaming.move, renaming.checkout
    dotted = renaming.entry.partition(":")[0]
    if not dotted:
        return []
    files = _named_after(naming, dotted, checkout)
    moves = [*([move] if move else []), *(Move(_dotted(path), _dotted(new)) for path, new in files.items())]
    edits = []
    own, names = test_path(dotted), _renamed_names(renaming)
    paths = [
        path for path in files_with(checkout, [renamed.last for renamed in moves]) if path.startswith("api/tests/")
    ]
    for path in dict.fromkeys([*paths, *([own] if checkout.read(own) is not None else [])]):

        def change(text: str, path: str = path) -> str:
            return with_module(_with_names(text, names) if path == own else text, path, moves)

        edits += rewritten(checkout, path, change, PART)
    return edits + [checkout.move(path, new, PART) for path, new in files.items()]


def _renamed_names(renaming: Renaming) -> dict[str, str]:
    """The names in the test file of the task's functions that have the task's name in them, and the new ones."""
    naming, (dotted, _, function) = renaming.naming, renaming.entry.partition(":")
    if renaming.checkout.read(module_path(dotted)) is None:
        return {}
    called = _tested(dotted, function, renaming.checkout)
    names = {f"{naming.old_slug}_{name}": f"{naming.new_slug}_{name}" for name in called}
    forms = renamed_form(naming, dotted, function, renaming.checkout)
    if forms and forms[0].origin.worker != forms[1].origin.worker:
        names[forms[0].origin.worker] = forms[1].origin.worker
    return names


def _with_names(text: str, names: Mapping[str, str]) -> str:
    for old, new in names.items():
        if re.search(rf"(?m)\bimport\b.*\b{old}\b|^    {old},$", text):
            text = re.sub(rf"\b(test_)?{old}\b", rf"\g<1>{new}", text)
    return text


def _named_after(naming: Naming, dotted: str, checkout: Checkout) -> dict[str, str]:
    """The tests of a module that are named after the task, and their new paths. Raises Refusal if one is taken."""
    if naming.old_slug == naming.new_slug:
        return {}
    paths = {}
    for path in checkout.files("api/tests", f"test_{naming.old_slug}.py"):
        try:
            imports = [imported for imported, _ in Module(checkout, path).imports()]
        except Refusal:
            continue
        new = f"{path.rpartition('/')[0]}/test_{naming.new_slug}.py"
        names = {name for imported in imports for name in (imported.module, f"{imported.module}.{imported.symbol}")}
        if dotted in names and not unclear(checkout, Move(_dotted(path), _dotted(new))):
            if checkout.read(new) is not None:
                raise naming.taken("the test's new path is taken", new)
            paths[path] = new
    return paths


def _dotted(path: str) -> str:
    return path.removeprefix("api/").removesuffix(".py").replace("/", ".")


def _tested(dotted: str, function: str, checkout: Checkout) -> list[str]:
    """The functions whose test is the entrypoint's: itself, and those of its module that it calls."""
    path = module_path(dotted)
    node = Module(checkout, path).function(function) if checkout.read(path) is not None else None
    calls = [child.func for child in ast.walk(node) if isinstance(child, ast.Call)] if node else []
    return [function, *(called.id for called in calls if isinstance(called, ast.Name))]


def _tested_at(dotted: str, names: Collection[str], module: Module) -> int:
    """The line at which a test imports one of some functions, or uses it as an attribute of its module; 0 if none
    does."""
    package, _, name = dotted.rpartition(".")
    for imported, node in module.imports():
        if imported.module == dotted and imported.symbol in names:
            return node.lineno
        if (imported.module, imported.symbol) in ((dotted, ""), (package, name)):
            attributes = [node for node in ast.walk(module.tree) if isinstance(node, ast.Attribute)]
            lines = [attribute.lineno for attribute in attributes if attribute.attr in names]
            if lines:
                return min(lines)
    return 0
