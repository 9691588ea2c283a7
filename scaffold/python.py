"""Python modules of the API: what a file defines, and where a function or an import goes in it.

Imports stand in isort's order: the standard library, other packages, the API; in each, `import x` first.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from scaffold.checkout import Checkout, uses_crlf
from scaffold.edits import Edit
from scaffold.errors import Refusal
from scaffold.render import LINE_LENGTH

FIRST_PARTY = ("massgov", "tests")


@dataclass(frozen=True, slots=True)
class Import:
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
    def order(self) -> tuple[int, bool, str]:
        return _section(self.module), bool(self.symbol), self.module


def _section(module: str) -> int:
    root = module.split(".")[0]
    if root in FIRST_PARTY:
        return 2
    return 0 if root in sys.stdlib_module_names else 1


class Module:
    """A Python file of the checkout, parsed. Raises Refusal with file and line where it does not parse."""

    def __init__(self, checkout: Checkout, path: str) -> None:
        self.checkout = checkout
        self.path = path
        self.data = checkout.require(path)
        try:
            self.tree = ast.parse(self.data, path)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 1
            raise Refusal(
                str(getattr(error, "msg", error)), place=f"{path}:{line}", instead="Mend the file first."
            ) from error
        self.line_starts = [0]
        for line in self.data.split(b"\n")[:-1]:
            self.line_starts.append(self.line_starts[-1] + len(line) + 1)

    def function(self, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The last definition of that name at the top level, which is the one that counts."""
        found = None
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
                found = node
        return found

    def bound(self) -> dict[str, tuple[str, int]]:
        """The names that the top level binds: what to (an import's text, or what kind), and at which line."""
        names: dict[str, tuple[str, int]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import | ast.ImportFrom) and node in self.tree.body:
                for found in _imports(node):
                    names[found.name.split(".")[0] if not found.alias and not found.symbol else found.name] = (
                        found.text,
                        node.lineno,
                    )
        for statement in self.tree.body:
            for name in _assigned(statement):
                names[name] = (f"defined as {name}", statement.lineno)
        return names

    def imports(self) -> list[tuple[Import, ast.stmt]]:
        """The imports at the top level, each with its statement."""
        return [(found, node) for node in self.tree.body for found in _imports(node)]

    def offset(self, line: int) -> int:
        """The byte at which a line, counted from 1, begins; behind the last line, the end of the file."""
        return self.line_starts[line - 1] if line <= len(self.line_starts) else len(self.data)

    def place(self, node: ast.stmt) -> str:
        return f"{self.path}:{node.lineno}"

    # --- edits

    def add_imports(self, wanted: list[Import], part: str) -> list[Edit]:
        """The imports that lack, each where isort would have it."""
        has = {found for found, _ in self.imports()}
        missing = sorted((item for item in wanted if item not in has), key=lambda item: item.order)
        edits, lines = [], []
        for item in missing:
            statement = self._same_module(item)
            if statement is not None:
                edits.append(self._with_symbol(statement, item, part))
            else:
                lines.append((*self._import_place(item), item))
        places: dict[int, list[tuple[str, str, Import]]] = {}
        for offset, before, after, item in lines:
            places.setdefault(offset, []).append((before, after, item))
        edits += [self.checkout.insert(self.path, offset, _lines(items), part) for offset, items in places.items()]
        return edits

    def _same_module(self, item: Import) -> ast.ImportFrom | None:
        """A `from x import …` that isort would merge the import into; one with a comment inside is left alone."""
        for node in self.tree.body:
            if not isinstance(node, ast.ImportFrom) or not item.symbol or node.level or node.module != item.module:
                continue
            if b"#" not in self.data[self.offset(node.lineno) : self.offset((node.end_lineno or node.lineno) + 1)]:
                return node
        return None

    def _with_symbol(self, node: ast.ImportFrom, item: Import, part: str) -> Edit:
        names = [alias.name + (f" as {alias.asname}" if alias.asname else "") for alias in node.names]
        names = sorted({*names, item.symbol}, key=_symbol_order)
        start = self.offset(node.lineno) + node.col_offset
        end = self.offset(node.end_lineno or node.lineno) + (node.end_col_offset or 0)
        return self.checkout.replace(self.path, start, end, from_import(item.module, names), part)

    def _import_place(self, item: Import) -> tuple[int, str, str]:
        """Where an import goes: the byte, and the blank lines that it needs before and behind it there."""
        existing = [(found, node) for found, node in self.imports() if not _is_future(node)]
        earlier = [(found, node) for found, node in existing if found.order <= item.order]
        later = [(found, node) for found, node in existing if found.order > item.order]
        section = item.order[0]
        if earlier and (earlier[-1][0].order[0] == section or not later or later[0][0].order[0] != section):
            found, node = earlier[-1]
            return self.offset((node.end_lineno or node.lineno) + 1), "" if found.order[0] == section else "\n", ""
        if later:
            found, node = later[0]
            return self.offset(node.lineno), "", "" if found.order[0] == section else "\n"
        first = next((node for node in self.tree.body if not _is_docstring(node) and not _is_future(node)), None)
        if first is None:
            return len(self.data), "\n" if self.data.strip() else "", ""
        return self.offset(_first_line(first)), "", "\n\n" if hasattr(first, "decorator_list") else "\n"

    def add_statement(self, text: str, part: str) -> Edit:
        """A top-level statement behind the last import, with a blank line on both sides."""
        statements = [node for _, node in self.imports()]
        line = (statements[-1].end_lineno or statements[-1].lineno) + 1 if statements else 1
        offset = self.offset(line)
        following = self.data[offset:].lstrip(b"\r\n")
        gap = "" if following and self.data[offset : offset + 1] in (b"\n", b"\r") else "\n"
        return self.checkout.insert(self.path, offset, f"\n{text}\n{gap if following else ''}", part)

    def append(self, text: str, part: str) -> Edit:
        """A function at the end of the file, behind two blank lines."""
        newline = b"\r\n" if uses_crlf(self.data) else b"\n"
        ends = self.data.endswith(b"\n")
        blank = len(self.data) - len(self.data.rstrip(b"\r\n"))
        missing = max(0, 3 - blank // len(newline)) if self.data.strip() else 0
        body = "\n" * missing + text.strip("\n") + ("\n" if ends else "")
        return self.checkout.insert(self.path, len(self.data), body, part)


def _imports(node: ast.stmt) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(alias.name, "", alias.asname or "")
    elif isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            yield Import(module, alias.name, alias.asname or "")


def _assigned(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    for target in targets:
        for name in ast.walk(target):
            if isinstance(name, ast.Name):
                yield name.id


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _lines(items: list[tuple[str, str, Import]]) -> str:
    """Imports that go to one place, with a blank line between sections."""
    text, section = items[0][0], items[0][2].order[0]
    for _, _, item in items:
        text += ("\n" if item.order[0] != section else "") + item.text + "\n"
        section = item.order[0]
    return text + items[-1][1]


def _symbol_order(name: str) -> tuple[int, str]:
    """isort's order_by_type: constants, classes, then the rest."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2), name


def from_import(module: str, names: list[str]) -> str:
    """`from module import a, b`, in isort's vertical hanging indent where it is longer than a line."""
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= LINE_LENGTH:
        return line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")"
