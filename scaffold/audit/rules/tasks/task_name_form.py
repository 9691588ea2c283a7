"""A task name that is not in kebab-case, or that is a single word.

If the failure monitor is in the checkout, ignored-failure reports which tasks it ignores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.failure_monitor import MONITOR
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.audit.finding import Finding
from scaffold.pfml.tasks import Task

WHY = (
    "The other tasks are named like this, so people who run a task by its name mistype this one; and the failure "
    "monitor treats a task with a single word as a service, and ignores it."
)
HOW = "Rename the task to several words in lower case that are separated by hyphens."
_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def check(facts: Facts) -> Iterator[Finding]:
    for task in facts.once(tasks_in_focus):
        name = task.name
        if "${" in name:
            continue
        if re.fullmatch(r"[a-z0-9]+", name) and facts.checkout.read(MONITOR) is None:
            yield _finding(task, "is a single word", f"Add a second word, such as run-{name}.")
        if _KEBAB.fullmatch(name):
            continue
        words = re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", name)
        fitting = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
        yield _finding(task, "is not in kebab-case", f"Rename it to {fitting}, also in its schedules and scripts.")


def _finding(task: Task, problem: str, instead: str) -> Finding:
    name = task.name
    return Finding(name, f"the name of the task {name} {problem}", instead, task.path, task.entry.start, name)
