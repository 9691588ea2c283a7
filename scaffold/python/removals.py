"""Removal of a function from a Python module, with the imports and the logger that came with it.

It reverses additions.py: an import or a logger is removed only if adding it again gives the same text.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from scaffold.files.checkout import uses_crlf
from scaffold.files.edit import REMOVE, Edit, Place
from scaffold.files.git.history import version_without
from scaffold.python.additions import Lines, edits_between, from_import, raw_lines, with_import, with_statement
from scaffold.python.bindings import bindings_of
from scaffold.python.module import Import, Module, imports_of
from scaffold.python.own_uses import names_in_code, own_uses

UsedElsewhere = Callable[[str], Place | None]


def function_lines(module: Module, text: str) -> range | None:
    """The lines, counted from 0, of a function with exactly this text; None if there is none."""
    lines, wanted = _lines(module), text.strip("\n").split("\n")
    for first in range(len(lines) - len(wanted) + 1):
        if lines[first : first + len(wanted)] == wanted:
            return range(first, first + len(wanted))
    return None


def is_used(module: Module, names: Sequence[str], inside: range) -> int:
    """The line, counted from 1, of the first use of one of these names outside of some lines; 0 if there is none."""
    lines = ["" if number in inside else line for number, line in enumerate(_lines(module))]
    return min(own_uses("\n".join(lines), names).values(), default=0)


def without_function(
    module: Module,
    lines: range,
    imports: Sequence[Import],
    statement: str,
    part: str,
    used: UsedElsewhere,
    gone: Collection[Import] = (),
) -> list[Edit]:
    """The edits that remove a function, and the imports and the statement ("" for none) that came with it.

    Whatever other code uses stays: in this module, or elsewhere, in which case it is listed as kept. used: the place
    elsewhere that uses a name of this module. gone: those of the imports of what no longer exists, which are removed in
    any form.
    """
    _, before, text = raw_lines(module.checkout, module.path)
    ends = text[-1] == ""
    remaining = _without_rows(text[:-1] if ends else text, lines)
    earlier = _earlier(module, text, lines)
    edits: list[Edit] = []
    for addition in _additions(imports, statement):
        name = addition.name
        must_go = next((imported for imported in gone if imported.name == name), None)
        shorter = addition.undone(remaining)
        if addition.is_in(earlier) and not must_go:
            continue
        if own_uses("\n".join(remaining), [name]) and not _is_for_types(shorter, name):
            continue
        if shorter is None and must_go:
            shorter = next(_without_import(remaining, must_go), None)
        if shorter is None:
            continue
        witness = used(name)
        if witness is None:
            remaining = shorter
        else:
            offset = module.offset(_bound_at(module, name))
            edits.append(module.checkout.keep(module.path, offset, part, f"another file uses its {name}", witness))
    start, crlf = module.line_starts[0], uses_crlf(module.data)
    changes = edits_between(module.path, before, [*remaining, ""] if ends else remaining, start, crlf, part)
    return [*edits, *(edit._replace(action=REMOVE) for edit in changes)]


class _Addition(NamedTuple):
    """What was added with a function: a name, how it is added to lines, and where it may be in them."""

    name: str
    text: str
    add: Callable[[Lines], Lines]
    without: Callable[[Lines], Iterator[Lines]]

    def is_in(self, lines: Lines) -> bool:
        """Whether lines have it already, perhaps as one of several symbols of an import."""
        if self.text in lines:
            return True
        return any(imported.text == self.text for node in _body(lines) for imported in imports_of(node))

    def undone(self, lines: Lines) -> Lines | None:
        """The lines before the addition; None if they were never added like this."""
        for shorter in self.without(lines):
            if _parses(shorter) and self.add(shorter) == lines:
                return shorter
        return None


def _additions(imports: Sequence[Import], statement: str) -> Iterator[_Addition]:
    """What was added with a function, last first."""
    if statement:
        add, without = partial(with_statement, text=statement), partial(_without_line, text=statement)
        yield _Addition(statement.partition(" ")[0], statement, add, without)
    for needed in reversed(imports):
        adding, lacking = partial(with_import, needed=needed), partial(_without_import, needed=needed)
        yield _Addition(needed.name, needed.text, adding, lacking)


def _without_line(lines: Lines, text: str) -> Iterator[Lines]:
    """The lines without one that has this text, and without blank lines next to it."""
    for row in (number for number, line in enumerate(lines) if line == text):
        for start, stop in ((row - 1, row + 1), (row, row + 2), (row, row + 3), (row, row + 1)):
            removed = [*lines[max(start, 0) : row], *lines[row + 1 : stop]]
            if start >= 0 and stop <= len(lines) and not any(line.strip() for line in removed):
                yield [*lines[:start], *lines[stop:]]


def _without_import(lines: Lines, needed: Import) -> Iterator[Lines]:
    """The lines without an import, or without a symbol of `from x import …`."""
    yield from _without_line(lines, needed.text)
    for node in ast.parse("\n".join(lines)).body:
        others = [imported for imported in imports_of(node) if imported != needed]
        if isinstance(node, ast.ImportFrom) and needed in imports_of(node) and not any(other.alias for other in others):
            names = [imported.symbol for imported in others]
            text = from_import(needed.module, names).split("\n") if names else []
            yield [*lines[: node.lineno - 1], *text, *lines[node.end_lineno or 0 :]]


def _earlier(module: Module, text: Lines, lines: range) -> Lines:
    """The lines of the module before the function was added, as far as git knows. What they have was not added."""
    first = next((line for line in text[lines.start : lines.stop] if line.startswith("@")), text[lines.start])
    data = version_without(module.checkout.root, module.path, first)
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n") if data else []


def _body(lines: Lines) -> list[ast.stmt]:
    try:
        return ast.parse("\n".join(lines)).body
    except (SyntaxError, ValueError):
        return []


def _is_for_types(lines: Lines | None, name: str) -> bool:
    """Whether some lines use a name only in strings and type comments, and bind it themselves, for type checkers."""
    if lines is None or name in names_in_code("\n".join(lines)):
        return False
    text = "\n".join(lines)
    return name in bindings_of(ast.parse(text), text.encode()).all


def _parses(lines: Lines) -> bool:
    try:
        ast.parse("\n".join(lines))
    except SyntaxError:
        return False
    return True


def _without_rows(text: Lines, rows: range) -> Lines:
    """The lines without a function and the two blank lines before it; those after it, if nothing comes before."""
    start, stop = rows.start, rows.stop
    while start > max(0, rows.start - 2) and not text[start - 1].strip():
        start -= 1
    while not start and stop < len(text) and any(line.strip() for line in text[stop:]) and not text[stop].strip():
        stop += 1
    return [*text[:start], *text[stop:]]


def _bound_at(module: Module, name: str) -> int:
    """The line of the import or assignment of a name."""
    for node in module.tree.body:
        targets = [getattr(target, "id", "") for target in getattr(node, "targets", ())]
        if name in [*targets, *(imported.name for imported in imports_of(node))]:
            return node.lineno
    return 1


def _lines(module: Module) -> Lines:
    return [line.removesuffix("\r") for line in module.data.decode("utf-8-sig").split("\n")]
