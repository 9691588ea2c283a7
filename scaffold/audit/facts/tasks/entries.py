"""The entries of locals.tasks: all of them, and those in focus."""

from __future__ import annotations

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.errors import Refusal
from scaffold.pfml.tasks import Task, all_tasks, tasks_object


def known_tasks(facts: Facts) -> tuple[Task, ...]:
    """The entries of locals.tasks; empty if there is no such object."""
    try:
        path, entries = tasks_object(facts.template)
    except Refusal:
        if facts.template.local("tasks"):
            facts.skip("the tasks: locals.tasks is not a plain object")
        return ()
    for entry in entries.items:
        if not isinstance(entry.value, hcl.Object):
            name = entry.name(facts.checkout.require(path))
            facts.skip(f"the task {name}: its entry is not a plain object")
    return all_tasks(facts.template)


def task_at(facts: Facts, path: str, offset: int) -> Task | None:
    """The task in focus whose entry contains a byte."""
    in_file = (task for task in facts.once(tasks_in_focus) if task.path == path)
    return next((task for task in in_file if task.entry.start <= offset < task.entry.end), None)


def tasks_in_focus(facts: Facts) -> tuple[Task, ...]:
    return tuple(task for task in facts.once(known_tasks) if facts.in_focus(task.name))
