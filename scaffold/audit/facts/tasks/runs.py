"""Commands that start a task that does not exist, in workflows, scripts and documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.entries import known_tasks
from scaffold.audit.facts.tasks.scripts import entrypoint_of, known_scripts
from scaffold.audit.similar import did_you_mean
from scaffold.files.layout import MAKEFILE
from scaffold.pfml.environments import environment_names
from scaffold.pfml.references import infra_files
from scaffold.pfml.task_runs import RunReader, TaskRun
from scaffold.pfml.tasks import DEFINITION, application, tasks_object

_SOURCES = {".github": ("*.yml", "*.yaml"), "bin": ("*.sh", "*.py", "Makefile", "*.md"), "docs": ("*.md",)}
_FILES = (MAKEFILE, "Makefile", "infra/Makefile", "README.md", "api/README.md", "infra/ecs-tasks/README.md")
# Names in examples, which the reader replaces.
_EXAMPLE = re.compile(r"(?:my|your|some|example|new)[-_]")


def unknown_runs(facts: Facts) -> tuple[TaskRun, ...]:
    """In the order of the files; none if not all tasks are known."""
    tasks = facts.once(known_tasks)
    names = {task.name for task in tasks}
    readable = tasks and facts.complete() and len(tasks) == len(tasks_object(facts.template)[1].items)
    if not readable or any("${" in name for name in names):
        return ()
    reader = RunReader(facts.checkout, environment_names(facts.checkout), application(facts.template))
    runs = (run for path in dict.fromkeys(_paths(facts)) for run in reader.runs(path))
    unknown = [run for run in dict.fromkeys(runs) if run.task not in names]
    return tuple(run for run in unknown if not _is_defined(facts, run.task) and not _is_example(facts, run))


def advice(facts: Facts, run: TaskRun) -> str:
    names = [task.name for task in facts.once(known_tasks)]
    return did_you_mean(run.task, names, "Start an existing task, or remove this.")


def _paths(facts: Facts) -> Iterator[str]:
    for folder, patterns in _SOURCES.items():
        for pattern in patterns:
            yield from facts.checkout.files(folder, pattern)
    yield from _FILES
    for script in known_scripts(facts.checkout) or ():
        target = entrypoint_of(script, facts.checkout)
        if target is not None and target.function is not None:
            path = target.function.module.path
            yield path
            yield f"{path.rpartition('/')[0]}/README.md"


def _is_defined(facts: Facts, task: str) -> bool:
    """Whether a task definition outside of locals.tasks may have that name."""
    pattern = re.compile(rb"[}\w]-%s\"" % re.escape(task.encode()))
    texts = (facts.checkout.read(path) or b"" for path in infra_files(facts.checkout))
    return any(DEFINITION.encode() in text and pattern.search(text) for text in texts)


def _is_example(facts: Facts, run: TaskRun) -> bool:
    """Whether a page explains how to create the task, under a name that it makes up."""
    name = re.escape(run.task.encode())
    data = facts.checkout.read(run.path) or b""
    defined = re.compile(rb"""["']?%s["']?[ \t]*[:=][ \t]*[{"']|background_task\(["']%s["']""" % (name, name))
    return not run.is_run and bool(_EXAMPLE.match(run.task) or defined.search(data))
