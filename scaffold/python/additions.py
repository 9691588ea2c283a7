"""Additions to an existing Python module, formatted as black and isort would.

Each addition is a pure function from lines to lines that only inserts lines, so that removals.py can reverse it; the
edits are the differences in the end. Lines keep their endings.
"""

from __future__ import annotations

import ast
import codecs
import re
from collections.abc import Sequence

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout, uses_crlf
from scaffold.files.edit import INSERT, REPLACE, Edit
from scaffold.python.bindings import bindings_of
from scaffold.python.layout import LINE_LENGTH
from scaffold.python.module import Import, first_line, imports_of, parse, walk

Lines = list[str]


def extend(
    checkout: Checkout, path: str, imports: Sequence[Import], statement: str, function: str, part: str
) -> list[Edit]:
    """The edits that add missing imports, a statement after all imports ("" for none), and a function at the end."""
    _, _, lines = raw_lines(checkout, path)
    lines = lines[:-1] if lines[-1] == "" else lines
    for needed in imports:
        lines = with_import(lines, needed)
    if statement:
        lines = with_statement(lines, statement)
    lines = with_function(lines, function)
    return edited(checkout, path, lines, part)


def edited(checkout: Checkout, path: str, lines: Lines, part: str) -> list[Edit]:
    """The edits that give a module these lines. A missing last line feed stays missing."""
    mark, before, has = raw_lines(checkout, path)
    ends = has[-1] == ""
    return edits_between(path, before, [*lines, ""] if ends else lines, mark, uses_crlf(checkout.require(path)), part)


def raw_lines(checkout: Checkout, path: str) -> tuple[int, Lines, Lines]:
    """The length of the byte order mark of a file, its lines, and its lines without carriage returns.

    Raises Refusal for other line endings, which Python counts as lines.
    """
    data = checkout.require(path)
    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    before = data[mark:].decode().split("\n")
    lines = [line.removesuffix("\r") for line in before]
    for number, line in enumerate(lines, 1):
        if "\r" in line:
            what = "a line ends in a carriage return without a line feed"
            raise Refusal(what, place=f"{path}:{number}", instead="Convert its line endings first.")
    return mark, before, lines


def with_import(lines: Lines, needed: Import) -> Lines:
    """An import where isort would put it."""
    body = _tree(lines).body
    block = _first_imports(body)
    if not block:
        return _before_all(lines, body, needed.text)
    if needed in {existing for node in block for existing in imports_of(node)}:
        return lines
    for node in block:
        if _takes_symbol(lines, body, node, needed):
            return _with_symbol(lines, node, needed)
    earlier = [node for node in block if _order(node) <= needed.order]
    later = [node for node in block if _order(node) > needed.order]
    section = needed.order[0]
    if earlier and (_order(earlier[-1])[0] == section or not later or _order(later[0])[0] != section):
        gap = [] if _order(earlier[-1])[0] == section else [""]
        return _inserted(lines, _end(lines, body, earlier[-1]), [*gap, needed.text])
    gap = [] if _order(later[0])[0] == section else [""]
    return _inserted(lines, _start(lines, body, later[0]), [needed.text, *gap])


def with_statement(lines: Lines, text: str) -> Lines:
    """A statement after the imports at the top, and after what it calls is surely bound, with a blank line on both
    sides."""
    tree = _tree(lines)
    body, uses = tree.body, {node.id for node in walk(ast.parse(text)) if isinstance(node, ast.Name)} - {"__name__"}
    uses -= {target.id for node in ast.parse(text).body for target in getattr(node, "targets", ())}
    imports, bindings = _first_imports(body), bindings_of(tree, "\n".join(lines).encode())
    following = body[body.index(imports[-1]) + 1 :] if imports else body
    ready = (node for node in following if all(bindings.is_sure(name, node) for name in uses))
    index = body.index(next(ready, body[-1])) if following else len(body)
    if following and not all(bindings.is_sure(name, body[index]) for name in uses):
        index += 1
    end = _end(lines, body, body[index - 1]) if index else 0
    following_text = lines[end] if end < len(lines) else ""
    return _inserted(lines, end, [text, ""] if following_text.strip() else ["", text])


def with_function(lines: Lines, text: str) -> Lines:
    """A function at the end, after two blank lines. Blank lines at the end of the file stay there."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return _inserted(lines, end, [*([""] * 2 if end else []), *text.strip("\n").split("\n")])


_COMMENT = re.compile(r"\s*#")
_FIRST_LINES = re.compile(r"#!|#.*coding[:=]")


def _before_all(lines: Lines, body: list[ast.stmt], text: str) -> Lines:
    """The first import of a module: after its docstring, `__future__` imports and first comments."""
    heads = [node for node in body if _is_future(node) or _is_docstring(node, body)]
    head = _end(lines, body, heads[-1]) if heads else _after_comments(lines)
    while not any(line.strip() for line in lines[:head]) and head < len(lines) and not lines[head].strip():
        head += 1
    following = lines[head] if head < len(lines) else ""
    if not following.strip():
        return _inserted(lines, head, [*([""] if head and lines[head - 1].strip() else []), text])
    definition = following.startswith(("def ", "class ", "async ", "@", "#"))
    return _inserted(lines, head, [text, *[""] * (2 if definition else 1)])


def _after_comments(lines: Lines) -> int:
    """The end of the comments at the top; those that directly precede code belong to it."""
    end = 0
    while end < len(lines) and _COMMENT.match(lines[end]):
        end += 1
    if end < len(lines) and lines[end].strip():
        end = 0
        while end < 2 and _FIRST_LINES.match(lines[end]):
            end += 1
    return end


def first_imports(lines: Lines) -> list[ast.stmt]:
    """The imports at the top; those below other code are left alone."""
    return _first_imports(_tree(lines).body)


def _first_imports(body: list[ast.stmt]) -> list[ast.stmt]:
    result: list[ast.stmt] = []
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            if not _is_future(node):
                result.append(node)
        elif not _is_docstring(node, body):
            break
    return result


def _tree(lines: Lines) -> ast.Module:
    return parse(("\n".join(lines) + "\n").encode(), "")


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _is_docstring(node: ast.stmt, body: list[ast.stmt]) -> bool:
    first = node is body[0] and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return first and isinstance(node.value.value, str)  # type: ignore[attr-defined]


def _end(lines: Lines, body: list[ast.stmt], node: ast.stmt) -> int:
    """The end of the last line of a statement and of others on the same line. A backslash continues a line."""
    index = body.index(node)
    while True:
        end = body[index].end_lineno or 0
        tail = lines[end - 1].encode()[body[index].end_col_offset or 0 :]
        while re.fullmatch(rb"[\s;]*\\", tail) and end < len(lines):
            tail, end = lines[end].encode(), end + 1
        if index + 1 == len(body) or first_line(body[index + 1]) > end:
            return end
        index += 1


def _start(lines: Lines, body: list[ast.stmt], node: ast.stmt) -> int:
    """Where lines can be inserted before an import: above the comments that belong to it, but below the first ones of
    the file; after its line if that starts with what has to come first."""
    index = body.index(node)
    while index and _end(lines, body, body[index - 1]) >= first_line(body[index]):
        index -= 1
    if not isinstance(body[index], ast.Import | ast.ImportFrom) or _is_future(body[index]):
        return _end(lines, body, node)
    first = start = first_line(body[index]) - 1
    while start and _COMMENT.match(lines[start - 1]):
        start -= 1
    return start or first


def _order(node: ast.stmt) -> tuple[int, bool, str, str, str]:
    return next(imports_of(node)).order


def _takes_symbol(lines: Lines, body: list[ast.stmt], node: ast.stmt, needed: Import) -> bool:
    """Whether isort would merge an import into this `from x import …`, and has formatted that."""
    if not isinstance(node, ast.ImportFrom) or not needed.symbol or node.level or node.module != needed.module:
        return False
    if needed.alias or any(alias.asname or alias.name == "*" for alias in node.names):
        return False
    text = "\n".join(lines[node.lineno - 1 : node.end_lineno])
    return text == from_import(node.module, [alias.name for alias in node.names])


def _with_symbol(lines: Lines, node: ast.stmt, needed: Import) -> Lines:
    names = [existing.symbol for existing in imports_of(node)]
    later = (index for index, name in enumerate(names) if symbol_order(name) > symbol_order(needed.symbol))
    names.insert(next(later, len(names)), needed.symbol)
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
        ending = ("\r\n" if before[first].endswith("\r") else "\n") if first < last < len(before) else newline
        text = "".join(line + ending for line in after[new_first:new_last])
        begin, end = offsets[first], offsets[last]
        if last == len(before):
            # There is no line feed after the last line.
            end -= 1
            text = text.removesuffix(ending)
            if first == last:
                begin, text = begin - 1, ending + text
            elif new_first == new_last and first:
                begin -= 2 if before[first - 1].endswith("\r") else 1
        edits.append(Edit(path, begin, end, text.encode(), part, INSERT if first == last else REPLACE))
    return edits
