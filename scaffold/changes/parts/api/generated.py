"""What the tool was told, as a module says it that it wrote: to tell what people have edited since."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout, with_parents
from scaffold.files.edit import Edit
from scaffold.python.module import Module
from scaffold.spec.specs import TaskSpec

EDITED = "edited since it was made, or made by hand"
_ROOTS = ("api", "api/massgov", "api/massgov/pfml", "api/tests")


@dataclass(frozen=True, slots=True)
class Told:
    """options: the lines of the `add_argument` calls as they stand. worker: the function that gets the session."""

    spec: TaskSpec
    options: str
    worker: str

    @property
    def names(self) -> list[str]:
        """The functions that belong to the task."""
        parser = ["parse_args"] if self.options else []
        return [*parser, self.spec.function, *([self.worker] if self.spec.database else [])]


def told_by(module: Module, dotted: str, function: str) -> list[Told]:
    """What may have made that function, as far as it can be read back; nothing for one that no option makes."""
    node = module.function(function)
    name = _decorated(node) if node else None
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
    # A team's template may open the session in a way of its own, or in both cases.
    return [Told(spec, options, worker), Told(replace(spec, database=not database), options, worker)]


def ways(tolds: Sequence[Told], checkout: Checkout) -> Iterator[tuple[Told, Checkout | None]]:
    """Each with the checkout's templates, and with the packaged ones, for what is older than the team's."""
    for template in (checkout, None):
        yield from ((told, template) for told in tolds)


def _decorated(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and len(decorator.args) == 1:
            value = decorator.args[0]
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                return value.value
    return None


def _called(node: ast.AST) -> list[str]:
    calls = [child.func for child in ast.walk(node) if isinstance(child, ast.Call)]
    return [function.id for function in calls if isinstance(function, ast.Name)]


def _options(module: Module) -> str:
    """The lines between the parser's creation and what is returned."""
    parser = module.function("parse_args")
    if parser is None or len(parser.body) < 3:
        return ""
    first, last = module.offset(parser.body[1].lineno), module.offset((parser.body[-2].end_lineno or 0) + 1)
    return module.data[first:last].decode().replace("\r\n", "\n").rstrip("\n")


def is_written(module: Module, text: str) -> bool:
    """Whether a file is the text, in whichever line ending."""
    return module.data.replace(b"\r\n", b"\n") == text.encode()


def emptied_packages(checkout: Checkout, path: str, part: str) -> list[Edit]:
    """The empty `__init__.py` of the packages that hold nothing else once a file has gone."""
    edits, gone = [], path
    for folder in with_parents(path):
        rest = set(checkout.entries(folder)) - {gone.rpartition("/")[2]}
        initial = f"{folder}/__init__.py"
        if folder in _ROOTS or rest - {"__init__.py"} or (rest and checkout.require(initial)):
            break
        if rest:
            edits.append(checkout.delete(initial, part))
        gone = folder
    return edits
