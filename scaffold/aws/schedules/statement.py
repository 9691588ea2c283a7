"""Whether a text says plainly that a schedule keeps its UTC time all year."""

from __future__ import annotations

import re

_ALL_YEAR = re.compile(r"\bUTC,? (?:all year(?: round| long)?|year[- ]round|throughout the year)\b", re.IGNORECASE)
_NOT_PLAIN = re.compile(
    r"n't\b|\b(?:not|no|never|was|were|used to|previously|formerly|until|unless|instead|should|would|could|may|might|if"
    r"|todo|fixme|tbd|except|but)\b|\?",
    re.IGNORECASE,
)
_NAMES = re.compile(r"\S*\w[-_]\w\S*")


def says_utc(text: str) -> bool:
    """Whether one of its lines does, such as `daily at 9am UTC all year`, without a condition, doubt or negation."""
    for line in text.splitlines():
        statement = _ALL_YEAR.search(line)
        # The name of a task may contain any word.
        if statement and not _NOT_PLAIN.search(_NAMES.sub(" ", line.replace("year-round", "year round"))):
            return True
    return False
