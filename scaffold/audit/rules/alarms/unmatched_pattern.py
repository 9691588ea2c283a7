"""A pattern in the failure monitor's ignore list that matches no task."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.failure_monitor import (
    MONITOR,
    IgnoredGroups,
    ignored_groups,
    known_groups,
    task_groups,
)
from scaffold.audit.facts.tasks.entries import known_tasks
from scaffold.audit.finding import Finding
from scaffold.audit.phrases import listed

WHY = "The failure monitor goes on reporting the task that the pattern is meant for, or the pattern has no use."
HOW = (
    "Begin the pattern with .*, because re.match compares from the beginning of pfml-api-<environment>-<task>, or "
    "remove it with the task."
)
_MATCH = "re.match("


def check(facts: Facts) -> Iterator[Finding]:
    patterns = facts.once(ignored_groups) if not facts.focus else ()
    groups = facts.once(known_groups) if patterns and facts.checkout.holds(MONITOR, _MATCH) else None
    if groups:
        names = [task.name for task in facts.once(known_tasks)]
        for pattern in patterns:
            if not any(pattern.matches(facts, group) for group in groups):
                yield _finding(facts, pattern, names)


def _finding(facts: Facts, pattern: IgnoredGroups, names: list[str]) -> Finding:
    meant = [name for name in names if pattern.matches(facts, name)]
    reason = ", so it has no effect"
    if meant:
        whole = task_groups(facts, meant[0])[0]
        reason = (
            f": re.match compares it with the beginning of {whole}, so the monitor reports the failed starts of "
            f"{listed(meant)}"
        )
    return Finding(
        subject=pattern.text,
        message=f"the failure monitor's pattern {pattern.text!r} matches no task or service{reason}",
        instead=f'Use ".*{pattern.text}".' if meant else "Remove it.",
        path=MONITOR,
        offset=pattern.offset,
    )
