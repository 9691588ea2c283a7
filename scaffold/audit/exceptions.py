"""The findings that a team accepts: `.pfml-scaffold/check.toml` in the checkout.

    [[exception]]
    rule = "stale-alarm"
    subject = "old-report"
    reason = "It comes back in spring."

A subject is a finding's, or the name of the task that it concerns.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scaffold.audit.finding import Violation
from scaffold.errors import Refusal, unknown
from scaffold.files.checkout import Checkout

FILE = ".pfml-scaffold/check.toml"
_KEYS = ("rule", "subject", "reason")
_TABLE = re.compile(rb"^[ \t]*\[\[[ \t]*[\"']?exception[\"']?[ \t]*\]\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Accepted:
    """An exception; `offset` is the byte at which it begins in the file."""

    rule: str
    subject: str
    reason: str
    offset: int

    def covers(self, found: Violation) -> bool:
        return found.rule.name == self.rule and self.subject in (found.finding.subject, found.finding.task)


@dataclass(frozen=True, slots=True)
class Exceptions:
    accepted: tuple[Accepted, ...]
    path: str = FILE

    @classmethod
    def read(cls, checkout: Checkout, rules: Sequence[str]) -> Exceptions:
        """The exceptions of a checkout, none where it has no such file. Raises Refusal for one that is not whole."""
        data = checkout.read(FILE)
        if data is None:
            return cls(())
        try:
            document = tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise Refusal(f"it does not parse: {error}", place=FILE, instead="Mend the file first.") from error
        tables = document.pop("exception", [])
        if document or not isinstance(tables, list):
            names = ", ".join(document) or "exception"
            raise Refusal(
                f"it holds [[exception]] tables alone, and has {names}", place=FILE, instead="Write [[exception]]."
            )
        offsets = [match.start() for match in _TABLE.finditer(data)]
        # Tables that are written inline have no heading of their own.
        offsets += [0] * (len(tables) - len(offsets))
        return cls(
            tuple(_accepted(table, offset, checkout, rules) for table, offset in zip(tables, offsets, strict=False))
        )

    def apply(self, found: Iterable[Violation]) -> tuple[list[Violation], dict[Accepted, int]]:
        """The findings that are left, and how many each exception took out."""
        left: list[Violation] = []
        counts: dict[Accepted, int] = {}
        for one in found:
            accepted = next((each for each in self.accepted if each.covers(one)), None)
            if accepted is None:
                left.append(one)
            else:
                counts[accepted] = counts.get(accepted, 0) + 1
        return left, counts


def _accepted(table: object, offset: int, checkout: Checkout, rules: Sequence[str]) -> Accepted:
    place = checkout.place(FILE, offset)
    values = table if isinstance(table, dict) else {}
    for key in _KEYS:
        value = values.get(key)
        if not isinstance(value, str) or not value.strip():
            raise Refusal(f"an exception needs a {key}", place=place, instead=f'Write {key} = "…".')
    if extra := sorted(set(values) - set(_KEYS)):
        raise Refusal(
            f"an exception has rule, subject and reason, and this one has {extra[0]}",
            place=place,
            instead="Take it out.",
        )
    if values["rule"] not in rules:
        refusal = unknown("rule", values["rule"], rules, option="rule", where="pfml-scaffold check --list-rules")
        refusal.place = place
        raise refusal
    return Accepted(values["rule"], values["subject"], values["reason"], offset)
