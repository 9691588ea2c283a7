"""A task whose name is not in kebab-case."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.audit.facts import Facts
from scaffold.audit.finding import Finding, Severity

SEVERITY = Severity.INFORMATION
WHY = "The other tasks are named so, and whoever runs one by its name has to know that this one is not."
_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def check(facts: Facts) -> Iterator[Finding]:
    for task in facts.tasks:
        name = facts.name_of(task)
        if "${" in name or _KEBAB.fullmatch(name):
            continue
        words = re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", name)
        fitting = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
        yield Finding(
            subject=name,
            message=f"the name of the task {name} is not in kebab-case",
            instead=f"Name it {fitting}, its schedules and whoever runs it included.",
            path=task.path,
            offset=task.item.start,
            task=name,
        )
