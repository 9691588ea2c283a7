"""Command lines, checked by argparse itself: a parser equal to the program's, which reports what it refuses.

A MARK in a word stands for text that is known only at deployment.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NoReturn

from scaffold.hcl.templates import MARK

_MOST_UNKNOWN = 4
_LACKS = ("the following arguments are required", "one of the arguments", "expected")


class RefusedError(Exception):
    """The parser refuses a command line; the message is the reason."""


class Parser(argparse.ArgumentParser):
    """argparse's own parser, which raises an error instead of exiting. is_opaque: whether something unknown was done
    with it."""

    is_opaque = False

    def error(self, message: str) -> NoReturn:
        raise RefusedError(message)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        raise RefusedError("it only prints its usage or version and exits")

    def _print_message(self, message: str, file: Any = None) -> None:
        pass

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        # argparse's own wording differs between versions of Python.
        if action.choices is not None and value not in action.choices:
            raise argparse.ArgumentError(action, f"{value!r} is not one of {', '.join(map(str, action.choices))}")


class Anything(str):
    """A value that may be anything."""

    __slots__ = ()


class Choices(tuple[object, ...]):
    __slots__ = ()

    def __contains__(self, value: object) -> bool:
        return isinstance(value, Anything) or (isinstance(value, str) and MARK in value) or super().__contains__(value)


def converter(name: str, convert: Callable[[str], object]) -> Callable[[str], object]:
    """An argparse type that accepts values which are only known at deployment."""

    def known(text: str) -> object:
        return Anything(text) if MARK in text else convert(text)

    known.__name__ = name
    return known


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The arguments of a program. parser: in its state when it parses. known_only: whether unknown ones are ignored."""

    parser: Parser
    known_only: bool = False

    def refusal(self, words: Sequence[str]) -> str:
        """Why the arguments are refused; "" if they are accepted, or if that is unknown."""
        unknown = [index for index, word in enumerate(words) if word.startswith(MARK)]
        if self.parser.is_opaque or len(unknown) > _MOST_UNKNOWN:
            return ""
        first = ""
        # A word whose beginning is unknown may be a value, an option, or an option with its value.
        for kept in product((True, False), repeat=len(unknown)):
            left = {index for index, keeps in zip(unknown, kept, strict=True) if not keeps}
            problem = self._refusal([word for index, word in enumerate(words) if index not in left])
            if not problem or (left and any(text in problem for text in _LACKS)):
                return ""
            first = first or problem
        return first.replace(MARK, "…")

    def _refusal(self, words: Iterable[str]) -> str:
        try:
            if self.known_only:
                self.parser.parse_known_args(list(words))
            else:
                self.parser.parse_args(list(words))
        except RefusedError as error:
            return str(error)
        except Exception:  # Any other failure means that the parser was not read correctly.
            return ""
        return ""
