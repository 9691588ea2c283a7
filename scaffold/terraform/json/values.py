"""JSON values with their positions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from scaffold.hcl.templates import MARK

PLAIN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null")


@dataclass(frozen=True, slots=True)
class Word:
    """A string: literal text as it is, and `expressions` for each MARK in it."""

    text: str
    expressions: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        pieces = self.text.split(MARK)
        return "".join(
            piece + (f"${{{self.expressions[index]}}}" if index < len(pieces) - 1 else "")
            for index, piece in enumerate(pieces)
        )

    @property
    def inner(self) -> str:
        """The string as the inside of a quoted string in Terraform: a literal `${` is `$${`."""
        return Word(self.text.replace("${", "$${"), self.expressions).shown

    @property
    def is_known(self) -> bool:
        return not self.expressions

    def expanded(self, expand: Callable[[str], str]) -> Word:
        """The same with what expressions come to, where `expand` says it; it leaves `${…}` where it does not."""
        text, left, pieces = "", [], self.text.split(MARK)
        for piece, expression in zip(pieces, [*self.expressions, ""], strict=False):
            value = expand(expression) if expression else ""
            known = re.search(r"(?<!\$)\$\{", value) is None
            left += [] if known else [expression]
            text += piece + (value if known else MARK)
        return Word(text, tuple(left))


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that only the deploy knows; of a list, any number of its items."""

    shown: str


Data = Mapping[str, "Value"] | tuple["Value", ...] | Word | Unknown | float | bool | None


@dataclass(frozen=True, slots=True)
class Value:
    """A value of JSON. offset: the first byte of it in its file."""

    data: Data
    offset: int

    def get(self, key: str) -> Value | None:
        return self.data.get(key) if isinstance(self.data, Mapping) else None

    @property
    def members(self) -> Mapping[str, Value]:
        """The members of an object; empty for another value."""
        return self.data if isinstance(self.data, Mapping) else {}

    @property
    def items(self) -> tuple[Value, ...]:
        return self.data if isinstance(self.data, tuple) else ()

    @property
    def word(self) -> Word | None:
        return self.data if isinstance(self.data, Word) else None

    def walk(self) -> Iterator[Value]:
        yield self
        values = self.data.values() if isinstance(self.data, Mapping) else self.items
        for value in values:
            yield from value.walk()


@dataclass(frozen=True, slots=True)
class JsonError:
    """Why a text is no JSON, and the byte at which that shows."""

    message: str
    offset: int
