"""Additions to an existing Python module, formatted as black and isort would.

Each addition is a pure function from lines to lines; the edits are the differences in the end. Lines keep their
endings.
"""

from __future__ import annotations

import ast
import codecs
from collections.abc import Sequence

from scaffold.files.checkout import Checkout, uses_crlf
from scaffold.files.edit import INSERT, REPLACE, Edit
from scaffold.python.layout import LINE_LENGTH
from scaffold.python.module import Import, imports_of, parse

Lines = list[str]


def extend(
    checkout: Checkout, path: str, imports: Sequence[Import], statement: str, function: str, part: str
) -> list[Edit]:
    """The edits that add missing imports, a statement after all imports ("" for none), and a function at the end."""
    data = checkout.require(path)
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    before = data[len(mark) :].decode().split("\n")
    lines = [line.removesuffix("\r") for line in before]
    ends = lines[-1] == ""
    lines = lines[:-1] if ends else lines
    for needed in imports:
        lines = with_import(lines, needed)
    if statement:
        lines = with_statement(lines, statement)
    lines = with_function(lines, function)
    return edits_between(path, before, [*lines, ""] if ends else lines, len(mark), uses_crlf(data), part)


def with_import(lines: Lines, needed: Import) -> Lines:
    """An import where isort would put it."""
    block = first_imports(lines)
    if not block:
        return _before_all(lines, needed.text)
    if needed in {existing for node in block for existing in imports_of(node)}:
        return lines
    for node in block:
        if _takes_symbol(lines, node, needed):
            return _with_symbol(lines, node, needed)
    earlier = [node for node in block if _order(node) <= needed.order]
    later = [node for node in block if _order(node) > needed.order]
    section = needed.order[0]
    if earlier and (_order(earlier[-1])[0] == section or not later or _order(later[0])[0] != section):
        gap = [] if _order(earlier[-1])[0] == section else [""]
        return _inserted(lines, earlier[-1].end_lineno or 0, [*gap, needed.text])
    first = later[0].lineno - 1
    return _inserted(lines, first, [needed.text] if _order(later[0])[0] == section else [needed.text, ""])


def with_statement(lines: Lines, text: str) -> Lines:
    """A statement after the imports, with a blank line on both sides."""
    end = first_imports(lines)[-1].end_lineno or 0
    following = lines[end] if end < len(lines) else ""
    return _inserted(lines, end, ["", text, *([""] if following.strip() else [])])


def with_function(lines: Lines, text: str) -> Lines:
    """A function at the end, after two blank lines."""
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    return [*kept, *([""] * 2 if kept else []), *text.strip("\n").split("\n")]


def _before_all(lines: Lines, text: str) -> Lines:
    """The first import of a module: after its docstring, `__future__` imports and first comments."""
    tree = _tree(lines)
    head = 0
    for node in tree.body:
        if not (_is_docstring(node, tree) or (isinstance(node, ast.ImportFrom) and node.module == "__future__")):
            break
        head = node.end_lineno or 0
    if not head:
        while head < len(lines) and lines[head].startswith("#"):
            head += 1
    rest = list(lines[head:])
    while rest and not rest[0].strip():
        rest.pop(0)
    definition = bool(rest) and rest[0].startswith(("def ", "class ", "async ", "@", "#"))
    gap = [""] * (2 if definition else 1) if rest else []
    return [*lines[:head], *([""] if head else []), text, *gap, *rest]


def first_imports(lines: Lines) -> list[ast.stmt]:
    """The imports at the top; those below other code are left alone."""
    tree = _tree(lines)
    result: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            if not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
                result.append(node)
        elif not _is_docstring(node, tree):
            break
    return result


def _tree(lines: Lines) -> ast.Module:
    return parse(("\n".join(lines) + "\n").encode(), "")


def _is_docstring(node: ast.stmt, tree: ast.Module) -> bool:
    first = node is tree.body[0] and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return first and isinstance(node.value.value, str)  # type: ignore[attr-defined]


def _order(node: ast.stmt) -> tuple[int, bool, str, str, str]:
    return next(imports_of(node)).order


def _takes_symbol(lines: Lines, node: ast.stmt, needed: Import) -> bool:
    """Whether isort would merge an import into this `from x import …`; not one with a comment or a star."""
    if not isinstance(node, ast.ImportFrom) or not needed.symbol or node.level or node.module != needed.module:
        return False
    text = "".join(lines[node.lineno - 1 : node.end_lineno])
    return not any(char in text for char in "#*;") and not needed.alias and not any(name.asname for name in node.names)


def _with_symbol(lines: Lines, node: ast.stmt, needed: Import) -> Lines:
    names = sorted({*(existing.symbol for existing in imports_of(node)), needed.symbol}, key=symbol_order)
    text = from_import(needed.module, names).split("\n")
    return [*lines[: node.lineno - 1], *text, *lines[node.end_lineno or 0 :]]


def _inserted(lines: Lines, index: int, new: Lines) -> Lines:
    return [*lines[:index], *new, *lines[index:]]


def symbol_order(name: str) -> tuple[int, str]:
    """isort's order_by_type: constants, classes, then the rest."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2), name


def from_import(module: str, names: list[str]) -> str:
    """`from module import a, b`, in isort's vertical hanging indent if it is longer than a line."""
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= LINE_LENGTH:
        return line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")"


def edits_between(path: str, before: Lines, after: Lines, start: int, crlf: bool, part: str) -> list[Edit]:
    """The differences between lines, as edits. `before` has the carriage returns of the file."""
    from difflib import SequenceMatcher

    newline = "\r\n" if crlf else "\n"
    offsets = [start]
    for line in before:
        offsets.append(offsets[-1] + len(line.encode()) + 1)
    edits = []
    plain = [line.removesuffix("\r") for line in before]
    for tag, first, last, new_first, new_last in SequenceMatcher(None, plain, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        text = "".join(line + newline for line in after[new_first:new_last])
        begin, end = offsets[first], offsets[last]
        if last == len(before):
            # There is no line feed after the last line.
            end -= 1
            text = text.removesuffix(newline)
            if first == last:
                begin, text = begin - 1, newline + text
            elif new_first == new_last:
                begin -= 1
        edits.append(Edit(path, begin, end, text.encode(), part, INSERT if first == last else REPLACE))
    return edits
