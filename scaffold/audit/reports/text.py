"""An audit as text, by task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from scaffold.audit import stages
from scaffold.audit.audit import Audit, Fixes, is_fixable
from scaffold.audit.extent import end_of_line
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding, Severity, Violation
from scaffold.audit.reports.next_steps import next_steps
from scaffold.audit.reports.statistics import as_table, statistics
from scaffold.audit.reports.wording import line, paragraph, sentence
from scaffold.files.printable import printable, printable_lines

if TYPE_CHECKING:
    from scaffold.audit.guard import Added

_UNKNOWN = -1
NO_TASK = "not specific to a task"
_NOT_SHOWN = {
    stages.PATH: "ignored because of their path",
    stages.COMMENT: "ignored in comments",
    stages.BASELINE: "in the baseline",
}


class Line(NamedTuple):
    """A line of the text report. severity: that of the finding if it is the first line of one, else None."""

    text: str
    severity: Severity | None = None
    heading: bool = False


def as_lines(audit: Audit, in_numbers: bool = False, width: int = 0) -> Iterator[Line]:
    """in_numbers: how many findings each rule has, instead of the findings. width: the columns to which messages are
    wrapped, with 0 they are not."""
    yield from _table(audit) if in_numbers else _groups(audit, width)
    for reason in audit.not_checked:
        yield Line(printable(f"not checked: {reason}"))
    if audit.fixes:
        yield Line(_fixed(audit.fixes))
    for finding in audit.gone:
        yield Line(printable(f"fixed: {finding.rule}  {finding.path}  {finding.subject}"))
    yield Line(_summary(audit))
    yield from map(Line, next_steps(audit))


def _groups(audit: Audit, width: int) -> Iterator[Line]:
    groups: dict[str, list[Violation]] = {}
    for violation in audit.findings:
        groups.setdefault(violation.finding.task, []).append(violation)
    for task in sorted(groups, key=lambda name: (not name, name)):
        yield Line(printable(task) or NO_TASK, heading=True)
        for violation in groups[task]:
            yield from _block(audit.facts, violation, is_fixable(violation, audit.choice.selected), width)
        yield Line("")


def _table(audit: Audit) -> Iterator[Line]:
    rows = statistics(audit)
    if rows:
        yield from map(Line, as_table(rows))
        yield Line("")


def _fixed(fixes: Fixes) -> str:
    if fixes.dry_run:
        return f"{fixes.fixed} would be fixed, {fixes.remaining} would remain."
    return f"{fixes.fixed} fixed, {fixes.remaining} remaining."


def added_lines(added: Added, width: int = 0) -> Iterator[Line]:
    """The findings that a change adds, in the form that `check` has."""
    for violation in added.findings:
        yield from _block(added.facts, violation, False, width)


def _block(facts: Facts, violation: Violation, fixable: bool, width: int) -> Iterator[Line]:
    rule, finding = violation.rule, violation.finding
    place = printable(f"{finding.path}:{line(facts, finding)}")
    mark = "  [--fix]" if fixable else ""
    yield Line(f"  {rule.severity:<7}  {rule.name}  {place}{mark}", rule.severity)
    source = _source(facts, finding)
    if source:
        yield Line(f"    | {printable_lines(source)}")
    yield from map(Line, paragraph(printable(sentence(finding)), width, indent="    "))


def _source(facts: Facts, finding: Finding) -> str:
    """The line of a finding as it is in the file, shortened if it is long."""
    data = facts.checkout.read(finding.path) or b""
    start = data.rfind(b"\n", 0, finding.offset) + 1
    text = data[start : end_of_line(data, start)].decode("utf-8", "replace").strip()
    return text if len(text) <= 160 else f"{text[:157]}..."


def _summary(audit: Audit) -> str:
    """How many findings are shown, how many are not, and how many can be fixed."""
    counted = [_counted(count, severity) for severity, count in audit.counts.items() if count]
    text = ", ".join(counted) or "nothing found"
    if audit.choice.since:
        are = "is" if len(audit.findings) <= 1 else "are"
        text += f" that {are} not in {printable(audit.choice.since)}"
    counts = audit.left_out if audit.choice.counts_older else {**audit.left_out, stages.SINCE: _UNKNOWN}
    not_shown = [_not_shown(count, stage, audit) for stage, count in counts.items() if count]
    if not_shown:
        text += f"; {', '.join(not_shown)}"
    fixable = sum(is_fixable(violation, audit.choice.selected) for violation in audit.findings)
    return f"{text}; {fixable} fixable with --fix." if fixable else f"{text}."


def _not_shown(count: int, stage: str, audit: Audit) -> str:
    """How many findings a stage leaves out, and why."""
    if count == _UNKNOWN:
        return "older findings are not shown"
    if stage == stages.SINCE:
        return "1 older finding is not shown" if count == 1 else f"{count} older findings are not shown"
    return f"{count} {_why(stage, audit)}"


def _why(stage: str, audit: Audit) -> str:
    if stage == stages.EXCEPTION:
        return f"accepted in {' and '.join(audit.choice.settings.exceptions.files)}"
    if stage == stages.SEVERITY:
        return f"below {audit.choice.lowest}"
    return _NOT_SHOWN[stage]


def _counted(count: int, severity: Severity) -> str:
    return f"{count} {severity}{'' if count == 1 else 's'}"
