"""Where in the API's Python a script leads to: its function, its decorator, and the tests that bring it in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffold.checkout import Checkout
from scaffold.errors import Refusal
from scaffold.python import Module, task_name

TESTS = "api/tests"
BACKGROUND_TASK = "api/massgov/pfml/util/bg.py"
_MOST_REEXPORTS = 8
_IMPORTS = re.compile(
    rb"^[ \t]*(?:from[ \t]+(?P<package>[\w.]+)[ \t]+import[ \t]+(?P<names>\([^)]*\)|[^\n]*)"
    rb"|import[ \t]+(?P<modules>[^\n]*))",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Entrypoint:
    """The function that a script runs.

    name: `module:function` as pyproject.toml has it, "" where it has no such script. place: `file:line` of the
    function, "" where there is none. decorator: the name in its `@background_task("…")`, "" where it has none.
    problem: what is not as it should be, "" where all is.
    """

    name: str
    place: str
    decorator: str
    problem: str


def entrypoint(name: str, checkout: Checkout) -> Entrypoint:
    """The function that `module:function` leads to, also through modules that only import it."""
    module, _, function = name.partition(":")
    try:
        place, decorator = _resolve(module, function, checkout, _MOST_REEXPORTS)
    except Refusal as error:
        return Entrypoint(name, "", "", str(error).rstrip("."))
    problem = "" if decorator or checkout.read(BACKGROUND_TASK) is None else "no @background_task"
    return Entrypoint(name, place, decorator, problem)


def _resolve(module: str, function: str, checkout: Checkout, left: int) -> tuple[str, str]:
    """The place of a function and the name in its decorator. Raises Refusal where it is not there."""
    path = _path(module, checkout)
    found = Module(checkout, path)
    node = found.function(function)
    if node is not None:
        return found.place(node), next(filter(None, map(task_name, node.decorator_list)), "")
    for item, _ in found.imports():
        if item.symbol and item.name == function and left:
            return _resolve(_absolute(item.module, module, path), item.symbol, checkout, left - 1)
    for statement in found.tree.body:
        if isinstance(statement, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == function for target in statement.targets
        ):
            # main = background_task("name")(run)
            value = statement.value
            return found.place(statement), (task_name(value.func) or "") if isinstance(value, ast.Call) else ""
    raise Refusal(f"no function {function} in {path}")


def _path(module: str, checkout: Checkout) -> str:
    start = f"api/{module.replace('.', '/')}"
    for path in (f"{start}.py", f"{start}/__init__.py"):
        if checkout.read(path) is not None:
            return path
    raise Refusal(f"no module {start}.py")


def _absolute(imported: str, module: str, path: str) -> str:
    """`.x` in a module as the whole dotted name."""
    name = imported.lstrip(".")
    level = len(imported) - len(name)
    if not level:
        return imported
    package = module.split(".") if path.endswith("/__init__.py") else module.split(".")[:-1]
    return ".".join([*package[: len(package) - level + 1], *([name] if name else [])])


# --- tests


def modules_in_tests(checkout: Checkout) -> dict[str, list[str]]:
    """The tests of the API as `file:line` of the first import, by the modules that they import.

    Read with a pattern: to parse hundreds of files would take longer than all else.
    """
    found: dict[str, list[str]] = {}
    for path in sorted((checkout.root / TESTS).rglob("test_*.py")):
        name = path.relative_to(checkout.root).as_posix()
        data = checkout.read(name) or b""
        for module, offset in sorted(_imported(data).items()):
            found.setdefault(module, []).append(checkout.place(name, offset))
    return found


def _imported(data: bytes) -> dict[str, int]:
    """The modules that a file may import, each with the first byte at which it does."""
    modules: dict[str, int] = {}
    for match in _IMPORTS.finditer(data):
        for module in _modules(match):
            modules.setdefault(module, match.start())
    return modules


def _modules(match: re.Match[bytes]) -> Iterator[str]:
    package, names = match["package"], match["names"] or match["modules"]
    listed = re.sub(rb"#[^\n]*", b"", names).strip(b"() \t\r")
    symbols = [words[0].decode() for item in listed.split(b",") if (words := item.split())]
    if package is None:
        yield from symbols
        return
    yield package.decode()
    # `from a.b import c` may mean the module a.b.c.
    yield from (f"{package.decode()}.{symbol}" for symbol in symbols)


def importers(name: str, tests: dict[str, list[str]]) -> tuple[str, ...]:
    """The tests that import an entrypoint's module, the one first that is named after it."""
    module = name.partition(":")[0]
    own = f"/test_{module.rpartition('.')[2]}.py:"
    return tuple(sorted(tests.get(module, []), key=lambda place: (own not in place, place)))
