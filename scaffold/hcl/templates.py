"""The inside of quoted strings: literal text and interpolations."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from scaffold.hcl.parser import end_of_sequence

# Placeholders for an interpolation inside and outside of a JSON string (from a Unicode private use area).
MARK, BARE = "\ue000", "\ue001"


def split_template(inner: str) -> Iterator[tuple[str, str]]:
    """The inside of a quoted string as pairs, of which one is empty: literal text as written, and the expression of an
    interpolation.

    Raises HclError if an interpolation is not closed or does not contain a valid expression.
    """
    yield from _pieces(inner)


@lru_cache(maxsize=4096)
def _pieces(inner: str) -> tuple[tuple[str, str], ...]:
    return tuple(_split(inner))


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
