"""Rules and their findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from scaffold.audit.facts.facts import Facts
from scaffold.files.edit import Edit


class Severity(StrEnum):
    """error: something fails or silently does nothing, at deploy or at run time. warning: it works, but it misleads
    readers or will fail later. note: worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return list(Severity).index(self)


class Finding(NamedTuple):
    """A mistake at a byte of a file.

    subject: the name of the task, schedule, role or variable that is wrong, as exceptions refer to it.
    message: what is wrong, with both values if two differ, and what happens because of it. instead: what to do.
    task: the task that it is about, "" if it is not specific to a task. fixable: whether the rule can fix it. end: the
    byte after the last one that is wrong, 0 for the end of the line.
    """

    subject: str
    message: str
    instead: str
    path: str
    offset: int = 0
    task: str = ""
    fixable: bool = False
    end: int = 0


class Rule(NamedTuple):
    """A loaded rule: a module of `rules/`. Its title is the first line of the module's docstring.

    why: one sentence on what happens at deploy or at run time. how: how to mend it in general. fix: returns the edits
    that fix the given findings. selected_only: whether it is fixed only if the rule was selected by `--select`.
    """

    name: str
    severity: Severity
    title: str
    why: str
    how: str
    check: Callable[[Facts], Iterable[Finding]]
    fix: Callable[[Facts, Sequence[Finding]], list[Edit]] | None
    selected_only: bool

    def violations(self, facts: Facts) -> list[Violation]:
        """What it finds, each finding once."""
        return [Violation(self, finding) for finding in dict.fromkeys(self.check(facts))]


class Violation(NamedTuple):
    """A finding with its rule."""

    rule: Rule
    finding: Finding


def by_severity(violation: Violation) -> tuple[int, str, int, str]:
    """The order in which findings are shown: by severity, file and line."""
    rule, finding = violation
    return rule.severity.rank, finding.path, finding.offset, rule.name
