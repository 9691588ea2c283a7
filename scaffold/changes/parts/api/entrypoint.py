"""The entrypoint: a function under `@background_task` in a module of the API."""

from __future__ import annotations

import ast
from collections.abc import Collection, Container, Sequence
from dataclasses import replace

from scaffold.changes.parts.api.context import DATABASE, context, new_packages, takes_arguments
from scaffold.changes.parts.api.decorator import with_task_name
from scaffold.changes.parts.api.generated import EDITED, Origin, emptied_packages, is_written, origins_of, renderings
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
from scaffold.python.own_uses import own_uses
from scaffold.python.removals import function_lines, is_used, without_function
from scaffold.python.renames import files_with, rewritten, with_module
from scaffold.python.uses import first_use
from scaffold.rendering.files import CHECKOUT_FOLDER
from scaffold.rendering.render import new_file, snippet
from scaffold.spec import part_names
from scaffold.spec.naming import Naming
from scaffold.spec.specs import TaskSpec
from scaffold.terraform.folder import Folder

PART = part_names.ENTRYPOINT
TEMPLATE_FILE = "api/{{cookiecutter.__package_path}}/{{cookiecutter.__module_name}}.py"
TEMPLATES: tuple[str, ...] = (f"{CHECKOUT_FOLDER}/{TEMPLATE_FILE}", "snippets/function.py")
RECREATED = ""
LOGGER = "logger = logging.get_logger(__name__)"
DECORATOR = Import("massgov.pfml.util.bg", "background_task")
LOGGING = Import("massgov.pfml.util.logging", "", "logging")
ARGPARSE = Import("argparse")


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
        text = new_file(TEMPLATE_FILE, checkout, context(spec, _worker(spec, ())))
        return [*new_packages(checkout, path, PART), checkout.create(path, text, PART)]
    module = Module(checkout, path)
    function = module.function(spec.function)
    if function is not None:
        _adoptable(spec, module, function)
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
    generated = _generated(module, origins)
    if generated is None:
        return [checkout.keep(path, offset, PART, EDITED)]
    origin, lines = generated
    used = first_use(checkout, dotted, origin.names if lines else [], {path, test_path(dotted)})
    if used is None and lines and (line := is_used(module, origin.names, lines)):
        used = path, module.offset(line)
    used = used or used_by_other_tests(checkout, origins)
    if used:
        return [checkout.keep(path, offset, PART, "still used", used)]
    if lines is None:
        return [checkout.delete(path, PART), *emptied_packages(checkout, path, PART)]
    return without_function(
        module,
        lines,
        [DECORATOR, LOGGING, *_imports(origin.spec)],
        LOGGER,
        PART,
        lambda name: first_use(checkout, dotted, [name], {path}),
    )


def _generated(module: Module, origins: Sequence[Origin]) -> tuple[Origin, range | None] | None:
    """What generates exactly a module, or some lines of it; without lines it generates the whole module."""
    for origin, template in renderings(origins, module.checkout):
        if is_written(module, new_file(TEMPLATE_FILE, template, _origin_context(origin))):
            return origin, None
    for origin, template in renderings(origins, module.checkout):
        lines = function_lines(module, snippet("function.py", template, cookiecutter=_origin_context(origin)))
        if lines:
            return origin, lines
    return None


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
    module = Module(checkout, path)
    origins = [origin for origin in origins_of(module, dotted, function) if origin.spec.name == naming.old]
    for origin, template in renderings(origins, checkout):
        worker = f"run_{naming.new_slug}" if origin.worker == f"run_{naming.old_slug}" else origin.worker
        wanted = origin._replace(spec=replace(origin.spec, name=naming.new), worker=worker)
        old, new = (snippet("function.py", template, cookiecutter=_origin_context(way)) for way in (origin, wanted))
        lines = function_lines(module, old)
        if lines and not (worker != origin.worker and _is_elsewhere(module, dotted, origin.worker, lines)):
            return text.replace(old, new, 1)
    return text


def _is_elsewhere(module: Module, dotted: str, name: str, inside: range) -> bool:
    """Whether anything but some lines of a module uses a name of it."""
    used = first_use(module.checkout, dotted, [name], [module.path])
    return bool(used) or is_used(module, [name], inside) > 0


def _origin_context(origin: Origin) -> dict[str, object]:
    return context(origin.spec, origin.worker) | {"__options": origin.options}


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
    own_logger = names.has_logger()
    wanted = [DECORATOR, *([] if own_logger else [LOGGING]), *_imports(spec)]
    missing = [imported for imported in wanted if names.missing(imported)]
    worker = _worker(spec, names.bound)
    taken = [spec.function, *(["parse_args"] if takes_arguments(spec) else []), *([worker] if spec.database else [])]
    for name in taken:
        _check_free(spec, names, name)
    text = snippet("function.py", module.checkout, cookiecutter=context(spec, worker))
    edits = extend(module.checkout, module.path, missing, "" if own_logger else LOGGER, text, PART)
    names.prove(edits, text, wanted)
    return edits


def _imports(spec: TaskSpec) -> list[Import]:
    """What the function needs besides the decorator and the logger."""
    return [*([DATABASE] if spec.database else []), *([ARGPARSE] if takes_arguments(spec) else [])]


def _worker(spec: TaskSpec, bound: Container[str]) -> str:
    """The name of the function that gets the database session."""
    return f"run_{spec.slug}" if spec.function == "run" or "run" in bound else "run"


def _check_free(spec: TaskSpec, names: ModuleNames, name: str) -> None:
    """Raise Refusal if a module has a name already, or uses the builtin of that name."""
    module, option = names.module, "--function" if name == spec.function else "--module"
    value = spec.function if option == "--function" else spec.module
    lines = [bound.line for bound in names.bound.get(name, ())]
    if lines:
        what = f"the module already has {name!r}, which is not a function that could be the entrypoint"
    else:
        what = f"the module uses {name!r} without defining it, for example as Python's own function"
        lines = [*own_uses(module.data.decode("utf-8-sig").replace("\r\n", "\n"), [name]).values()]
    if lines:
        place = f"{module.path}:{min(lines)}"
        raise Refusal(what, option=option, value=value, place=place, instead=f"Choose another {option}.")
