"""Arguments that the entrypoint's own argparse refuses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from scaffold.audit.command_line_reader import read
from scaffold.audit.command_lines import CommandLine
from scaffold.audit.commands import Command, expression
from scaffold.audit.documents import Word
from scaffold.audit.facts import Facts, Start
from scaffold.audit.finding import Finding, Severity
from scaffold.audit.relevance import Relevance

SEVERITY = Severity.ERROR
WHY = "argparse prints its usage and ends the program with status 2 before it has done anything."


def check(facts: Facts) -> Iterator[Finding]:
    lines: dict[str, CommandLine | None] = {}
    relevance = Relevance(facts.lookup)
    for command in chain(facts.commands, _bare_starts(facts)):
        program = command.program
        if program is None or command.words is None or (command.origin == "task" and len(command.words) == 1):
            continue
        if program.text not in lines:
            target = facts.target(program.text)
            lines[program.text] = read(target.function, relevance) if target and target.function else None
        line = lines[program.text]
        problem, environment = _refusal(facts, command, line) if line else ("", "")
        if problem:
            yield _finding(command, problem, environment)


def _bare_starts(facts: Facts) -> Iterator[Command]:
    """What starts a task with the task's own command, as that."""
    overridden = {command.name for command in facts.commands if command.origin == "schedule" and command.value}
    for start in (*facts.schedules, *facts.triggers):
        if (
            start.name in overridden
            or start.task is None
            or (facts.focus and facts.task_name(start) not in facts.focus)
        ):
            continue
        if start.kind == "schedule" and _may_override(facts, start):
            continue
        item = start.task.attribute(facts.template, "command")
        if item:
            value = expression(facts.template, start.task.path, item.value)
            found, name = start.found, facts.task_name(start)
            yield Command(start.kind, start.name, name, found.path, found.block.start, value)


def _may_override(facts: Facts, start: Start) -> bool:
    """Whether a schedule has an input whose command could not be read."""
    text = facts.template.attribute_text(start.found, "input")
    return "command" in text or (text not in ("", "null") and not text.startswith(("<<", '"', "jsonencode")))


def _refusal(facts: Facts, command: Command, line: CommandLine) -> tuple[str, str]:
    """Why the command is refused, and in which environment, "" for in all."""
    words = [word.expanded(facts.expanded) for word in (command.words or ())[1:]]
    found: list[tuple[str, str]] = []
    count = 0
    for environment, expanded in _in_environments(facts, words):
        problem = line.refusal([word.text for word in expanded])
        count += bool(environment)
        # People may start a task with arguments of their own; whoever starts it without is looked at by itself.
        if problem and not (command.origin == "task" and _lacks(problem)):
            found.append((problem, environment))
            if not environment:
                break
    if not found:
        return "", ""
    return found[0] if len(found) < count else (found[0][0], "")


def _in_environments(facts: Facts, words: list[Word]) -> Iterator[tuple[str, list[Word]]]:
    """The words as they are everywhere, and where that leaves something open, as they are in each environment."""
    yield "", words
    for environment in facts.environments if not all(word.is_known for word in words) else ():
        yield environment.name, [word.expanded(environment.values.of_text) for word in words]


def _lacks(problem: str) -> bool:
    return problem.startswith(("the following arguments are required", "one of the arguments"))


def _finding(command: Command, problem: str, environment: str) -> Finding:
    words = command.words or ()
    place = f" in {environment}" if environment else ""
    shown = " ".join(_short(word.shown) for word in words)
    ends = "so each such run ends at once"
    return Finding(
        subject=command.name,
        message=f"{command.title} runs '{shown}', which the program refuses{place}: {problem}; {ends}",
        instead="Give arguments that its parser takes, or have it take these.",
        path=command.path,
        offset=_offset(command, problem),
        task=command.task,
    )


def _short(word: str) -> str:
    return word if len(word) <= 60 else f"{word[:57]}..."


def _offset(command: Command, problem: str) -> int:
    """The byte of the word that is complained of, or of the command."""
    items = command.value.items if command.value else ()
    ranked = sorted((_rank(item.word, problem), -index) for index, item in enumerate(items) if item.word)
    rank, index = ranked[-1] if ranked else (0, 0)
    return items[-index].offset if rank else command.offset


def _rank(word: Word, problem: str) -> int:
    value = word.text.rpartition("=")[2]
    if f"{value!r}" in problem:
        return 3
    return (
        2 if f" {word.text} " in f"{problem} " else 1 if word.text.partition("=")[0] + ":" in problem.split(" ") else 0
    )
