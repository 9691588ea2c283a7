"""An audit as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scaffold.audit.audit import Audit, is_fixable
from scaffold.audit.baseline import as_object
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Violation
from scaffold.audit.identity import identity
from scaffold.audit.reports.pages import page
from scaffold.audit.reports.regions import region_of
from scaffold.audit.reports.statistics import statistics
from scaffold.audit.reports.wording import sentence
from scaffold.audit.stages import SINCE, STAGES
from scaffold.files.printable import printable_json

if TYPE_CHECKING:
    from scaffold.audit.guard import Added


def as_json(audit: Audit, in_numbers: bool = False) -> str:
    """in_numbers: how many findings each rule has, instead of the findings."""
    document: dict[str, object] = {"counts": counts(audit), "not_checked": list(audit.not_checked)}
    if audit.fixes:
        document["fixes"] = audit.fixes._asdict()
    if audit.gone:
        document["no_longer_found"] = [as_object(finding) for finding in audit.gone]
    if in_numbers:
        return printable_json({"statistics": [row._asdict() for row in statistics(audit)], **document}) + "\n"
    selected, pages = audit.choice.selected, audit.choice.settings.rule_pages
    findings = [
        _as_object(audit.facts, violation, is_fixable(violation, selected), pages) for violation in audit.findings
    ]
    return printable_json({"findings": findings, **document}) + "\n"


def counts(audit: Audit) -> dict[str, int]:
    """The number of findings by severity, and of those that are not shown."""
    shown = {str(severity): count for severity, count in audit.counts.items()}
    known = [stage for stage in STAGES if stage != SINCE or audit.choice.counts_older]
    return shown | {stage: audit.left_out.get(stage, 0) for stage in known}


def added_objects(added: Added) -> list[dict[str, object]]:
    """The findings that a change adds, in the form that the JSON of `check` has."""
    return [
        _as_object(added.facts, violation, is_fixable(violation, ()), added.rule_pages) for violation in added.findings
    ]


def _as_object(facts: Facts, violation: Violation, fixable: bool, pages: str) -> dict[str, object]:
    rule, finding = violation
    place = region_of(facts, finding)
    return {
        "rule": rule.name,
        "severity": str(rule.severity),
        "subject": finding.subject,
        "task": finding.task,
        "message": sentence(finding),
        "path": finding.path,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "fingerprint": identity(violation, facts).fingerprint,
        "page": page(rule.name, pages),
        "fix": fixable,
    }
