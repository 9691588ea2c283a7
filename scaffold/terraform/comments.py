"""Comments above code, and behind it on the same line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_COMMENT = re.compile(rb"[ \t]*(#|//)")
_BESIDE = re.compile(rb'"[^"\r\n]*"[ \t]*,?[ \t]*(#|//)[^\r\n]*')
_SEPARATOR = re.compile(r"(?:#|//)[\s#/]*(?:[-=*~_+.][\s#/]*){3,}")


class Comment(NamedTuple):
    """A comment line, and the byte where it begins."""

    offset: int
    text: str


def above(data: bytes, offset: int) -> list[Comment]:
    """The comment lines directly above the line of a byte."""
    comments: list[Comment] = []
    end = data.rfind(b"\n", 0, offset)
    while end >= 0:
        start = data.rfind(b"\n", 0, end) + 1
        if not _COMMENT.match(data, start, end):
            break
        comments.insert(0, Comment(start, data[start:end].decode("utf-8", "replace")))
        end = start - 1
    return comments


def separator(comments: Iterable[Sequence[Comment]]) -> str:
    """The line with which most of some comments begin, if it is one such as `# - - - -`; "" if there is none."""
    first = [lines[0].text.strip() for lines in comments if lines]
    lines = Counter(line for line in first if _SEPARATOR.fullmatch(line))
    return lines.most_common(1)[0][0] if lines.total() * 2 > len(first) else ""


def beside(data: bytes, offset: int) -> list[Comment]:
    """The comment on the same line, after a string that begins at a byte."""
    match = _BESIDE.match(data, offset)
    return [Comment(match.start(1), data[match.start(1) : match.end()].decode("utf-8", "replace"))] if match else []
