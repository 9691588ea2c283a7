"""The findings that a team accepts, in `.pfml-scaffold/config.toml` in the checkout.

    [[check.exception]]
    rule = "stale-alarm"
    subject = "old-report"
    reason = "It comes back in spring."

The subject is that of the finding, or the name of the task that the finding is about. `.pfml-scaffold/check.toml`,
where the tables are named [[exception]], is still read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from scaffold.audit import registry
from scaffold.audit.finding import Violation
from scaffold.errors import Refusal, unknown
from scaffold.files.checkout import Checkout
from scaffold.pfml import settings
from scaffold.pfml.settings_table import SettingsTable, parsed_table

OLD_FILE = settings.OLD_EXCEPTIONS
EXCEPTION = "exception"
_KEYS = ("rule", "subject", "reason")


class Accepted(NamedTuple):
    """An exception, and the byte at which it starts in its file."""

    rule: str
    subject: str
    reason: str
    path: str
    offset: int

    def covers(self, violation: Violation) -> bool:
        finding = violation.finding
        return violation.rule.name == self.rule and self.subject in (finding.subject, finding.task)


class Exceptions(NamedTuple):
    accepted: tuple[Accepted, ...] = ()

    @property
    def files(self) -> list[str]:
        """The files in which there are exceptions."""
        return list(dict.fromkeys(exception.path for exception in self.accepted))

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


def exceptions_of(table: SettingsTable, rules: Sequence[str]) -> list[Accepted]:
    """The exceptions in the table `check` of the settings. Raises Refusal for an invalid one."""
    return [_accepted(exception, rules) for exception in table.tables(EXCEPTION)]


def old_exceptions(checkout: Checkout, rules: Sequence[str]) -> list[Accepted]:
    """The exceptions in `check.toml`. Raises Refusal for an invalid file."""
    if checkout.read(OLD_FILE) is None:
        return []
    try:
        table = parsed_table(checkout, OLD_FILE)
    except Refusal as error:
        raise Refusal(f"it does not parse: {error.what}", place=error.place, instead=error.instead) from error
    array = table.values.get(EXCEPTION, [])
    others = [name for name in table.values if name != EXCEPTION]
    if others or not isinstance(array, list):
        names = ", ".join(others) or EXCEPTION
        what = f"only [[exception]] tables are allowed; found {names}"
        raise Refusal(what, place=OLD_FILE, instead="Write [[exception]].")
    return exceptions_of(table, rules)


def _accepted(table: SettingsTable, rules: Sequence[str]) -> Accepted:
    place, values = table.place(), table.values
    for key in _KEYS:
        value = values.get(key)
        if not isinstance(value, str) or not value.strip():
            raise Refusal(f"an exception needs a {key}", place=place, instead=f'Add {key} = "…".')
    if extra := sorted(set(values) - set(_KEYS)):
        what = f"an exception can have rule, subject and reason; found {extra[0]}"
        raise Refusal(what, place=place, instead=f"Remove {extra[0]}.")
    if registry.is_group(values["rule"]):
        what, place = "a group of rules, but an exception is for one rule", table.place("rule")
        raise Refusal(what, option="rule", value=values["rule"], place=place, instead="Name one of its rules.")
    if values["rule"] not in rules:
        where = "pfml-scaffold check --list-rules"
        raise unknown("rule", values["rule"], rules, option="rule", where=where, place=table.place("rule"))
    return Accepted(values["rule"], values["subject"], values["reason"], table.path, table.start)
