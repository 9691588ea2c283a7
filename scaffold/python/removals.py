"""Removal of a function from a Python module, with the imports and the logger that nothing else uses.

It reverses additions.py: an import is a line of its own or one of several symbols, the logger follows a blank line, and
the function is at the end, after two.
"""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterator, Sequence

from scaffold.files.edit import Edit
from scaffold.python.additions import from_import
from scaffold.python.module import Import, Module, imports_of


def function_lines(module: Module, text: str) -> range | None:
    """The lines, counted from 0, of a function with exactly this text; None if there is none."""
    lines, wanted = _lines(module), text.strip("\n").split("\n")
    for first in range(len(lines) - len(wanted) + 1):
        if lines[first : first + len(wanted)] == wanted:
            return range(first, first + len(wanted))
    return None


def is_used(module: Module, names: Sequence[str], inside: range) -> int:
    """The line, counted from 1, of the first use of one of these names outside of some lines; 0 if there is none."""
    used = _used_names(_text_without(module, {*inside})) & {*names}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name) and node.id in used and node.lineno - 1 not in inside:
            return node.lineno
    return 1 if used else 0


def without_function(module: Module, lines: range, imports: Sequence[Import], statement: str, part: str) -> list[Edit]:
    """The edits that remove a function, and the imports and the statement ("" for none) that nothing else uses."""
    text = _lines(module)
    gone = {*range(_after_content(text, lines.start), lines.stop)}
    for node in module.tree.body:
        if statement and node.lineno - 1 not in gone and ast.unparse(node) == statement:
            rows = range(node.lineno - 1, node.end_lineno or node.lineno)
            if "logger" not in _used_names(_text_without(module, gone | {*rows})):
                gone |= {*range(rows.start - (rows.start > 0 and not text[rows.start - 1].strip()), rows.stop)}
    used = _used_names(_text_without(module, gone))
    unused = [imported for imported in imports if imported.name.split(".")[0] not in used]
    gone_imports, shorter = _without_imports(module, unused, part)
    gone |= _with_blanks(text, gone_imports)
    return [*shorter, *_edits(module, _without_leading(text, gone), part)]


def _without_imports(module: Module, unused: Sequence[Import], part: str) -> tuple[set[int], list[Edit]]:
    """The lines of imports that are removed, and the edits of those that keep other symbols."""
    gone: set[int] = set()
    edits = []
    for node in module.tree.body:
        imported_here = list(imports_of(node))
        left = [imported for imported in imported_here if imported not in unused]
        if len(left) == len(imported_here):
            continue
        first, last = node.lineno - 1, node.end_lineno or node.lineno
        if not left:
            gone |= {*range(first, last)}
        elif isinstance(node, ast.ImportFrom) and not any(imported.alias for imported in imported_here):
            start = module.offset(node.lineno) + node.col_offset
            end = module.offset(last) + (node.end_col_offset or 0)
            text = from_import(imported_here[0].module, [imported.symbol for imported in left])
            edits.append(module.checkout.remove(module.path, start, end, part, text))
    return gone, edits


def _with_blanks(text: Sequence[str], gone: set[int]) -> set[int]:
    """The given lines; if they are a whole paragraph, also the blank lines before it."""
    result = set(gone)
    for first, last in _rows(gone):
        above = _after_content(text, first)
        if above < first and not "".join(text[last : last + 1]).strip():
            result |= {*range(above, first)}
    return result


def _without_leading(text: Sequence[str], gone: set[int]) -> set[int]:
    """The given lines; if they are at the top of the module, also the blank lines after them."""
    if not gone or min(gone) > 0:
        return gone
    result, line = set(gone), 0
    while line < len(text) and (line in result or not text[line].strip()):
        result.add(line)
        line += 1
    return result


def _edits(module: Module, gone: set[int], part: str) -> Iterator[Edit]:
    newline_at_end = module.data.endswith(b"\n")
    for first, last in _rows(gone):
        start, end = module.offset(first + 1), module.offset(last + 1)
        if end == len(module.data) and first and not newline_at_end:
            start = len(module.data[:start].removesuffix(b"\n").removesuffix(b"\r"))
        yield module.checkout.remove(module.path, start, end, part)


def _rows(numbers: set[int]) -> list[tuple[int, int]]:
    """Consecutive numbers as half-open ranges."""
    starts = sorted(number for number in numbers if number - 1 not in numbers)
    return list(zip(starts, sorted(number + 1 for number in numbers if number + 1 not in numbers), strict=True))


def _after_content(text: Sequence[str], line: int) -> int:
    """The end of the content before a line: the line after the last one that is not blank."""
    while line and not text[line - 1].strip():
        line -= 1
    return line


def _lines(module: Module) -> list[str]:
    return [line.removesuffix("\r") for line in module.data.decode("utf-8-sig").split("\n")]


def _text_without(module: Module, gone: set[int]) -> str:
    return "\n".join("" if number in gone else line for number, line in enumerate(_lines(module)))


def _used_names(source: str) -> set[str]:
    """The module-level names that a module uses, including those in string annotations and `__all__`."""
    names = set(_references(symtable.symtable(source, "module", "exec")))
    for node in ast.walk(ast.parse(source)):
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(annotation, ast.expr):
                names |= set(re.findall(r"\w+", ast.unparse(annotation)))
        if isinstance(node, ast.Assign) and "__all__" in ast.unparse(node.targets[0]):
            names |= set(re.findall(r"\w+", ast.unparse(node.value)))
    return names


def _references(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (table.get_type() == "module" or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _references(child)
