"""The rules that a team ignores in some files, by patterns of their paths."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from scaffold.audit.finding import Violation

# `**` stands for any number of folders, `*` and `?` for characters of a name.
_WILDCARD = re.compile(r"(?:^|(?<=/))\*\*/|\*\*|\*|\?|[^*?]+")
_MEANINGS = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


class PathIgnore(NamedTuple):
    """pattern: of paths relative to the checkout; a folder stands for everything in it."""

    pattern: str
    rules: frozenset[str]

    def covers(self, violation: Violation) -> bool:
        return violation.rule.name in self.rules and matches(self.pattern, violation.finding.path)


def outside(path_ignores: Collection[PathIgnore], violations: Collection[Violation]) -> list[Violation]:
    """The findings that are not ignored because of their path."""
    return [violation for violation in violations if not any(ignore.covers(violation) for ignore in path_ignores)]


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern matches a path or one of the folders that it is in."""
    return bool(_expression(pattern).fullmatch(path))


@lru_cache(maxsize=64)
def _expression(pattern: str) -> re.Pattern[str]:
    words = _WILDCARD.findall(re.sub(r"(\*\*/)+", r"\1", pattern.removeprefix("./").rstrip("/")))
    return re.compile("".join(_MEANINGS.get(word) or re.escape(word) for word in words) + "(?:/.*)?", re.DOTALL)
