"""An exception in the settings that no longer matches a finding."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from scaffold.audit.exceptions import Accepted, Exceptions
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding

WHY = "It has no effect today, but it would hide the same mistake if somebody made it again."
HOW = "Remove the exception, or correct its rule or its subject."


def check(facts: Facts) -> tuple[Finding, ...]:
    """Nothing: which exceptions are unused is known only after all rules have run, see `unused`."""
    return ()


def unused(exceptions: Exceptions, used: Collection[Accepted], ran: Collection[str]) -> Iterator[Finding]:
    """The exceptions that are not used, although their rule is one of those that ran."""
    for exception in exceptions.accepted:
        if exception.rule in ran and exception not in used:
            yield Finding(
                subject=exception.subject,
                message=f"no finding of {exception.rule} is about {exception.subject} any more",
                instead="Remove the exception.",
                path=exception.path,
                offset=exception.offset,
            )
