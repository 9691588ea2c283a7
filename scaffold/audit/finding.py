"""What a rule says: at which place something is wrong, what comes of it, and what would mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scaffold.audit.facts.facts import Facts
from scaffold.files.edit import Edit


class Severity(StrEnum):
    """error: something fails, or silently does nothing, at run time or at deploy. warning: it works, and misleads or
    waits to fail. information: worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at a byte of a file.

    subject: what is wrong, by the name that people call it: a task, a schedule, a role, a variable. Exceptions name it.
    message: what is wrong, with both values where two differ, and what comes of it. instead: what to do.
    task: the task that it concerns, "" for none in particular. mends: whether the rule can mend this one.
    """

    subject: str
    message: str
    instead: str
    path: str
    offset: int = 0
    task: str = ""
    mends: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A module of `scaffold/rules/`; its name is the module's, its title the first line of the module's docstring.

    why: one sentence on what happens at run time. fix: the edits that mend all the findings whose `mends` is true.
    selected_only: whether it mends only where the rule was named by `--select`.
    """

    name: str
    severity: Severity
    title: str
    why: str
    check: Callable[[Facts], Iterable[Finding]]
    fix: Callable[[Facts, Sequence[Finding]], list[Edit]] | None
    selected_only: bool


@dataclass(frozen=True, slots=True)
class Violation:
    """A finding and the rule that it breaks."""

    rule: Rule
    finding: Finding
