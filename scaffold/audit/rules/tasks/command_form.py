"""A command that is not a list of words: a single string, a number, or several words in one string."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.command import Command
from scaffold.audit.facts.tasks.commands import all_commands
from scaffold.audit.finding import Finding
from scaffold.hcl.templates import MARK
from scaffold.terraform.json.values import JsonString, Unknown, Value

WHY = "ECS accepts only a list of strings, and passes it on unchanged: no shell splits a string at its spaces."
HOW = "Write the command as a list with one string for each argument."


def check(facts: Facts) -> Iterator[Finding]:
    for command in facts.once(all_commands):
        problem = _problem(command)
        if problem:
            what, instead, value = problem
            yield Finding(
                subject=command.name,
                message=f"the command of {command.title} {what}",
                instead=instead,
                path=command.path,
                offset=value.offset,
                task=command.task,
            )


def _problem(command: Command) -> tuple[str, str, Value] | None:
    value = command.value
    if value is None:
        return None
    if isinstance(value.data, JsonString):
        if value.data.text == MARK:
            return None
        return "is a string, but ECS accepts only a list", f"Write [{_quoted(value.data)}].", value
    for element in value.elements:
        if not isinstance(element.data, JsonString | Unknown):
            return f"has {_shown(element)}, but ECS accepts only strings", "Put it in quotes.", element
    first = command.program
    if first is not None and " " in first.text.strip():
        return (
            f"starts with '{first.shown}' as one word, but no program has that name, so the container exits at once",
            f"Write {_quoted(first)}.",
            value.elements[0],
        )
    return None


def _quoted(word: JsonString) -> str:
    return ", ".join(f'"{part}"' for part in word.shown.split())


def _shown(element: Value) -> str:
    if isinstance(element.data, bool) or element.data is None:
        return {True: "true", False: "false", None: "null"}[element.data]
    return f"{element.data:g}" if isinstance(element.data, float) else "a list or an object"
