"""Renaming a module in the API's Python code: in imports and what they bind, and in dotted names anywhere.

Texts here have LF line endings; `rewritten` restores those of the file.
"""

from __future__ import annotations

import ast
import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from scaffold.files.checkout import Checkout, uses_crlf
from scaffold.files.edit import RENAME, Edit
from scaffold.python.additions import edits_between, first_imports, from_import, symbol_order
from scaffold.python.imports import source_of
from scaffold.python.module import imports_of, walk

Span = tuple[int, int, str]


class Move(NamedTuple):
    """A module of the API that is renamed, by its dotted names."""

    old: str
    new: str

    @property
    def last(self) -> str:
        return self.old.rpartition(".")[2]

    @property
    def new_last(self) -> str:
        return self.new.rpartition(".")[2]

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w.]){re.escape(self.old)}(?!\w)")


def rewritten(checkout: Checkout, path: str, change: Callable[[str], str], part: str) -> list[Edit]:
    """The edits that apply a function to a file's text, line by line."""
    data = checkout.require(path)
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    before = data[len(mark) :].decode().split("\n")
    plain = "\n".join(line.removesuffix("\r") for line in before)
    after = change(plain)
    if after == plain:
        return []
    edits = edits_between(path, before, after.split("\n"), len(mark), uses_crlf(data), part)
    return [edit._replace(action=RENAME) for edit in edits]


def files_with(checkout: Checkout, words: Iterable[str]) -> Iterator[str]:
    """The Python files of the API that contain one of some words."""
    wanted = [word.encode() for word in words]
    for path in checkout.files("api", "*.py"):
        data = checkout.require(path)
        if any(word in data for word in wanted):
            yield path


def unclear(checkout: Checkout, move: Move) -> tuple[str, int] | None:
    """Where a module is used in a way that cannot be renamed safely: as an attribute of its package, or in a file that
    does not parse."""
    package = move.old.rpartition(".")[0]
    for path in files_with(checkout, [move.last]):
        data = checkout.require(path)
        try:
            tree = ast.parse(data, path)
            data.decode()
        except (SyntaxError, ValueError):
            return path, 0
        packages = set(_bound_to(tree, path, package))
        for node in walk(tree):
            if not isinstance(node, ast.Attribute) or node.attr != move.last:
                continue
            if isinstance(node.value, ast.Name) and node.value.id in packages:
                return path, sum(len(line) + 1 for line in data.split(b"\n")[: node.lineno - 1])
    return None


def _bound_to(tree: ast.Module, path: str, module: str) -> Iterator[str]:
    """The simple names by which a file refers to a module."""
    for node in walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.asname for alias in node.names if alias.name == module and alias.asname)
        elif isinstance(node, ast.ImportFrom):
            source = source_of(path, node)
            yield from (alias.asname or alias.name for alias in node.names if f"{source}.{alias.name}" == module)


def with_module(text: str, path: str, moves: Sequence[Move]) -> str:
    """A file's text with the new names of modules. Imports that were in isort's order stay in it."""
    for move in moves:
        new = with_spans(text, sorted({*_module_spans(text, path, move)}))
        text = _with_order(text, new) if new != text else text
    return text


def _module_spans(text: str, path: str, move: Move) -> Iterator[Span]:
    tree, binds = ast.parse(text), []
    yield from ((match.start(), match.end(), move.new) for match in move.pattern.finditer(text))
    package = move.old.rpartition(".")[0]
    for node in walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        source = source_of(path, node)
        if source == move.old and node.level:
            start, end = node_span(text, node)
            last_part = re.compile(rf"(?<=\.){re.escape(move.last)}\b").search(text, start, end)
            if last_part:
                yield last_part.start(), last_part.end(), move.new_last
        for alias in node.names:
            if source == package and alias.name == move.last:
                start = node_span(text, alias)[0]
                if alias.asname:
                    yield start, start + len(move.last), move.new_last
                else:
                    binds.append(start)
    if not binds:
        return
    clear = _is_clear(tree, path, move)
    for start in binds:
        name = move.new_last if clear else f"{move.new_last} as {move.last}"
        yield start, start + len(move.last), name
    for node in walk(tree):
        if clear and isinstance(node, ast.Name) and node.id == move.last:
            yield *node_span(text, node), move.new_last


def _is_clear(tree: ast.Module, path: str, move: Move) -> bool:
    """Whether the last part of a module's name always means that module in a file, and the new one is not used."""
    package = move.old.rpartition(".")[0]
    for node in walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            of_package = isinstance(node, ast.ImportFrom) and source_of(path, node) == package
            for alias in node.names:
                name = alias.asname or alias.name.split(".")[0]
                if name in (move.last, move.new_last) and not (of_package and alias.name == move.last):
                    return False
        bound = getattr(node, "name", None) if isinstance(node, ast.FunctionDef | ast.ClassDef) else None
        bound = node.arg if isinstance(node, ast.arg) else bound
        if isinstance(node, ast.Name):
            bound = node.id if isinstance(node.ctx, ast.Store) or node.id == move.new_last else bound
        if bound in (move.last, move.new_last):
            return False
    return True


def with_spans(text: str, spans: Iterable[Span]) -> str:
    pieces, position = [], 0
    for start, end, new in sorted(spans):
        pieces += [text[position:start], new]
        position = end
    return "".join([*pieces, text[position:]])


def node_span(text: str, node: ast.expr | ast.stmt | ast.alias) -> tuple[int, int]:
    end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
    return text_offset(text, node.lineno, node.col_offset), text_offset(text, end_line, end_column)


def text_offset(text: str, line: int, column: int) -> int:
    """The index of the character at a line, counted from 1, and a column in bytes, as in `ast`."""
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + len(text[start:].split("\n", 1)[0].encode()[:column].decode())


# --- imports


def _with_order(before: str, after: str) -> str:
    """The changed text, with the imports at the top formatted and sorted if they were so before."""
    old_lines, lines = before.split("\n"), after.split("\n")
    nodes = list(zip(first_imports(old_lines), first_imports(lines), strict=True))
    texts = {new.lineno: _laid_out(_lines_of(old_lines, old), _lines_of(lines, new), old, new) for old, new in nodes}
    for run in reversed(_runs(nodes)):
        first, last = run[0][1].lineno - 1, run[-1][1].end_lineno or 0
        statements = [(_order(new), texts[new.lineno]) for _, new in run]
        orders = [_order(old) for old, _ in run]
        if orders == sorted(orders):
            statements.sort(key=lambda pair: pair[0])
        lines[first:last] = [line for _, text in statements for line in text.split("\n")]
    return "\n".join(lines)


def _runs(nodes: list[tuple[ast.stmt, ast.stmt]]) -> list[list[tuple[ast.stmt, ast.stmt]]]:
    """Groups of imports on consecutive lines."""
    runs = [[pair] for pair in nodes[:1]]
    for previous, pair in pairwise(nodes):
        if pair[1].lineno == (previous[1].end_lineno or 0) + 1:
            runs[-1].append(pair)
        else:
            runs.append([pair])
    return runs


def _lines_of(lines: list[str], node: ast.stmt) -> str:
    return "\n".join(lines[node.lineno - 1 : node.end_lineno])


def _laid_out(old_text: str, new_text: str, old: ast.stmt, new: ast.stmt) -> str:
    """An import formatted as isort would, if it was formatted so before."""
    if not (isinstance(old, ast.ImportFrom) and isinstance(new, ast.ImportFrom)) or old.level or old_text == new_text:
        return new_text
    if any(alias.asname for alias in (*old.names, *new.names)):
        return new_text
    names, new_names = ([alias.name for alias in node.names] for node in (old, new))
    if old_text != from_import(old.module or "", names):
        return new_text
    if names == sorted(names, key=symbol_order):
        new_names = sorted(new_names, key=symbol_order)
    return from_import(new.module or "", new_names)


def _order(node: ast.stmt) -> tuple[int, bool, str, str, str]:
    return next(imports_of(node)).order
