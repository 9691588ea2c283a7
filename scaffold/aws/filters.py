"""Filters of S3 notifications, which S3 compares with URL-encoded keys.

Source: Amazon S3 User Guide, "Configuring event notifications using object key name filtering": a space is written as
`+`, other special characters are percent-encoded, and `*` is not a wildcard. Which characters are special: "Naming
Amazon S3 objects".
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_plus

MAX_LENGTH = 1024
"""Characters in a filter as it is written (Amazon S3 API Reference, FilterRule)."""

_SAFE = "/!'()"
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_WILDCARD = re.compile(r"[*?]|\[[^\]]+\]|\{[^{}]*,[^{}]*\}")


def encoded(key: str) -> str:
    """A filter that matches the text of a key."""
    return quote(key, safe=_SAFE).replace("%20", "+")


def with_escapes(text: str) -> str:
    """A filter in which `+` and escapes are encoded already and other characters are not."""
    return quote(text, safe=f"{_SAFE}+%").replace("%20", "+")


def decoded(text: str) -> str:
    """The text of the keys that a filter matches."""
    return unquote_plus(text, errors="replace")


def has_escape(text: str) -> bool:
    return _ESCAPE.search(text) is not None


def wildcard(text: str) -> re.Match[str] | None:
    """The first part of a filter that looks like a wildcard."""
    return _WILDCARD.search(text)


def without_wildcards(text: str, suffix: bool) -> str:
    """What a filter with wildcards was probably meant to be: a prefix before the first, a suffix after the last."""
    parts = _WILDCARD.split(text)
    return parts[-1] if suffix else parts[0]


def invalid_escape(text: str) -> str:
    """The first escape that is not one, else the escapes if they do not decode to UTF-8; "" if all are valid."""
    for position, character in enumerate(text):
        if character == "%" and not _ESCAPE.match(text, position):
            return text[position : position + 3]
    try:
        unquote_plus(text, errors="strict")
    except UnicodeDecodeError:
        return "".join(_ESCAPE.findall(text))
    return ""


def unencoded(text: str) -> str:
    """The first character of a filter that S3 only compares in its encoded form; "" if there is none."""
    special = (character for character in text if character not in "+%*" and encoded(character) != character)
    return next(special, "")


def normal(text: str) -> str:
    """The usual form of a filter, with the fewest escapes."""
    return encoded(decoded(text)) if not invalid_escape(text) else text
