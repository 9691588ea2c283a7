"""A list as text, JSON, Markdown or CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from scaffold.files.printable import printable, printable_json
from scaffold.inventory.columns import GAP, laid_out, wrapped
from scaffold.inventory.lists.contents import Cell, Listing

# Spreadsheets take a cell that begins with one of these for a formula, also after blanks.
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_MARKDOWN = re.compile(r"([\\`*|~\[\]<>&#]|(?<!\w)_|_(?!\w))")


def formatted(contents: Listing, format: str, width: int) -> str:
    if format == "json":
        return printable_json(dict(contents.document)) + "\n"
    if format == "csv":
        return as_csv(contents)
    return as_markdown(contents) if format == "markdown" else as_text(contents, width)


def as_csv(contents: Listing) -> str:
    """One line for each row, after a header. A cell that a spreadsheet would calculate gets an apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(contents.columns)
    for row in contents.rows:
        writer.writerow(harmless(printable("; ".join(cell))) for cell in row)
    return stream.getvalue()


def harmless(text: str) -> str:
    """A cell of CSV that no spreadsheet calculates (OWASP, "CSV Injection")."""
    return f"'{text}" if _FORMULA.match(text) else text


def as_markdown(contents: Listing) -> str:
    shown = [index for index, name in enumerate(contents.columns) if name not in contents.of_csv]
    lines = [[contents.columns[index] for index in shown], ["---"] * len(shown)]
    lines += [["<br>".join(map(_escaped, row[index])) for index in shown] for row in contents.rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _escaped(text: str) -> str:
    """A text whose punctuation Markdown and HTML do not read."""
    return _MARKDOWN.sub(r"\\\1", printable(text))


def as_text(contents: Listing, width: int) -> str:
    """A table, wrapped to `width` columns."""
    rows = [[_lines(cell) for cell in row] for row in contents.text_rows]
    widths = _fitted([contents.heads, *rows], width - GAP * (len(contents.heads) - 1))
    lines = [*wrapped(contents.caption, width), ""]
    lines += [*laid_out(contents.heads, widths), (" " * GAP).join("-" * size for size in widths)]
    for row in rows:
        lines += [*laid_out(row, widths), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _lines(cell: Cell) -> str:
    return "\n".join(map(printable, cell)) or "-"


def _fitted(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """As wide as the longest line of each column; those that need more than their share get what the others leave.

    The first column is for names and places, which are worst to read when they are broken.
    """
    natural = [max(len(line) for cell in column for line in cell.split("\n")) for column in zip(*rows, strict=True)]
    widths = [min(natural[0], room * 2 // 5), *([0] * len(natural[1:]))]
    others, left = sorted(range(1, len(natural)), key=natural.__getitem__), room - widths[0]
    for turn, index in enumerate(others):
        widths[index] = min(natural[index], left // (len(others) - turn))
        left -= widths[index]
    return widths
