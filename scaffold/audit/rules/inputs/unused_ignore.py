"""A comment with `pfml-scaffold: ignore` for a rule that reports nothing there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding, Violation
from scaffold.audit.ignore_comments import IgnoreComment, Ignored
from scaffold.hcl import line_of

WHY = "It has no effect today, but it would hide the same mistake if somebody made it again."
HOW = "Remove the comment, or put it at the end of the line that `check` reports, or directly above that line."


def check(facts: Facts) -> tuple[Finding, ...]:
    """Nothing: which comments are unused is known only after all rules have run, see `unused`."""
    return ()


def unused(
    facts: Facts, comments: Iterable[IgnoreComment], ignored: Ignored, ran: Collection[str]
) -> Iterator[Finding]:
    """The comments that no finding needed, for the rules that ran."""
    for comment in comments:
        for rule in comment.rules:
            if rule in ran and (comment, rule) not in ignored.used:
                yield Finding(
                    subject=rule,
                    message=f"no finding of {rule} is here",
                    instead=f"Remove it from the comment{_elsewhere(facts, comment, rule, ignored.left)}.",
                    path=comment.path,
                    offset=comment.offset,
                )


def _elsewhere(facts: Facts, comment: IgnoreComment, rule: str, left: Iterable[Violation]) -> str:
    """The nearest line of the file where the rule reports something, which the comment may be meant for."""
    found = [violation.finding for violation in left if violation.rule.name == rule]
    offsets = [finding.offset for finding in found if finding.path == comment.path]
    if not offsets:
        return ""
    nearest = min(offsets, key=lambda offset: abs(offset - comment.first))
    line = line_of(facts.checkout.read(comment.path) or b"", nearest)
    return f", or move it to line {line}, where {rule} reports something"
