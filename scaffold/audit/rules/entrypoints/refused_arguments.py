"""Arguments that the entrypoint's argument parser rejects."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.command import Command
from scaffold.audit.facts.tasks.commands import all_commands
from scaffold.audit.facts.tasks.scripts import entrypoint_of, lookup
from scaffold.audit.finding import Finding
from scaffold.pfml.all_starts import all_starts
from scaffold.pfml.environments import environments
from scaffold.pfml.starts import Start
from scaffold.pfml.tasks import Task, unique_task
from scaffold.terraform.json.expressions import document_of, expression
from scaffold.terraform.json.values import JsonString, Unknown, Value

if TYPE_CHECKING:
    from scaffold.python.command_line.parser import CommandLine

WHY = "argparse prints the usage and exits with status 2 before the program does anything."
HOW = "Pass only arguments that the entrypoint's parser accepts, and all that it requires, or change the parser."


def check(facts: Facts) -> Iterator[Finding]:
    lines: dict[str, CommandLine | None] = {}
    bare = tuple(_bare_starts(facts))
    for command in chain(facts.once(all_commands), bare):
        program = command.program
        if program is None or command.words is None or (command.origin == "task" and len(command.words) == 1):
            continue
        if program.text not in lines:
            lines[program.text] = _command_line(facts, program.text)
        line = lines[program.text]
        problem, environment = _refusal(facts, command, line) if line else ("", "")
        if problem:
            # A bare start uses the task's command, which is in another place.
            offset = command.offset if command in bare else _offset(command, problem)
            yield _finding(command, problem, environment, offset)


def _command_line(facts: Facts, script: str) -> CommandLine | None:
    """What the program of a script parses."""
    # Most runs need none of this, and it is a third of the code that the rules import.
    from scaffold.python.command_line.reader import read

    entrypoint = entrypoint_of(script, facts.checkout)
    return read(entrypoint.function, lookup(facts.checkout)) if entrypoint and entrypoint.function else None


def _bare_starts(facts: Facts) -> Iterator[Command]:
    """The starts that do not override the task's command, as that command."""
    overridden = {
        command.name for command in facts.once(all_commands) if command.origin == "schedule" and command.value
    }
    for start in all_starts(facts.checkout):
        bare = start.kind == "trigger" or (start.name not in overridden and not _may_override(facts, start))
        name = start.task_name
        if bare and start.task and facts.in_focus(name):
            value = _own(facts, start.task)
            yield Command(start.kind, start.name, name, *start.location, value)
    for command in facts.once(all_commands):
        if command.origin != "state" or command.definition is None or command.value is not None:
            continue
        task = unique_task(facts.template, command.definition.key)
        if task:
            yield command._replace(value=_own(facts, task))


def _own(facts: Facts, task: Task) -> Value | None:
    """The command in a task's entry."""
    attribute = task.attribute(facts.template, "command")
    return expression(facts.template, task.path, attribute.value) if attribute else None


def _may_override(facts: Facts, start: Start) -> bool:
    """Whether a schedule has an input that may contain a command but could not be read."""
    attribute = start.block.attributes.get("input")
    if attribute is None or facts.template.text(start.path, attribute.value) == "null":
        return False
    document = document_of(facts.template, start.path, attribute.value)
    return not isinstance(document, Value) or any(isinstance(value.data, Unknown) for value in document.walk())


def _refusal(facts: Facts, command: Command, line: CommandLine) -> tuple[str, str]:
    """Why the command is rejected, and in which environment, "" for all."""
    words = [word.expanded(facts.template.expanded) for word in (command.words or ())[1:]]
    refusals: list[tuple[str, str]] = []
    count = 0
    for environment, expanded in _in_environments(facts, words):
        problem = line.refusal([word.text for word in expanded])
        count += bool(environment)
        # Arguments that the task's command does not have may be added by whatever starts the task, checked separately.
        if problem and not (command.origin == "task" and _is_incomplete(problem)):
            refusals.append((problem, environment))
            if not environment:
                break
    if not refusals:
        return "", ""
    return refusals[0] if len(refusals) < count else (refusals[0][0], "")


def _in_environments(facts: Facts, words: list[JsonString]) -> Iterator[tuple[str, list[JsonString]]]:
    """The words without environment values, and then, if some are unknown, the words in each environment."""
    yield "", words
    if all(word.is_known for word in words):
        return
    for environment in environments(facts.checkout):
        yield environment.name, [word.expanded(environment.values.of_text) for word in words]


def _is_incomplete(problem: str) -> bool:
    """Whether argparse reports missing arguments."""
    return problem.startswith(("the following arguments are required", "one of the arguments"))


def _finding(command: Command, problem: str, environment: str, offset: int) -> Finding:
    words = command.words or ()
    place = f" in {environment}" if environment else ""
    shown = " ".join(_short(word.shown) for word in words)
    return Finding(
        subject=command.name,
        message=f"{command.title} runs '{shown}', which the program rejects{place}: {problem}; each such run fails",
        instead="Use arguments that its parser accepts, or change the parser.",
        path=command.path,
        offset=offset,
        task=command.task,
    )


def _short(word: str) -> str:
    return word if len(word) <= 60 else f"{word[:57]}..."


def _offset(command: Command, problem: str) -> int:
    """The byte of the word that the problem is about, or of the command."""
    words = command.value.elements if command.value else ()
    ranked = sorted((_rank(value.word, problem), -index) for index, value in enumerate(words) if value.word)
    rank, index = ranked[-1] if ranked else (0, 0)
    return words[-index].offset if rank else command.offset


def _rank(word: JsonString, problem: str) -> int:
    """How certain it is that the problem is about a word: 3 quoted value, 2 the word itself, 1 its option, 0 not."""
    value = word.text.rpartition("=")[2]
    if f"{value!r}" in problem:
        return 3
    if f" {word.text} " in f"{problem} ":
        return 2
    return int(word.text.partition("=")[0] + ":" in problem.split(" "))
