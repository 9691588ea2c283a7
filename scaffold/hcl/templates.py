"""The inside of quoted strings: literal text and interpolations."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from scaffold.hcl.parser import end_of_sequence

# Placeholders for an interpolation inside and outside of a JSON string (from a Unicode private use area).
MARK, BARE = "\ue000", "\ue001"


def split_template(inner: str, written: bool = False) -> Iterator[tuple[str, str]]:
    """The inside of a quoted string as pairs, of which one is empty: literal text as written, and the expression of an
    interpolation.

    written: yield all that is between the braces, also the strip markers of `${~ x ~}`; otherwise the text next to them
    is stripped. Raises HclError if an interpolation is not closed or does not contain a valid expression.
    """
    pieces = _pieces(inner)
    yield from pieces if written or "~" not in inner else _stripped(pieces)


@lru_cache(maxsize=4096)
def _pieces(inner: str) -> tuple[tuple[str, str], ...]:
    return tuple(_split(inner))


def _stripped(pieces: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    """The pieces without strip markers, and without the white space that these strip."""
    for index, (literal, expression) in enumerate(pieces):
        if expression:
            yield "", expression.removeprefix("~").removesuffix("~")
            continue
        if index and pieces[index - 1][1].endswith("~"):
            literal = literal.lstrip()
        if pieces[index + 1 :] and pieces[index + 1][1].startswith("~"):
            literal = literal.rstrip()
        if literal:
            yield literal, ""


def _split(inner: str) -> Iterator[tuple[str, str]]:
    data = inner.encode()
    position = literal = 0
    while (start := data.find(b"${", position)) >= 0:
        if start > position and data[start - 1 : start] == b"$":
            position = start + 2
            continue
        end = end_of_sequence(data, start, len(data))
        if start > literal:
            yield data[literal:start].decode(), ""
        yield "", data[start + 2 : end - 1].decode()
        position = literal = end
    if len(data) > literal:
        yield data[literal:].decode(), ""
