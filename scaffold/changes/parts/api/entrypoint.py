"""The entrypoint: a function under `@background_task` in a module of the API."""

from __future__ import annotations

import ast
from collections.abc import Collection

from scaffold.changes.parts.api.completion import complete, completion
from scaffold.changes.parts.api.context import free_worker, imports_for, new_packages, origin_of
from scaffold.changes.parts.api.decorator import with_task_name
from scaffold.changes.parts.api.generated import (
    EDITED,
    MODULE_TEMPLATE,
    Form,
    emptied_packages,
    origins_of,
    renamed_form,
    writing,
)
from scaffold.changes.parts.api.names import ModuleNames
from scaffold.changes.parts.api.test_code import used_by_other_tests
from scaffold.changes.parts.module_move import kept
from scaffold.changes.parts.paths import module_path, test_path
from scaffold.changes.parts.requests import Addition, Removal, Renaming
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout, with_parents
from scaffold.files.edit import Edit, Place
from scaffold.pfml.entrypoints import entrypoint, task_name_in
from scaffold.pfml.scripts import script_reference, scripts
from scaffold.pfml.tasks import Task
from scaffold.python.additions import extend
from scaffold.python.module import Import, Module
from scaffold.python.removals import is_used, without_function
from scaffold.python.renames import files_with, rewritten, with_module
from scaffold.python.uses import first_use
from scaffold.rendering.files import CHECKOUT_FOLDER
from scaffold.spec import part_names
from scaffold.spec.naming import Naming
from scaffold.spec.specs import TaskSpec
from scaffold.terraform.folder import Folder

PART = part_names.ENTRYPOINT
TEMPLATES: tuple[str, ...] = (f"{CHECKOUT_FOLDER}/{MODULE_TEMPLATE}", "snippets/function.py")
RECREATED = ""
LOGGER = "logger = logging.get_logger(__name__)"
DECORATOR = Import("massgov.pfml.util.bg", "background_task")
LOGGING = Import("massgov.pfml.util.logging", "", "logging")


def add(addition: Addition) -> list[Edit]:
    spec, checkout = addition.spec, addition.checkout
    if not isinstance(spec, TaskSpec):
        return []
    if checkout.read("api/massgov/pfml/util/bg.py") is None:
        raise Refusal(
            "this checkout has no background_task yet (it was added in 2021), which tasks need",
            place="api/massgov/pfml/util/bg.py",
        )
    path = module_path(spec.module)
    _check_path(spec, checkout, path)
    if checkout.read(path) is None:
        text = Form(origin_of(spec, free_worker(spec, ())), checkout).module()
        return [*new_packages(checkout, path, PART), checkout.create(path, text, PART)]
    module = Module(checkout, path)
    function = module.function(spec.function)
    if function is not None:
        _adoptable(spec, module, function)
        asked = completion(spec, module)
        if asked:
            return complete(asked, module, PART)
        return [checkout.exists(path, module.offset(function.lineno), PART)]
    return _add_function(spec, module)


def find(task: Task, checkout: Checkout) -> list[Place]:
    entry = script_reference(task.script(Folder.of(checkout)), checkout)
    path, _, line = entrypoint(entry, checkout).place.rpartition(":")
    return [(path, Module(checkout, path).offset(int(line)))] if path else []


def remove(removal: Removal) -> list[Edit]:
    """The function that the task's script runs; it stays if another script runs it, too."""
    checkout, command = removal.checkout, removal.command
    entry = "" if removal.chosen else removal.entry
    path = module_path(entry.partition(":")[0])
    if not entry or checkout.read(path) is None:
        return []
    if removal.keep_code:
        return [checkout.keep(path, 0, PART, "because of --keep-code")]
    same = [script.name for script in scripts(checkout).values() if script.reference == entry]
    others = [name for name in same if name != command]
    if others or not removal.removes(part_names.SCRIPT):
        return [checkout.keep(path, 0, PART, f"the script {(others or [command])[0]} runs it")]
    names = {removal.task.own_name, command}
    return _remove_function(entry, names, checkout)


def _remove_function(entry: str, names: Collection[str], checkout: Checkout) -> list[Edit]:
    """The function `module:function` if it is as the tool writes it for a task with one of these names: with its file
    and the packages that this leaves empty, or alone if the file contains anything else. What is generated in its
    test does not count as a use.
    """
    dotted, _, function = entry.partition(":")
    path = module_path(dotted)
    try:
        module = Module(checkout, path)
    except Refusal as error:
        return [checkout.keep(path, 0, PART, error.what)]
    node = module.function(function)
    offset = module.offset(node.lineno) if node else 0
    origins = [origin for origin in origins_of(module, dotted, function) if origin.spec.name in names]
    known = writing(module, origins)
    if known is None:
        return [checkout.keep(path, offset, PART, EDITED)]
    form, lines = known
    used = first_use(checkout, dotted, form.origin.names if lines else [], {path, test_path(dotted)})
    if used is None and lines and (line := is_used(module, form.origin.names, lines)):
        used = path, module.offset(line)
    used = used or used_by_other_tests(checkout, origins)
    if used:
        return [checkout.keep(path, offset, PART, "still used", used)]
    if lines is None:
        return [checkout.delete(path, PART), *emptied_packages(checkout, path, PART)]
    return without_function(
        module,
        lines,
        [DECORATOR, LOGGING, *imports_for(form.function())],
        LOGGER,
        PART,
        lambda name: first_use(checkout, dotted, [name], {path}),
    )


def rename(renaming: Renaming) -> list[Edit]:
    """The name in the decorator, and the module if it is named after the task, with all imports of it outside of the
    tests."""
    naming, entry, move, checkout = renaming.naming, renaming.entry, renaming.move, renaming.checkout
    if not entry:
        return []
    code = next((path for path, _ in find(renaming.task, checkout)), "")
    edits: list[Edit] = []
    for path in dict.fromkeys([*([code] if code else []), *(files_with(checkout, [move.last]) if move else ())]):
        if path.startswith("api/tests/"):
            continue

        def change(text: str, path: str = path) -> str:
            if path == code:
                text = with_task_name(_written_for(naming, entry, path, text, checkout), naming)
            return with_module(text, path, [move] if move else [])

        edits += rewritten(checkout, path, change, PART)
    if move:
        edits.append(checkout.move(module_path(move.old), module_path(move.new), PART))
    return [*kept(naming, entry, checkout, PART), *edits]


def _written_for(naming: Naming, entry: str, path: str, text: str, checkout: Checkout) -> str:
    """The module with the function generated for the new name, if it is as generated for the old one."""
    dotted, _, function = entry.partition(":")
    if path != module_path(dotted):
        return text
    renamed = renamed_form(naming, dotted, function, checkout)
    return text.replace(renamed[0].function(), renamed[1].function(), 1) if renamed else text


# --- a module that exists


def _check_path(spec: TaskSpec, checkout: Checkout, path: str) -> None:
    root = spec.module.split(".")[0]
    if root == "tests" or not checkout.is_folder(f"api/{root}"):
        known = [name for name in checkout.folders("api") if checkout.read(f"api/{name}/__init__.py") is not None]
        raise Refusal(
            f"the API has no package {root!r}; available: {', '.join(known) or 'none'}",
            option="--module",
            value=spec.module,
            instead=f"Write massgov.pfml.tasks.{spec.slug}, for example.",
        )
    if checkout.is_folder(path.removesuffix(".py")):
        raise Refusal(
            "it is a package of the API, but the entrypoint needs a module",
            option="--module",
            value=spec.module,
            place=path.removesuffix(".py"),
            instead=f"Write {spec.module}.{spec.slug}, for example.",
        )
    for folder in with_parents(path):
        if not checkout.is_folder(folder) and checkout.read(f"{folder}.py") is not None:
            raise Refusal(
                "it would be inside a module, not in a package",
                option="--module",
                value=spec.module,
                place=f"{folder}.py",
                instead="Choose a module next to that one.",
            )


def _adoptable(spec: TaskSpec, module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """Raise Refusal for an existing function that is not an entrypoint of this task."""
    names = [name for name in map(task_name_in, function.decorator_list) if name is not None]
    if isinstance(function, ast.AsyncFunctionDef):
        raise Refusal(
            f"the function {spec.function!r} is async, so a script would never run it",
            option="--function",
            value=spec.function,
            place=module.place(function),
            instead="Choose another --function.",
        )
    if names in ([spec.name], [spec.command]):
        return
    has = f'@background_task("{names[0]}")' if names else "no @background_task"
    raise Refusal(
        f'the function {spec.function!r} has {has}, but you asked for @background_task("{spec.name}")',
        option="--function",
        value=spec.function,
        place=module.place(function),
        instead="Decorate it that way, or choose another --function.",
    )


def _add_function(spec: TaskSpec, module: Module) -> list[Edit]:
    names = ModuleNames(module)
    form = Form(origin_of(spec, free_worker(spec, names.bound)), module.checkout)
    text, own_logger = form.function(), names.has_logger()
    wanted = [DECORATOR, *([] if own_logger else [LOGGING]), *imports_for(text)]
    missing = [imported for imported in wanted if names.missing(imported)]
    for name in form.origin.names:
        names.check_free(name, spec)
    edits = extend(module.checkout, module.path, missing, "" if own_logger else LOGGER, text, PART)
    names.prove(edits, text, wanted)
    return edits
