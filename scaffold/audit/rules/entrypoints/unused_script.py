"""A Poetry script with @background_task that neither a task nor make runs."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.commented_out import place_of
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.commands import all_commands
from scaffold.audit.facts.tasks.entries import known_tasks
from scaffold.audit.facts.tasks.programs import is_other_program, tools
from scaffold.audit.facts.tasks.scripts import entrypoint_of, known_scripts
from scaffold.audit.finding import Finding
from scaffold.audit.similar import nearest
from scaffold.files.layout import PYPROJECT_FILE
from scaffold.pfml.makefile import project_runs
from scaffold.pfml.tasks import tasks_object

WHY = "Its entrypoint is written as a task, but it can be run only as another task's command, or not at all."
HOW = "Add the task that should run the script, or remove the script or its @background_task."


def check(facts: Facts) -> Iterator[Finding]:
    if facts.whole:
        yield from _unused(facts.whole)


def _unused(facts: Facts) -> Iterator[Finding]:
    if not facts.once(known_tasks) or not _all_readable(facts) or not facts.complete():
        return
    used = _used(facts)
    if used is None:
        facts.skip("unused scripts: the program of a command is known only at deploy")
        return
    for script in (known_scripts(facts.checkout) or {}).values():
        entrypoint = entrypoint_of(script.name, facts.checkout) if script.name not in used else None
        if entrypoint is not None and entrypoint.decoration is not None:
            yield Finding(
                subject=script.name,
                message=f"neither a task nor make runs the script {script.name}, whose entrypoint has @background_task",
                instead=_instead(facts, script.name),
                path=PYPROJECT_FILE,
                offset=script.offset,
            )


def _instead(facts: Facts, script: str) -> str:
    place = place_of(facts, f'"{script}"')
    task = f"Restore the task that is commented out at {place}" if place else "Add a task"
    return f"{task}, or remove the script."


def _all_readable(facts: Facts) -> bool:
    """Whether every entry of locals.tasks can be read."""
    return len(facts.once(known_tasks)) == len(tasks_object(facts.template)[1].items)


def _used(facts: Facts) -> set[str] | None:
    """The scripts that some command or make runs, or is probably meant to run; None if the program of a command is
    unknown."""
    used: set[str] = set()
    for command in facts.once(all_commands):
        if command.value is None or command.program is None:
            # A command that a state reads from its input is written as text in another state.
            if command.value is not None and command.value.data != () and command.origin != "state":
                return None
            continue
        word = command.program.expanded(facts.template.expanded)
        if not word.is_known:
            return None
        used.add(word.text)
    # Commands that a step function passes between states, and those in JSON and environments before July 2021.
    paths = [path for path in facts.checkout.files("infra/ecs-tasks", "*") if path not in facts.template.files]
    texts = [facts.checkout.read(path) or b"" for path in paths]
    names = known_scripts(facts.checkout) or ()
    used |= {name for name in names if any(f'"{name}"'.encode() in text for text in texts)}
    used |= {run.program for _, run in project_runs(facts.checkout)}
    dependencies = tools(facts.checkout)
    unknown = [name for name in used - {*names} if not is_other_program(name, dependencies)]
    return used | {nearest(name, names) for name in unknown}
