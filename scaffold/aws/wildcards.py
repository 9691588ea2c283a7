"""The wildcards of IAM and S3: `*` for any text, `?` for any character."""

from __future__ import annotations

import re
from functools import lru_cache

_WILDCARD = re.compile(r"[*?]")


@lru_cache(maxsize=4096)
def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches a whole text, in at most as many steps as the product of their lengths.

    A regular expression would need exponentially many for `*?*?*?…`.
    """
    wildcard = _WILDCARD.search(pattern)
    if wildcard is None:
        return pattern == text
    if not text.startswith(pattern[: wildcard.start()]):
        return False
    pattern = re.sub(r"\*+", "*", pattern)
    position = index = 0
    star, tried = -1, 0
    while index < len(text):
        wanted = pattern[position : position + 1]
        if wanted == "*":
            star, tried = position, index
            position += 1
        elif wanted == "?" or (wanted and wanted == text[index]):
            position, index = position + 1, index + 1
        elif star >= 0:  # the last star takes one more character
            position, tried = star + 1, tried + 1
            index = tried
        else:
            return False
    return pattern[position:] in ("", "*")
