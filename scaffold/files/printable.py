"""Text from a checkout made safe to print: a name can contain line breaks and terminal escapes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

_LINE_END = re.compile(r"\r?\n")


def printable(text: str) -> str:
    """A text on one line; characters that are not printable become escapes such as `\\x1b`."""
    return text if text.isprintable() else "".join(map(_escaped, text))


def listed(words: Sequence[str]) -> str:
    """Words in a sentence: `a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def printable_lines(text: str) -> str:
    """A text with its lines and tabs; every other character that is not printable becomes an escape."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    ends = _LINE_END.findall(text)
    lines = ("\t".join(map(printable, line.split("\t"))) for line in _LINE_END.split(text))
    return "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True))


def printable_json(document: object) -> str:
    """A document as JSON, indented; characters that are not printable are escaped, as JSON allows."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    if text.replace("\n", "").isprintable():
        return text
    return "".join(char if char == "\n" or char.isprintable() else json.dumps(char)[1:-1] for char in text)


def _escaped(char: str) -> str:
    return char if char.isprintable() else char.encode("unicode_escape").decode()
