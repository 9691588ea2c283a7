"""Names that are probably meant by a name that does not exist, and the question whether they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

_CANDIDATES = 10


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The known name that is most similar, "" if none is similar enough: a typo, words that are missing or extra, but
    not another word, such as `check-import` for `wages-import`."""
    near = get_close_matches(name, [*known], _CANDIDATES, cutoff)
    return next((candidate for candidate in near if _may_be_meant(_words(name), _words(candidate))), "")


def did_you_mean(name: str, known: Iterable[str], otherwise: str, cutoff: float = 0.6, prefix: str = "") -> str:
    """A question with the known name that is most similar; if none is similar enough, `otherwise`.

    prefix: what the question has in front of the name.
    """
    near = nearest(name, known, cutoff)
    return f"Did you mean {prefix}{near}?" if near else otherwise


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[^A-Za-z0-9]+", name.lower()) if word]


def _may_be_meant(words: list[str], others: list[str]) -> bool:
    """Whether words are the same except for typos, and for words that only one of the names has."""
    if "".join(words) == "".join(others):
        return True
    compared = SequenceMatcher(None, words, others, autojunk=False).get_opcodes()
    changed = [(tag, words[a:b], others[c:d]) for tag, a, b, c, d in compared if tag != "equal"]
    only_once = {tag for tag, _, _ in changed} - {"replace"}
    return len(only_once) < 2 and all(_alike(one, two) for tag, one, two in changed if tag == "replace")


def _alike(words: list[str], others: list[str]) -> bool:
    """Whether the words of the shorter name are, in this order, among those of the longer one, except for typos."""
    short, long = sorted((words, others), key=len)
    rest = iter(long)
    return all(any(_is_typo(word, candidate) for candidate in rest) for word in short)


def _is_typo(word: str, other: str) -> bool:
    """Whether two words are the same except for an ending, letters in another order, and a letter or two."""
    if word == other or sorted(word) == sorted(other):
        return True
    short, long = sorted((word, other), key=len)
    return (len(short) > 2 and long.startswith(short)) or SequenceMatcher(None, word, other).ratio() > 0.7
