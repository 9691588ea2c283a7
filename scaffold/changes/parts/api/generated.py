"""The options that a function was generated with, read back from its module to see whether it was edited since."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from scaffold.changes.parts.api import earlier
from scaffold.changes.parts.api.context import Origin, context, test_context
from scaffold.changes.parts.paths import module_path, test_path
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout, with_parents
from scaffold.files.edit import Edit
from scaffold.pfml.entrypoints import task_name_in
from scaffold.python.module import Module
from scaffold.python.removals import function_lines, is_used
from scaffold.python.uses import first_use
from scaffold.rendering.render import new_file, snippet
from scaffold.spec.naming import Naming
from scaffold.spec.specs import FOLDER, PREFIX, S3_PATH, TaskSpec

MODULE_TEMPLATE = "api/{{cookiecutter.__package_path}}/{{cookiecutter.__module_name}}.py"
TEST_TEMPLATE = "api/{{cookiecutter.__test_path}}/test_{{cookiecutter.__module_name}}.py"

EDITED = "edited since it was generated, or written by hand"
_ROOTS = ("api", "api/massgov", "api/massgov/pfml", "api/tests")


class Form(NamedTuple):
    """What may have written something of an origin. template: the checkout whose templates count, None for the packaged
    ones."""

    origin: Origin
    template: Checkout | None

    def module(self) -> str:
        if self.origin.earlier:
            return earlier.module(self.origin)
        return new_file(MODULE_TEMPLATE, self.template, context(self.origin))

    def function(self) -> str:
        if self.origin.earlier:
            return earlier.function(self.origin)
        return snippet("function.py", self.template, cookiecutter=context(self.origin))

    def test_module(self) -> str:
        if self.origin.earlier:
            return earlier.test_module(self.origin)
        return new_file(TEST_TEMPLATE, self.template, test_context(self.origin, f"test_{self.origin.worker}", {}))

    def test_function(self, name: str, names: Mapping[str, str]) -> str:
        """names: those by which the test file knows the functions of the module, if it has other ones."""
        if self.origin.earlier:
            function = self.origin.spec.function
            return earlier.test_function(self.origin, name, names.get(function, function))
        values = test_context(self.origin, name, names)
        return snippet("test_function.py", self.template, cookiecutter=values)


def origins_of(module: Module, dotted: str, function: str) -> list[Origin]:
    """What may have generated that function; nothing if no options generate one like it."""
    node = module.function(function)
    names = map(task_name_in, node.decorator_list if node else ())
    name = next(filter(None, names), None)
    if node is None or name is None:
        return []
    database = any(isinstance(child, ast.Attribute) and child.attr == "session_scope" for child in ast.walk(node))
    listing = any(isinstance(child, ast.Constant) and child.value == S3_PATH for child in ast.walk(node))
    options = _options(module) if "parse_args" in _called(node) else ""
    worker = next((called for called in _called(node) if called.startswith("run")), "run")
    description = " ".join((ast.get_docstring(node, clean=False) or "").split())
    try:
        spec = TaskSpec(
            name=name,
            module=dotted,
            function=function,
            description=description,
            database=database,
            arguments=bool(options),
        )
    except Refusal:
        return []
    # A team's template may open the session in its own way, or in both cases.
    specs = [replace(spec, database=either) for either in (database, not database)]
    ways = (FOLDER, PREFIX) if listing else ("",)
    return [Origin(replace(spec, listing=way), options, worker) for spec in specs for way in ways]


def forms(origins: Sequence[Origin], checkout: Checkout) -> Iterator[Form]:
    """Each origin with the checkout's templates, then with the packaged ones, for code older than the team's, and then
    as version 0.1.0 wrote it."""
    for template in (checkout, None):
        yield from (Form(origin, template) for origin in origins)
    yield from (Form(origin._replace(earlier=True), None) for origin in origins if not origin.spec.listing)


def writing(module: Module, origins: Sequence[Origin]) -> tuple[Form, range | None] | None:
    """What writes exactly a module, or some lines of it; without lines it writes the whole module."""
    for form in forms(origins, module.checkout):
        if is_written(module, form.module()):
            return form, None
    for form in forms(origins, module.checkout):
        if lines := function_lines(module, form.function()):
            return form, lines
    return None


def _called(node: ast.AST) -> list[str]:
    calls = [child.func for child in ast.walk(node) if isinstance(child, ast.Call)]
    return [function.id for function in calls if isinstance(function, ast.Name)]


def _options(module: Module) -> str:
    """The lines between the creation of the parser and the return."""
    parser = module.function("parse_args")
    if parser is None or len(parser.body) < 3:
        return ""
    first, last = module.offset(parser.body[1].lineno), module.offset((parser.body[-2].end_lineno or 0) + 1)
    return module.data[first:last].decode().replace("\r\n", "\n").rstrip("\n")


def is_written(module: Module, text: str) -> bool:
    """Whether a file has exactly that text, with any line endings."""
    return module.data.replace(b"\r\n", b"\n") == text.encode()


def emptied_packages(checkout: Checkout, path: str, part: str) -> list[Edit]:
    """Delete the empty `__init__.py` of packages that contain nothing else after a file is deleted."""
    edits, deleted = [], path
    for folder in with_parents(path):
        rest = set(checkout.entries(folder)) - {deleted.rpartition("/")[2]}
        initial = f"{folder}/__init__.py"
        if folder in _ROOTS or rest - {"__init__.py"} or (rest and checkout.require(initial)):
            break
        if rest:
            edits.append(checkout.delete(initial, part))
        deleted = folder
    return edits


def renamed_form(naming: Naming, dotted: str, function: str, checkout: Checkout) -> tuple[Form, Form] | None:
    """What wrote an entrypoint for the old name of its task, and what writes it for the new one; None if it was edited.
    The worker gets a new name, too, if it is named after the task and only its test uses it."""
    module = Module(checkout, module_path(dotted))
    origins = [origin for origin in origins_of(module, dotted, function) if origin.spec.name == naming.old]
    for form in forms(origins, checkout):
        origin = form.origin
        worker = f"run_{naming.new_slug}" if origin.worker == f"run_{naming.old_slug}" else origin.worker
        lines = function_lines(module, form.function())
        if lines and not (worker != origin.worker and _is_elsewhere(module, dotted, origin.worker, lines)):
            wanted = origin._replace(spec=replace(origin.spec, name=naming.new), worker=worker)
            return form, form._replace(origin=wanted)
    return None


def _is_elsewhere(module: Module, dotted: str, name: str, inside: range) -> bool:
    """Whether anything but some lines of a module and its test uses a name of it."""
    used = first_use(module.checkout, dotted, [name], [module.path, test_path(dotted)])
    return bool(used) or is_used(module, [name], inside) > 0
