"""Where a module uses its own names: in code, annotations in strings, type comments, `__all__`, doctests, and strings
that are looked up as names."""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Collection, Iterator

from scaffold.python.module import walk

# Functions whose strings are names or code.
_REFLECTIVE = frozenset(
    ("ForwardRef", "NewType", "TypeVar", "attrgetter", "cast", "delattr", "eval", "exec", "getattr", "hasattr", "patch",
     "setattr")
)  # fmt: skip
_WORD = re.compile(r"\w+")
_TYPE_COMMENT = re.compile(r"#\s*type:\s*(?!ignore)(.*)")
_DOCTEST = re.compile(r"(?m)^\s*(?:>>>|\.\.\.)\s(.*)$")


def own_uses(source: str, names: Collection[str]) -> dict[str, int]:
    """Those of some module-level names that a module uses, each with a line, counted from 1."""
    mentioned = [name for name in names if re.search(rf"\b{re.escape(name)}\b", source)]
    if not mentioned:
        return {}
    tree = ast.parse(source)
    lines: dict[str, int] = {}
    code = names_in_code(source)
    for node in walk(tree):
        for name in _names_in(node, code):
            if name in mentioned:
                lines.setdefault(name, getattr(node, "lineno", 1))
    for number, line in enumerate(source.split("\n"), 1):
        for comment in _TYPE_COMMENT.findall(line):
            lines.update((name, number) for name in _WORD.findall(comment) if name in mentioned and name not in lines)
    for name in code & {*mentioned} - {*lines}:
        lines[name] = 1
    return lines


def names_in_code(source: str) -> set[str]:
    """The module-level names that the code of a module uses, without those in strings and comments."""
    return set(_referenced(symtable.symtable(source, "module", "exec")))


def _names_in(node: ast.AST, code: Collection[str]) -> Iterator[str]:
    if isinstance(node, ast.Name):
        # A deleted name has to be bound before.
        if node.id in code or isinstance(node.ctx, ast.Del):
            yield node.id
        return
    for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
        if isinstance(annotation, ast.expr):
            yield from _words(annotation)
    if isinstance(node, ast.Call):
        function = getattr(node.func, "attr", getattr(node.func, "id", ""))
        about_exports = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "__all__"
        if function in _REFLECTIVE or about_exports:
            yield from _words(*node.args, *(keyword.value for keyword in node.keywords))
    elif isinstance(node, ast.Subscript):
        yield from _looked_up(node)
    elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value and any(getattr(target, "id", "") == "__all__" for target in targets):
            yield from _words(node.value)
    elif isinstance(node, ast.Attribute) and _is_own_module(node.value):
        yield node.attr
    elif isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        for code_line in _DOCTEST.findall(ast.get_docstring(node, clean=False) or ""):
            yield from _WORD.findall(code_line)


def _looked_up(node: ast.Subscript) -> Iterator[str]:
    """`globals()["name"]`, and types in strings such as `Optional["name.Type"]`."""
    if isinstance(node.value, ast.Call):
        yield from _words(node.slice)
    for inner in walk(node.slice):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and re.search(r"\w\.\w", inner.value):
            yield from _WORD.findall(inner.value)


def _is_own_module(node: ast.expr) -> bool:
    """`sys.modules[__name__]`, `import_module(__name__)`."""
    parts = [node.slice] if isinstance(node, ast.Subscript) else node.args if isinstance(node, ast.Call) else []
    return any(isinstance(part, ast.Name) and part.id == "__name__" for part in parts)


def _words(*nodes: ast.expr) -> Iterator[str]:
    """The words in the strings of some expressions."""
    for node in nodes:
        for inner in walk(node):
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                yield from _WORD.findall(inner.value)


def _referenced(table: symtable.SymbolTable) -> Iterator[str]:
    """The module-level names that code uses. A name in a class may be the module's even if the class binds it."""
    for symbol in table.get_symbols():
        outer = table.get_type() in ("module", "class") or symbol.is_global()
        if (symbol.is_referenced() and outer) or symbol.is_declared_global():
            yield symbol.get_name()
    for child in table.get_children():
        yield from _referenced(child)
