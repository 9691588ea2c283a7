"""JSON values with their positions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from scaffold.hcl.templates import MARK

PLAIN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null")


@dataclass(frozen=True, slots=True)
class JsonString:
    """A string with interpolations: `text` has a MARK for each, `expressions` are what they contain, in order."""

    text: str
    expressions: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The string as it is written, with `${…}` for interpolations."""
        pieces = self.text.split(MARK)
        return "".join(
            piece + (f"${{{self.expressions[index]}}}" if index < len(pieces) - 1 else "")
            for index, piece in enumerate(pieces)
        )

    @property
    def inner(self) -> str:
        """The string as the inside of a quoted string in Terraform: a literal `${` is `$${`."""
        return JsonString(self.text.replace("${", "$${"), self.expressions).shown

    @property
    def is_known(self) -> bool:
        return not self.expressions

    def expanded(self, expand: Callable[[str], str]) -> JsonString:
        """The string with the values of interpolations. `expand` returns text with `${…}` if a value is unknown."""
        text, left, pieces = "", [], self.text.split(MARK)
        for piece, expression in zip(pieces, [*self.expressions, ""], strict=False):
            value = expand(expression) if expression else ""
            known = re.search(r"(?<!\$)\$\{", value) is None
            left += [] if known else [expression]
            text += piece + (value if known else MARK)
        return JsonString(text, tuple(left))


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is only known at deployment; in a list it stands for any number of elements."""

    shown: str


Data = Mapping[str, "Value"] | tuple["Value", ...] | JsonString | Unknown | float | bool | None


@dataclass(frozen=True, slots=True)
class Value:
    """A JSON value. offset: its first byte in the file."""

    data: Data
    offset: int

    def get(self, key: str) -> Value | None:
        """A member of an object; None if there is none."""
        return self.data.get(key) if isinstance(self.data, Mapping) else None

    @property
    def members(self) -> Mapping[str, Value]:
        """The members of an object; empty for another value."""
        return self.data if isinstance(self.data, Mapping) else {}

    @property
    def elements(self) -> tuple[Value, ...]:
        """The elements of a list; none for any other value."""
        return self.data if isinstance(self.data, tuple) else ()

    @property
    def word(self) -> JsonString | None:
        return self.data if isinstance(self.data, JsonString) else None

    def walk(self) -> Iterator[Value]:
        """This value and all values in it."""
        yield self
        values = self.data.values() if isinstance(self.data, Mapping) else self.elements
        for value in values:
            yield from value.walk()


@dataclass(frozen=True, slots=True)
class JsonError:
    """Why a text is not valid JSON, and the byte of the error."""

    message: str
    offset: int
