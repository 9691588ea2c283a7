"""Python modules of the API: what a file defines and imports.

Imports are in isort's order: the standard library, other packages, the API; in each, `import x` first.
"""

from __future__ import annotations

import ast
import codecs
import re
import sys
import tokenize
import warnings
from collections.abc import Iterator
from copy import copy
from functools import cached_property, lru_cache
from io import BytesIO
from typing import NamedTuple

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.unparsed import unparsed

_HUGE = re.compile(rb"\b0[xXoObB][0-9A-Fa-f_]{3000}")  # Python has no text for numbers of thousands of digits
_NEWLINE = re.compile(rb"\n")
_PREFIXES = (b"0x", b"0X", b"0o", b"0O", b"0b", b"0B")
FIRST_PARTY = ("massgov", "tests")
# Fields of nodes that only hold text, numbers, operators or contexts.
_LEAVES = frozenset(
    ("arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "level", "module", "op", "ops", "simple",
     "type_comment")
)  # fmt: skip


class Import(NamedTuple):
    """`import module as name` or `from module import symbol`; `name` is what it binds."""

    module: str
    symbol: str = ""
    alias: str = ""

    @property
    def name(self) -> str:
        return self.alias or self.symbol or self.module

    @property
    def text(self) -> str:
        if self.symbol:
            return f"from {self.module} import {self.symbol}" + (f" as {self.alias}" if self.alias else "")
        return f"import {self.module}" + (f" as {self.alias}" if self.alias else "")

    @property
    def order(self) -> tuple[int, bool, str, str, str]:
        return _section(self.module), bool(self.symbol), self.module, self.symbol, self.alias


def _section(module: str) -> int:
    root = module.split(".")[0]
    if root in FIRST_PARTY:
        return 2
    if not root:
        return 3
    return 0 if root in sys.stdlib_module_names else 1


class Module:
    """A Python file of the checkout, parsed. Raises Refusal with file and line if it does not parse."""

    def __init__(self, checkout: Checkout, path: str) -> None:
        self.checkout = checkout
        self.path = path
        self.data = checkout.require(path)
        self.tree = parse(self.data, path)

    @cached_property
    def line_starts(self) -> list[int]:
        """The byte at which each line begins."""
        first = len(codecs.BOM_UTF8) if self.data.startswith(codecs.BOM_UTF8) else 0
        return [first, *(match.end() for match in _NEWLINE.finditer(self.data))]

    def within(self, checkout: Checkout) -> Module:
        """The same file in another checkout, without parsing it again."""
        module = copy(self)
        module.checkout = checkout
        return module

    def function(self, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The last definition with that name at the top level, which overrides earlier ones."""
        definition = None
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
                definition = node
        return definition

    def imports(self) -> list[tuple[Import, ast.stmt]]:
        """The imports at the top level, each with its statement."""
        return [(imported, node) for node in self.tree.body for imported in imports_of(node)]

    def offset(self, line: int) -> int:
        """The byte at which a line, counted from 1, begins; after the last line, the end of the file."""
        return self.line_starts[line - 1] if line <= len(self.line_starts) else len(self.data)

    def place(self, node: ast.stmt) -> str:
        return f"{self.path}:{node.lineno}"


def imports_of(node: ast.stmt) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(alias.name, "", alias.asname or "")
    elif isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            yield Import(module, alias.name, alias.asname or "")


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of each type of node that may hold other nodes."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        self[kind] = () if kind is ast.Constant else tuple(name for name in kind._fields if name not in _LEAVES)
        return self[kind]


_FIELDS = _Fields()


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """As ast.walk, in less than half the time: without operators and the contexts of names (Load, Store, Del)."""
    waiting = [node]
    for inner in waiting:
        yield inner
        for name in _FIELDS[type(inner)]:
            value = getattr(inner, name, None)
            if type(value) is list:
                waiting += [child for child in value if isinstance(child, ast.AST)]
            elif isinstance(value, ast.AST):
                waiting.append(value)


def first_line(node: ast.stmt) -> int:
    """The line of a statement, or of its first decorator."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


@lru_cache(maxsize=256)
def parse(data: bytes, path: str) -> ast.Module:
    """The syntax tree of a Python file, which nobody changes.

    Raises Refusal with file and line if it does not parse or is not UTF-8.
    """
    if any(prefix in data for prefix in _PREFIXES) and _HUGE.search(data):
        raise Refusal("a number in it has too many digits", place=path, instead="Fix the file first.")
    try:
        encoding = tokenize.detect_encoding(BytesIO(data).readline)[0]
        if encoding in ("utf-8", "utf-8-sig"):
            data.decode(encoding)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes, which are the checkout's own affair
            tree = ast.parse(data if encoding.startswith("utf-8") else b"", path)
    except (SyntaxError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", None) or 1
        raise unparsed(data, path, str(getattr(error, "msg", error)), line) from error
    except (RecursionError, MemoryError) as error:
        raise Refusal("nested too deeply", place=path, instead="Fix the file first.") from error
    if encoding not in ("utf-8", "utf-8-sig"):
        instead = "Save it as UTF-8, or choose another --module."
        raise Refusal(f"its encoding is {encoding}, not UTF-8", place=path, instead=instead)
    return tree
