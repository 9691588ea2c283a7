"""A command whose program is no Poetry script, or that has no program."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.command import TASKS, Command
from scaffold.audit.facts.tasks.commands import all_commands, containers
from scaffold.audit.facts.tasks.programs import is_other_program, tools
from scaffold.audit.finding import Finding
from scaffold.files.layout import PYPROJECT_FILE

WHY = "The container starts and ends at once, since no program of that name is installed in the image."
_READS = "each.value.command"


def check(facts: Facts) -> Iterator[Finding]:
    if facts.scripts is None:
        return
    dependencies = tools(facts.checkout)
    for command in facts.once(all_commands):
        problem = _lacks(facts, command) or _unknown(facts, command, facts.scripts, dependencies)
        if problem:
            what, instead = problem
            value = command.value
            yield Finding(
                subject=command.name,
                message=what,
                instead=instead,
                path=command.path,
                offset=value.items[0].offset if value and value.items else command.offset,
                task=command.task,
            )


def _lacks(facts: Facts, command: Command) -> tuple[str, str] | None:
    """A task without a command, or with an empty one; an override without one leaves the task's own."""
    if command.origin != "task":
        return None
    if command.value is None:
        found = facts.template.block("resource", "aws_ecs_task_definition", TASKS)
        reads = found is not None and _READS in facts.template.text(found.path, found.block)
        if not reads:
            return None
        return f"the task {command.name} has no command, and Terraform refuses that", "Add command = [SCRIPT]."
    if command.value.data == ():
        return (
            f"the command of the task {command.name} is empty, so it runs what its image starts by default, which is "
            "the API itself",
            "Name the script that it is to run.",
        )
    return None


def _unknown(
    facts: Facts, command: Command, scripts: dict[str, str], dependencies: frozenset[str]
) -> tuple[str, str] | None:
    word = command.program.expanded(facts.expanded) if command.program else None
    if word is None or not word.is_known or word.text in scripts or _is_of_another_image(facts, command):
        return None
    if word.text.startswith("-"):
        return f"{_titled(command)}begins with the option {word.text}, so there is no program", "Begin with the script."
    if is_other_program(word.text, dependencies):
        return None
    title = "" if command.origin == "task" else f" of {command.title}"
    ends = "the container" if command.origin == "task" or not command.task else f"the task {command.task}"
    what = f"the command {word.text!r}{title} is no script of {PYPROJECT_FILE}, so {ends} ends at once"
    return what, _instead(word.text, scripts)


def _titled(command: Command) -> str:
    return "the command " if command.origin == "task" else f"the command of {command.title} "


def _is_of_another_image(facts: Facts, command: Command) -> bool:
    """Whether an override is of a container that does not run the API."""
    name = command.container.word if command.container else None
    found = containers(facts, command.definition) if name and command.definition else None
    return any(each.name == name and each.of_api is False for each in found or ())


def _instead(script: str, scripts: dict[str, str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(script, scripts, 1)
    return f"Did you mean {near[0]}?" if near else f"Add it to [tool.poetry.scripts] in {PYPROJECT_FILE}."
