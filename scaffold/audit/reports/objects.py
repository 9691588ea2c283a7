"""An audit as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scaffold.audit.audit import Audit, is_fixable
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Violation
from scaffold.audit.identity import identity
from scaffold.audit.reports.pages import page
from scaffold.audit.reports.regions import region_of
from scaffold.audit.reports.wording import sentence
from scaffold.files.printable import printable_json

if TYPE_CHECKING:
    from scaffold.audit.guard import Added


def as_json(audit: Audit) -> str:
    selected, pages = audit.choice.selected, audit.choice.settings.rule_pages
    findings = [
        _as_object(audit.facts, violation, is_fixable(violation, selected), pages) for violation in audit.findings
    ]
    counts = {str(severity): count for severity, count in audit.counts.items()} | dict(audit.left_out)
    document = {"findings": findings, "counts": counts, "not_checked": list(audit.not_checked)}
    return printable_json(document) + "\n"


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
