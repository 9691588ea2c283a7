"""How many findings each rule has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scaffold.audit.audit import Audit, is_fixable
from scaffold.audit.finding import Severity
from scaffold.inventory.columns import laid_out


class RuleCount(NamedTuple):
    """The findings of a rule, and how many of them `--fix` can fix."""

    rule: str
    severity: Severity
    findings: int
    fixable: int


def statistics(audit: Audit) -> list[RuleCount]:
    """The rules that found something, by severity, and the most frequent first."""
    counts: dict[str, RuleCount] = {}
    for violation in audit.findings:
        rule = violation.rule
        before = counts.get(rule.name) or RuleCount(rule.name, rule.severity, 0, 0)
        fixable = before.fixable + is_fixable(violation, audit.choice.selected)
        counts[rule.name] = before._replace(findings=before.findings + 1, fixable=fixable)
    return sorted(counts.values(), key=lambda row: (row.severity.rank, -row.findings, row.rule))


def as_table(rows: list[RuleCount]) -> Iterator[str]:
    cells = [RuleCount._fields, *(tuple(map(str, row)) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(RuleCount._fields))]
    for row in cells:
        name, severity, *numbers = row
        right = [number.rjust(width) for number, width in zip(numbers, widths[2:], strict=True)]
        yield from laid_out((name, severity, *right), widths)
