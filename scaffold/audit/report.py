"""An audit as text by task, as JSON, and as annotations of a GitHub workflow."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from scaffold.audit.audit import Audit, is_fixable
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding, Rule, Severity, Violation
from scaffold.audit.guard import Added
from scaffold.files.printable import printable, printable_json, printable_lines
from scaffold.hcl import line_of
from scaffold.inventory.columns import GAP, laid_out

NO_TASK = "not specific to a task"
_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


class Line(NamedTuple):
    """A line of the text report. severity: that of the finding if it is the first line of one, else None."""

    text: str
    severity: Severity | None = None
    heading: bool = False


def line(facts: Facts, finding: Finding) -> int:
    """The line of a finding, counted from 1."""
    return line_of(facts.checkout.read(finding.path) or b"", finding.offset)


def sentence(finding: Finding) -> str:
    """What is wrong, and what to do."""
    message = finding.message.rstrip(".")
    return f"{message[:1].upper()}{message[1:]}. {finding.instead}".strip()


# --- text


def as_lines(audit: Audit, selected: Collection[str]) -> Iterator[Line]:
    groups: dict[str, list[Violation]] = {}
    for violation in audit.findings:
        groups.setdefault(violation.finding.task, []).append(violation)
    for task in sorted(groups, key=lambda name: (not name, name)):
        yield Line(printable(task) or NO_TASK, heading=True)
        for violation in groups[task]:
            yield from _block(audit.facts, violation, is_fixable(violation, selected))
        yield Line("")
    for reason in audit.not_checked:
        yield Line(printable(f"not checked: {reason}"))
    yield Line(_summary(audit, selected))


def added_lines(added: Added) -> Iterator[Line]:
    """The findings that a change adds, in the form that `check` has."""
    for violation in added.findings:
        yield from _block(added.facts, violation, False)


def _block(facts: Facts, violation: Violation, fixable: bool) -> Iterator[Line]:
    rule, finding = violation.rule, violation.finding
    place = printable(f"{finding.path}:{line(facts, finding)}")
    mark = "  [--fix]" if fixable else ""
    yield Line(f"  {rule.severity:<7}  {rule.name}  {place}{mark}", rule.severity)
    source = _source(facts, finding)
    if source:
        yield Line(f"    | {printable_lines(source)}")
    yield Line(printable(f"    {sentence(finding)}"))


def _source(facts: Facts, finding: Finding) -> str:
    """The line of a finding as it is in the file, shortened if it is long."""
    data = facts.checkout.read(finding.path) or b""
    start = data.rfind(b"\n", 0, finding.offset) + 1
    end = data.find(b"\n", start)
    text = data[start : end if end >= 0 else len(data)].decode("utf-8", "replace").strip()
    return text if len(text) <= 160 else f"{text[:157]}..."


def _summary(audit: Audit, selected: Collection[str]) -> str:
    counted = [_counted(count, severity) for severity, count in audit.counts.items() if count]
    text = ", ".join(counted) or "nothing found"
    if audit.accepted:
        text += f"; {audit.accepted} accepted in .pfml-scaffold/check.toml"
    fixable = sum(is_fixable(violation, selected) for violation in audit.findings)
    return f"{text}; {fixable} fixable with --fix." if fixable else f"{text}."


def _counted(count: int, severity: Severity) -> str:
    return f"{count} {severity}{'' if count == 1 else 's'}"


# --- for programs


def as_json(audit: Audit, selected: Collection[str]) -> str:
    findings = [_as_object(audit.facts, violation, is_fixable(violation, selected)) for violation in audit.findings]
    counts = {str(severity): count for severity, count in audit.counts.items()} | {"exceptions": audit.accepted}
    document = {"findings": findings, "counts": counts, "not_checked": list(audit.not_checked)}
    return printable_json(document) + "\n"


def added_objects(added: Added) -> list[dict[str, object]]:
    """The findings that a change adds, in the form that the JSON of `check` has."""
    return [_as_object(added.facts, violation, is_fixable(violation, ())) for violation in added.findings]


def _as_object(facts: Facts, violation: Violation, fixable: bool) -> dict[str, object]:
    rule, finding = violation
    return {
        "rule": rule.name,
        "severity": str(rule.severity),
        "subject": finding.subject,
        "task": finding.task,
        "message": sentence(finding),
        "path": finding.path,
        "line": line(facts, finding),
        "fix": fixable,
    }


def as_github(audit: Audit) -> Iterator[str]:
    """Escaped workflow commands (GitHub Actions, "Setting a notice, warning or error message")."""
    for violation in audit.findings:
        rule, finding = violation.rule, violation.finding
        properties = {"file": finding.path, "line": str(line(audit.facts, finding)), "title": rule.name}
        listed = ",".join(f"{name}={printable(_property(value))}" for name, value in properties.items())
        yield f"::{_GITHUB[rule.severity]} {listed}::{_data(printable(sentence(finding)))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


# --- the rules themselves


def as_table(rules: Collection[Rule], width: int = 0) -> Iterator[str]:
    """A line for each rule; its title is wrapped to `width` columns, with 0 it is not."""
    names, severities = max(len(rule.name) for rule in rules), max(len(rule.severity) for rule in rules)
    for rule in rules:
        title = f"{rule.title}{' [--fix]' if rule.fix else ''}"
        room = max(width - names - severities - 2 * GAP, 20) if width else len(title)
        yield from laid_out((rule.name, rule.severity, title), (names, severities, room))


def explained(rule: Rule) -> str:
    fixable = "no"
    if rule.fix:
        fixable = f"yes, with --select {rule.name}" if rule.selected_only else "yes"
    return f"{rule.name} ({rule.severity})\n\n{rule.title}.\n{rule.why}\n\nFixable with --fix: {fixable}.\n"
