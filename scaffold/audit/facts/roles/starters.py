"""Who starts the tasks in focus with a role of the template."""

from __future__ import annotations

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.pfml.iam.starters import Starter, TaskName, starters


def starters_in_focus(facts: Facts) -> tuple[Starter, ...]:
    return starters(facts.template, [TaskName(task.key, task.name) for task in facts.once(tasks_in_focus)])
