"""A task whose failed starts the failure monitor ignores by a pattern meant for other tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.failure_monitor import IgnoredGroups, ignored_groups, task_groups
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.audit.finding import Finding

WHY = "A pattern in the failure monitor's ignore list also matches this task, so nobody is notified if it cannot start."
HOW = (
    "Narrow the failure monitor's pattern, for example with ^ and $, or give the task a name that the pattern does "
    "not match."
)


def check(facts: Facts) -> Iterator[Finding]:
    patterns = facts.once(ignored_groups)
    for task in facts.once(tasks_in_focus) if patterns else ():
        name = task.name
        if "${" in name or any(pattern.names(name) for pattern in patterns):
            continue
        groups = task_groups(facts, name)
        matches = ((group, pattern) for group in groups for pattern in patterns if pattern.matches(facts, group))
        group, match = next(matches, ("", None))
        if match:
            yield Finding(
                subject=name,
                message=(
                    f"the failure monitor ignores {group}, because the pattern {match.text!r} ({match.place}) matches "
                    "it, so nobody is notified if the task cannot start"
                ),
                instead=_instead(name, match),
                path=task.path,
                offset=task.entry.start,
                task=name,
            )


def _instead(name: str, pattern: IgnoredGroups) -> str:
    if re.fullmatch("[a-z0-9]+", name):
        return f"Rename the task to a name of several words, such as run-{name}, or narrow the pattern."
    return f"End the pattern with $, or list {name} itself if it should be ignored."
