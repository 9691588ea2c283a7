"""A command whose program is not a Poetry script, or that has no program."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.command import Command
from scaffold.audit.facts.tasks.commands import all_commands
from scaffold.audit.facts.tasks.programs import is_other_program, tools
from scaffold.audit.facts.tasks.scripts import known_scripts
from scaffold.audit.finding import Finding
from scaffold.audit.similar import did_you_mean
from scaffold.files.layout import PYPROJECT_FILE
from scaffold.pfml.containers import named_containers
from scaffold.pfml.scripts import label, table_for_new
from scaffold.pfml.tasks import DEFINITION, TASKS

WHY = "The container exits as soon as it starts, since no program with that name is installed in the image."
HOW = "Start the command with the name of a script in pyproject.toml, or add the script."
_READS = "each.value.command"


def check(facts: Facts) -> Iterator[Finding]:
    scripts = known_scripts(facts.checkout)
    if scripts is None:
        return
    dependencies = tools(facts.checkout)
    for command in facts.once(all_commands):
        problem = _missing(facts, command) or _unknown(facts, command, scripts, dependencies)
        if problem:
            what, instead = problem
            value = command.value
            yield Finding(
                subject=command.name,
                message=what,
                instead=instead,
                path=command.path,
                offset=value.elements[0].offset if value and value.elements else command.offset,
                task=command.task,
            )


def _missing(facts: Facts, command: Command) -> tuple[str, str] | None:
    """A task without a command, or with an empty one. An override without one does not change the task's command."""
    if command.origin != "task":
        return None
    if command.value is None:
        definition = facts.template.block("resource", DEFINITION, TASKS)
        if definition is None or _READS not in facts.template.text(definition.path, definition.block):
            return None
        return f"the task {command.name} has no command, so Terraform rejects the plan", "Add command = [SCRIPT]."
    if command.value.data == ():
        return (
            f"the command of the task {command.name} is empty, so it runs the default program of its image, which is "
            "the API itself",
            "Add the script that the task should run.",
        )
    return None


def _unknown(
    facts: Facts, command: Command, scripts: Collection[str], dependencies: frozenset[str]
) -> tuple[str, str] | None:
    word = command.program.expanded(facts.template.expanded) if command.program else None
    if word is None or not word.is_known or word.text in scripts or _is_of_another_image(facts, command):
        return None
    if word.text.startswith("-"):
        return f"{_titled(command)}starts with the option {word.text}, so there is no program", "Start with the script."
    if is_other_program(word.text, dependencies):
        return None
    title = "" if command.origin == "task" else f" of {command.title}"
    exits = "the container" if command.origin == "task" or not command.task else f"the task {command.task}"
    what = f"the command {word.text!r}{title} is not a script in {PYPROJECT_FILE}, so {exits} exits at once"
    return what, did_you_mean(
        word.text, scripts, f"Add it to {label(table_for_new(facts.checkout))} in {PYPROJECT_FILE}."
    )


def _titled(command: Command) -> str:
    return "the command " if command.origin == "task" else f"the command of {command.title} "


def _is_of_another_image(facts: Facts, command: Command) -> bool:
    """Whether an override is for a container that does not run the API's image."""
    name = command.container.word if command.container else None
    known = named_containers(facts.template, command.definition) if name and command.definition else None
    return any(own == name and container.of_api is False for own, container in known or ())
