"""An audit as people and programs read it: text by task, JSON, annotations of a GitHub workflow."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from scaffold.audit.audit import Audit, can_mend
from scaffold.audit.finding import Rule, Severity, Violation
from scaffold.hcl import line_of

NO_TASK = "of no task"
_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "notice"}
_PLURALS = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.INFORMATION: "notes"}
_SINGULARS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text report. severity: of the finding that it opens, None for any other line."""

    text: str
    severity: Severity | None = None
    heading: bool = False


def line(audit: Audit, found: Violation) -> int:
    """The line, counted from 1, at which a finding stands."""
    return line_of(audit.facts.checkout.read(found.finding.path) or b"", found.finding.offset)


def sentence(found: Violation) -> str:
    """What is wrong, and what to do."""
    message = found.finding.message.rstrip(".")
    return f"{message[:1].upper()}{message[1:]}. {found.finding.instead}".strip()


# --- text


def as_lines(audit: Audit, selected: Collection[str]) -> Iterator[Line]:
    groups: dict[str, list[Violation]] = {}
    for found in audit.findings:
        groups.setdefault(found.finding.task, []).append(found)
    for task in sorted(groups, key=lambda name: (not name, name)):
        yield Line(task or NO_TASK, heading=True)
        for found in groups[task]:
            yield from _block(audit, found, selected)
        yield Line("")
    for reason in audit.not_checked:
        yield Line(f"not checked: {reason}")
    yield Line(_summary(audit, selected))


def _block(audit: Audit, found: Violation, selected: Collection[str]) -> Iterator[Line]:
    place = f"{found.finding.path}:{line(audit, found)}"
    mark = "  [--fix]" if can_mend(found, selected) else ""
    yield Line(f"  {_SINGULARS[found.rule.severity]:<7}  {found.rule.name}  {place}{mark}", found.rule.severity)
    source = _source(audit, found)
    if source:
        yield Line(f"    | {source}")
    yield Line(f"    {sentence(found)}")


def _source(audit: Audit, found: Violation) -> str:
    data = audit.facts.checkout.read(found.finding.path) or b""
    start = data.rfind(b"\n", 0, found.finding.offset) + 1
    end = data.find(b"\n", start)
    text = data[start : end if end >= 0 else len(data)].decode("utf-8", "replace").strip()
    return text if len(text) <= 160 else f"{text[:157]}..."


def _summary(audit: Audit, selected: Collection[str]) -> str:
    counted = [_counted(count, each) for each, count in audit.counts.items() if count]
    text = ", ".join(counted) or "nothing found"
    if audit.accepted:
        text += f"; {audit.accepted} accepted in .pfml-scaffold/check.toml"
    mended = sum(can_mend(found, selected) for found in audit.findings)
    return f"{text}; --fix mends {mended}." if mended else f"{text}."


def _counted(count: int, severity: Severity) -> str:
    return f"{count} {_SINGULARS[severity] if count == 1 else _PLURALS[severity]}"


# --- for programs


def as_json(audit: Audit, selected: Collection[str]) -> str:
    findings = [
        {
            "rule": found.rule.name,
            "severity": str(found.rule.severity),
            "subject": found.finding.subject,
            "task": found.finding.task,
            "message": sentence(found),
            "path": found.finding.path,
            "line": line(audit, found),
            "fix": can_mend(found, selected),
        }
        for found in audit.findings
    ]
    counts = {str(each): count for each, count in audit.counts.items()} | {"exceptions": audit.accepted}
    document = {"findings": findings, "counts": counts, "not_checked": list(audit.not_checked)}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def as_github(audit: Audit) -> Iterator[str]:
    """Workflow commands (GitHub Actions, "Setting a notice, warning or error message"), with their escapes."""
    for found in audit.findings:
        properties = {"file": found.finding.path, "line": str(line(audit, found)), "title": found.rule.name}
        given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        yield f"::{_GITHUB[found.rule.severity]} {given}::{_data(sentence(found))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


# --- the rules themselves


def as_table(rules: Collection[Rule]) -> Iterator[str]:
    width = max(len(rule.name) for rule in rules)
    for rule in rules:
        yield f"{rule.name:<{width}}  {rule.severity:<11}  {rule.title}{' [--fix]' if rule.fix else ''}"


def explained(rule: Rule) -> str:
    mends = "no"
    if rule.fix:
        mends = f"yes, with --select {rule.name}" if rule.selected_only else "yes"
    return f"{rule.name} ({rule.severity})\n\n{rule.title}.\n{rule.why}\n\n--fix mends it: {mends}.\n"
