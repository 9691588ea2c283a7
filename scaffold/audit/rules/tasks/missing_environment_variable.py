"""A variable that an entrypoint surely reads and that its task is not given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.command import Command
from scaffold.audit.facts.tasks.commands import all_commands
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.audit.facts.tasks.given import is_set_by_platform, names_for, other_names
from scaffold.audit.facts.tasks.scripts import entrypoint_of, lookup
from scaffold.audit.finding import Finding
from scaffold.audit.phrases import listed
from scaffold.pfml.groups import group_entries, group_names
from scaffold.python.lookup import Binding
from scaffold.python.module import Module

if TYPE_CHECKING:
    from scaffold.python.environment.values import Read

WHY = "The program raises an error as soon as it reads the variable, so each run of the task fails."
HOW = "Add the variable to the task's env, or a group that has it. If the program can do without, give it a default."


def check(facts: Facts) -> Iterator[Finding]:
    programs = list(_programs(facts))
    if not programs:
        return
    # A task whose entrypoint is new needs none of this.
    from scaffold.python.environment.reader import Reader

    reader = Reader(lookup(facts.checkout))
    for command, function, given in programs:
        missing = reader.missing(function, _GivenTo(given))
        others = _GivenTo(other_names(facts, command)) if missing else None
        reads = [read for read in missing if others and not any(map(others, read.names))]
        yield from _findings(facts, command, reads)


def _programs(facts: Facts) -> Iterator[tuple[Command, Binding, frozenset[str]]]:
    """What each container runs, once, with the names of the variables that it is given, if they can be read."""
    seen: set[tuple[str, str]] = set()
    for command in facts.once(all_commands):
        key = command.task or command.name, command.program.text if command.program else ""
        function = _function(facts, command) if key not in seen else None
        seen.add(key)
        given = names_for(facts, command) if function and not _is_new(facts, function.module) else None
        if function is not None and given is not None:
            yield command, function, given


def _is_new(facts: Facts, module: Module) -> bool:
    """Whether a plan creates a module that itself reads nothing; what it imports for every task is known to work."""
    created = facts.focus and facts.new_text(module.path) == module.data
    return bool(created) and not any(word in module.data for word in (b"environ", b"getenv", b"Settings", b"Config"))


class _GivenTo:
    """Whether a container is given a variable. The case of names does not matter: for settings it does not either."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names | {name.upper() for name in names}

    def __call__(self, name: str) -> bool:
        return name in self._names or is_set_by_platform(name)


def _function(facts: Facts, command: Command) -> Binding | None:
    entrypoint = entrypoint_of(command.program.text, facts.checkout) if command.program else None
    return entrypoint.function if entrypoint else None


def _findings(facts: Facts, command: Command, reads: Sequence[Read]) -> Iterator[Finding]:
    """One finding for each class of settings and each other variable."""
    by_cause: dict[tuple[str, str], list[Read]] = {}
    for read in reads:
        by_cause.setdefault((read.module.path, read.settings or read.names[0]), []).append(read)
    for together in by_cause.values():
        yield _finding(facts, command, together)


def _finding(facts: Facts, command: Command, reads: list[Read]) -> Finding:
    names = list(dict.fromkeys(" or ".join(read.names) for read in reads))
    first = reads[0]
    cause = f"{first.settings} requires" if first.settings else "the program reads without a default"
    kind, subject = ("task", command.task) if command.task else (command.origin, command.name)
    path, offset = _place(facts, command)
    return Finding(
        subject=subject,
        message=f"the {kind} {subject} is not given {listed(names)}, which {cause} ({first.place}), so each run fails",
        instead=_instead(facts, [read.names[0] for read in reads]),
        path=path,
        offset=offset,
        task=command.task,
    )


def _place(facts: Facts, command: Command) -> tuple[str, int]:
    """The list of the task's variables, or its entry."""
    for task in facts.once(tasks_in_focus):
        if task.name == command.task:
            attribute = task.attribute(facts.template, "env")
            return task.path, attribute.start if attribute else task.entry.start
    return command.path, command.offset


def _instead(facts: Facts, names: list[str]) -> str:
    """What to add: a group that has all of the variables and hardly any others, or the variables."""
    for group in group_names(facts.template):
        entries = {entry.name for entry in group_entries(facts.template, group)}
        if {*names} <= entries and len(entries) <= 2 * len(names):
            return f"Add local.{group} to its env."
    return f"Add {'it' if len(names) == 1 else 'them'} to its env."
