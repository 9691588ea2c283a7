"""The findings that a team accepts, listed in `.pfml-scaffold/check.toml` in the checkout.

    [[exception]]
    rule = "stale-alarm"
    subject = "old-report"
    reason = "It comes back in spring."

The subject is that of the finding, or the name of the task that the finding is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scaffold.audit.finding import Violation
from scaffold.errors import Refusal, unknown
from scaffold.files.checkout import Checkout
from scaffold.files.toml import load

FILE = ".pfml-scaffold/check.toml"
_KEYS = ("rule", "subject", "reason")
_TABLE = re.compile(rb"^[ \t]*\[\[[ \t]*[\"']?exception[\"']?[ \t]*\]\]", re.MULTILINE)


class Accepted(NamedTuple):
    """An exception. `offset` is the byte at which it starts in the file."""

    rule: str
    subject: str
    reason: str
    offset: int

    def covers(self, violation: Violation) -> bool:
        finding = violation.finding
        return violation.rule.name == self.rule and self.subject in (finding.subject, finding.task)


class Exceptions(NamedTuple):
    accepted: tuple[Accepted, ...]
    path: str = FILE

    @classmethod
    def read(cls, checkout: Checkout, rules: Sequence[str]) -> Exceptions:
        """The exceptions of a checkout, none if it has no such file. Raises Refusal for an invalid file."""
        data = checkout.read(FILE)
        if data is None:
            return cls(())
        try:
            document = load(data, FILE)
        except Refusal as error:
            raise Refusal(f"it does not parse: {error.what}", place=error.place, instead=error.instead) from error
        tables = document.pop("exception", [])
        if document or not isinstance(tables, list):
            names = ", ".join(document) or "exception"
            raise Refusal(
                f"only [[exception]] tables are allowed; found {names}", place=FILE, instead="Write [[exception]]."
            )
        offsets = [match.start() for match in _TABLE.finditer(data)]
        # Inline tables have no header of their own.
        offsets += [0] * (len(tables) - len(offsets))
        return cls(
            tuple(_accepted(table, offset, checkout, rules) for table, offset in zip(tables, offsets, strict=False))
        )

    def apply(self, violations: Iterable[Violation]) -> tuple[list[Violation], dict[Accepted, int]]:
        """The findings that are not accepted, and the number of findings that each exception accepted."""
        left: list[Violation] = []
        counts: dict[Accepted, int] = {}
        for violation in violations:
            exception = next((exception for exception in self.accepted if exception.covers(violation)), None)
            if exception is None:
                left.append(violation)
            else:
                counts[exception] = counts.get(exception, 0) + 1
        return left, counts


def _accepted(table: object, offset: int, checkout: Checkout, rules: Sequence[str]) -> Accepted:
    place = checkout.place(FILE, offset)
    values = table if isinstance(table, dict) else {}
    for key in _KEYS:
        value = values.get(key)
        if not isinstance(value, str) or not value.strip():
            raise Refusal(f"an exception needs a {key}", place=place, instead=f'Add {key} = "…".')
    if extra := sorted(set(values) - set(_KEYS)):
        raise Refusal(
            f"an exception can have rule, subject and reason; found {extra[0]}",
            place=place,
            instead=f"Remove {extra[0]}.",
        )
    if values["rule"] not in rules:
        refusal = unknown("rule", values["rule"], rules, option="rule", where="pfml-scaffold check --list-rules")
        refusal.place = place
        raise refusal
    return Accepted(values["rule"], values["subject"], values["reason"], offset)
