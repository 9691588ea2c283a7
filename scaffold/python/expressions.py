"""Regular expressions in a checkout's Python, matched in linear time; Python's own matcher can take exponential."""

from __future__ import annotations

import re
import warnings
from typing import NamedTuple, Protocol

_LONGEST = 10_000
# RE2 takes these for something else than Python does.
_DIFFERENT = {"[:": "a class such as [:alpha:]", "{,": "a repetition without a minimum"}


class UnsupportedError(ValueError):
    """Why an expression cannot be matched; the text continues "it …"."""


class Matcher(Protocol):
    def match(self, text: str) -> object: ...


class Regex(NamedTuple):
    text: str
    matcher: Matcher

    @classmethod
    def read(cls, text: str) -> Regex:
        """Raises UnsupportedError for an expression that Python refuses, or that has no linear matcher."""
        _check(text)
        import re2

        options = re2.Options()
        options.log_errors = False
        try:
            return cls(text, re2.compile(text, options))
        except re2.error as error:
            why = error.args[0].decode("utf-8", "replace") if error.args else "unknown"
            raise UnsupportedError(f"has no matcher of which the time is bounded: {why}") from error

    def match(self, text: str) -> bool:
        """Whether the beginning of a text matches, as with `re.match`. Raises UnsupportedError."""
        if not text.isascii():  # classes such as \\w are those of ASCII in RE2
            raise UnsupportedError(f"may treat the letters of {text} in another way than Python")
        return self.matcher.match(text) is not None


def _check(text: str) -> None:
    if len(text) > _LONGEST:
        raise UnsupportedError(f"is longer than {_LONGEST:,} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(text)
        text.encode()
    except (re.error, RecursionError, OverflowError, UnicodeEncodeError) as error:
        raise UnsupportedError(f"is not a valid regular expression: {error or type(error).__name__}") from error
    for sign, meaning in _DIFFERENT.items():
        if sign in text:
            raise UnsupportedError(f"has {meaning}")
