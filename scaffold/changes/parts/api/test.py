"""The test: a function that calls the entrypoint, in the file under api/tests that mirrors the module."""

from __future__ import annotations

import ast
import re
from functools import partial

from scaffold.changes.parts.api.context import DATABASE, new_packages
from scaffold.changes.parts.api.generated import EDITED, emptied_packages, is_written, origins_of, renderings
from scaffold.changes.parts.api.names import ModuleNames
from scaffold.changes.parts.api.test_code import generated_functions, origin_context, test_context
from scaffold.changes.parts.paths import module_path, test_path
from scaffold.changes.parts.requests import Addition, Removal, Renaming
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit, Place
from scaffold.pfml.scripts import script_reference
from scaffold.pfml.tasks import Task
from scaffold.python.additions import extend
from scaffold.python.module import Import, Module
from scaffold.python.removals import without_function
from scaffold.python.renames import Move, files_with, rewritten, unclear, with_module
from scaffold.python.uses import first_use
from scaffold.rendering.files import CHECKOUT_FOLDER
from scaffold.rendering.render import new_file, snippet
from scaffold.spec import part_names
from scaffold.spec.naming import Naming
from scaffold.spec.specs import TaskSpec
from scaffold.terraform.folder import Folder

PART = part_names.TEST
TEMPLATE_FILE = "api/{{cookiecutter.__test_path}}/test_{{cookiecutter.__module_name}}.py"
TEMPLATES: tuple[str, ...] = (f"{CHECKOUT_FOLDER}/{TEMPLATE_FILE}", "snippets/test_function.py")
RECREATED = ""
MOCK = Import("unittest", "mock")


def add(addition: Addition) -> list[Edit]:
    spec, checkout = addition.spec, addition.checkout
    if not isinstance(spec, TaskSpec):
        return []
    path = test_path(spec.module)
    if checkout.read(path) is None:
        if _exists(spec, checkout):
            # Only its author knows what an existing function needs to run in a test.
            return []
        text = new_file(
            TEMPLATE_FILE,
            checkout,
            test_context(spec, f"test_{spec.function}", spec.function),
        )
        return [*new_packages(checkout, path, PART), checkout.create(path, text, PART)]
    module = Module(checkout, path)
    line = _tested_at(spec.module, spec.function, module)
    if line:
        return [checkout.unchanged(path, module.offset(line), PART)]
    if _exists(spec, checkout):
        return [checkout.exists(path, 0, PART)]
    return _add_function(spec, module)


def find(task: Task, checkout: Checkout) -> list[Place]:
    dotted, _, function = script_reference(task.script(Folder.of(checkout)), checkout).partition(":")
    path = test_path(dotted)
    if checkout.read(path) is None:
        return []
    module = Module(checkout, path)
    line = _tested_at(dotted, function, module)
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
    for origin, template in renderings(origins, checkout):
        if is_written(module, new_file(TEMPLATE_FILE, template, origin_context(origin, f"test_{function}", function))):
            return [checkout.delete(path, PART), *emptied_packages(checkout, path, PART)]
    for origin, template in renderings(origins, checkout):
        for imported, lines in generated_functions(module, origin, template):
            needed = [imported, *([DATABASE, MOCK] if origin.spec.database else [])]
            return without_function(module, lines, needed, "", PART, partial(_used, checkout, path), imported)
    return [checkout.keep(path, offset, PART, EDITED)]


def _used(checkout: Checkout, path: str, name: str) -> Place | None:
    """The first place outside of a test file that uses a name of it."""
    return first_use(checkout, _dotted(path), [name], {path})


def rename(renaming: Renaming) -> list[Edit]:
    """The tests that are named after the task, and what tests import from its module."""
    naming, move, checkout = renaming.naming, renaming.move, renaming.checkout
    dotted, _, function = renaming.entry.partition(":")
    if not dotted:
        return []
    files = _named_after(naming, dotted, checkout)
    moves = [*([move] if move else []), *(Move(_dotted(path), _dotted(new)) for path, new in files.items())]
    edits = []
    own, alias = test_path(dotted), rf"\b(test_)?{naming.old_slug}_{function}\b"
    paths = [
        path for path in files_with(checkout, [renamed.last for renamed in moves]) if path.startswith("api/tests/")
    ]
    for path in dict.fromkeys([*paths, *([own] if checkout.read(own) is not None else [])]):

        def change(text: str, path: str = path) -> str:
            if path == own and re.search(rf"\bimport\b.* as {naming.old_slug}_{function}\b", text):
                text = re.sub(alias, rf"\g<1>{naming.new_slug}_{function}", text)
            return with_module(text, path, moves)

        edits += rewritten(checkout, path, change, PART)
    return edits + [checkout.move(path, new, PART) for path, new in files.items()]


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


def _exists(spec: TaskSpec, checkout: Checkout) -> bool:
    path = module_path(spec.module)
    return checkout.read(path) is not None and Module(checkout, path).function(spec.function) is not None


def _tested_at(dotted: str, function: str, module: Module) -> int:
    """The line at which a test imports a function, or uses it as an attribute of its module; 0 if none does."""
    package, _, name = dotted.rpartition(".")
    for imported, node in module.imports():
        if (imported.module, imported.symbol) == (dotted, function):
            return node.lineno
        if (imported.module, imported.symbol) in ((dotted, ""), (package, name)):
            attributes = [node for node in ast.walk(module.tree) if isinstance(node, ast.Attribute)]
            lines = [attribute.lineno for attribute in attributes if attribute.attr == function]
            if lines:
                return min(lines)
    return 0


def _add_function(spec: TaskSpec, module: Module) -> list[Edit]:
    names = ModuleNames(module)
    alias = f"{spec.slug}_{spec.function}" if spec.function in names.bound else ""
    entrypoint = Import(spec.module, spec.function, alias)
    wanted = [entrypoint, *([DATABASE, MOCK] if spec.database else [])]
    name = f"test_{entrypoint.name}"
    while name in names.bound:
        name += "_entrypoint"
    text = snippet("test_function.py", module.checkout, cookiecutter=test_context(spec, name, entrypoint.name))
    missing = [imported for imported in wanted if names.missing(imported)]
    edits = extend(module.checkout, module.path, missing, "", text, PART)
    names.prove(edits, text, wanted)
    return edits
