"""A comment with `pfml-scaffold: ignore` that has no reason, or names no existing rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.audit.ignore_comments import IgnoreComment

WHY = "It does not hide the finding that it stands at, or nobody knows any more why it does."
HOW = "Write the name of a rule in brackets, and after them why its finding is accepted."


def check(facts: Facts) -> tuple[Finding, ...]:
    """Nothing: comments are read only after all rules have run, see `invalid`."""
    return ()


def invalid(comments: Iterable[IgnoreComment]) -> Iterator[Finding]:
    """The comments in which something is wrong."""
    for comment in comments:
        if comment.problem:
            yield Finding(comment.path, comment.problem, comment.instead, comment.path, comment.offset)
