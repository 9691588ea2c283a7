"""Text in columns, wrapped and never truncated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

GAP = 2


def laid_out(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """The lines of a row. A cell may have several lines; each is wrapped to the width of its column."""
    columns = [
        [piece for line in cell.split("\n") for piece in wrapped(line, width)]
        for cell, width in zip(cells, widths, strict=True)
    ]
    for pieces in zip_longest(*columns, fillvalue=""):
        padded = (f"{piece:<{width}}" for piece, width in zip(pieces, widths, strict=True))
        yield (" " * GAP).join(padded).rstrip()


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns, all indented like the first one, and two more from the second one on.

    Lines break at spaces. A word that is longer than a line breaks after one of `. _ / : -`, or anywhere.
    """
    indent = " " * (len(text) - len(text.lstrip()))
    if len(text) <= width:
        return [text]
    following = indent + "  " if indent else "  "
    lines, line = [], indent
    for piece in _pieces(text.strip(), width - len(following)):
        if len((line + piece).rstrip()) > width and line.strip():
            lines.append(line.rstrip())
            line = following
        line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str, room: int) -> Iterator[str]:
    """The words of a text, each with the spaces after it; long words in parts."""
    for word in re.findall(r"\S+\s*", text):
        if len(word.rstrip()) <= room:
            yield word
            continue
        part = ""
        for bit in _bits(word, room):
            if part and len((part + bit).rstrip()) > room:
                yield part
                part = ""
            part += bit
        yield part


def _bits(word: str, room: int) -> Iterator[str]:
    """The parts into which a long word may be broken."""
    for bit in re.findall(r"[^._/:-]+[._/:-]*\s*|[._/:-]+\s*", word):
        yield from (bit[start : start + room] for start in range(0, len(bit), room))
