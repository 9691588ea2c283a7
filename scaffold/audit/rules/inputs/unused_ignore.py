"""A comment with `pfml-scaffold: ignore` for a rule that reports nothing there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.audit.ignore_comments import IgnoreComment

WHY = "It has no effect today, but it would hide the same mistake if somebody made it again."
HOW = "Remove the comment, or put it at the end of the line that `check` reports, or directly above that line."


def check(facts: Facts) -> tuple[Finding, ...]:
    """Nothing: which comments are unused is known only after all rules have run, see `unused`."""
    return ()


def unused(
    comments: Iterable[IgnoreComment], used: Collection[tuple[IgnoreComment, str]], ran: Collection[str]
) -> Iterator[Finding]:
    """The comments that no finding needed, for the rules that ran."""
    for comment in comments:
        for rule in comment.rules:
            if rule in ran and (comment, rule) not in used:
                yield Finding(
                    subject=rule,
                    message=f"no finding of {rule} is here",
                    instead="Remove it from the comment.",
                    path=comment.path,
                    offset=comment.offset,
                )
