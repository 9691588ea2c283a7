"""The options that a function was generated with, read back from its module to see whether it was edited since."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout, with_parents
from scaffold.files.edit import Edit
from scaffold.pfml.entrypoints import task_name_in
from scaffold.python.module import Module
from scaffold.spec.specs import TaskSpec

EDITED = "edited since it was generated, or written by hand"
_ROOTS = ("api", "api/massgov", "api/massgov/pfml", "api/tests")


class Origin(NamedTuple):
    """What may have generated a function.

    options: the lines of the `add_argument` calls. worker: the function that gets the database session.
    """

    spec: TaskSpec
    options: str
    worker: str

    @property
    def names(self) -> list[str]:
        """The functions that belong to the task."""
        parser = ["parse_args"] if self.options else []
        return [*parser, self.spec.function, *([self.worker] if self.spec.database else [])]


def origins_of(module: Module, dotted: str, function: str) -> list[Origin]:
    """What may have generated that function; nothing if no options generate one like it."""
    node = module.function(function)
    names = map(task_name_in, node.decorator_list if node else ())
    name = next(filter(None, names), None)
    if node is None or name is None:
        return []
    database = any(isinstance(child, ast.Attribute) and child.attr == "session_scope" for child in ast.walk(node))
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
    return [Origin(spec, options, worker), Origin(replace(spec, database=not database), options, worker)]


def renderings(origins: Sequence[Origin], checkout: Checkout) -> Iterator[tuple[Origin, Checkout | None]]:
    """Each origin with the checkout's templates, then with the packaged ones, for code older than the team's."""
    for template in (checkout, None):
        yield from ((origin, template) for origin in origins)


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
