"""A task whose name is not in kebab-case, or has one word.

Where the failure monitor is in the checkout, ignored-failure says what it really ignores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.audit.rules.alarms.ignored_failure import MONITOR
from scaffold.pfml.tasks import Task

WHY = (
    "The other tasks are named so, and whoever runs one by its name has to know that this one is not; and the failure "
    "monitor takes a task of one word for a service, and ignores it."
)
_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def check(facts: Facts) -> Iterator[Finding]:
    for task in facts.tasks:
        name = task.name
        if "${" in name:
            continue
        if re.fullmatch(r"[a-z0-9]+", name) and facts.checkout.read(MONITOR) is None:
            yield _finding(facts, task, "has one word", f"Name it with a second word, such as run-{name}.")
        if _KEBAB.fullmatch(name):
            continue
        words = re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", name)
        fitting = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
        instead = f"Name it {fitting}, its schedules and whoever runs it included."
        yield _finding(facts, task, "is not in kebab-case", instead)


def _finding(facts: Facts, task: Task, problem: str, instead: str) -> Finding:
    name = task.name
    return Finding(name, f"the name of the task {name} {problem}", instead, task.path, task.item.start, name)
