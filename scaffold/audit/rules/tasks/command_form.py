"""A command that is no list of words: one string, numbers, or several words in one."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.command import Command
from scaffold.audit.facts.tasks.commands import all_commands
from scaffold.audit.finding import Finding
from scaffold.hcl.templates import MARK
from scaffold.terraform.json.values import Unknown, Value, Word

WHY = "ECS takes a list of strings and no other, and hands it on as it is: no shell divides a word at its blanks."


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
    if isinstance(value.data, Word):
        if value.data.text == MARK:
            return None
        listed = ", ".join(f'"{word}"' for word in value.data.shown.split())
        return "is one string, and ECS takes a list alone", f"Write [{listed}].", value
    for item in value.items:
        if not isinstance(item.data, Word | Unknown):
            return f"has {_shown(item)}, and ECS takes strings alone", "Put it in quotes.", item
    first = command.program
    if first is not None and " " in first.text.strip():
        listed = ", ".join(f'"{word}"' for word in first.shown.split())
        return (
            f"begins with '{first.shown}' as one word, and no program has that name, so it ends at once",
            f"Write {listed}.",
            value.items[0],
        )
    return None


def _shown(item: Value) -> str:
    if isinstance(item.data, bool) or item.data is None:
        return {True: "true", False: "false", None: "null"}[item.data]
    return f"{item.data:g}" if isinstance(item.data, float) else "a list or an object"
