"""The command line: the click group, which imports a command when it is used."""

from __future__ import annotations

import gc
import os
from collections import UserDict
from functools import partial
from importlib import import_module
from typing import Any

import click

from scaffold.cli import console, streams


class LazyCommands(UserDict[str, Any]):
    """Commands by name, from a dict of `module:attribute`; the module is imported on access."""

    def __getitem__(self, name: str) -> click.Command:
        module, _, attribute = self.data[name].partition(":")
        command: click.Command = getattr(import_module(f"scaffold.cli.commands.{module}"), attribute)
        return command


COMMANDS = LazyCommands(
    {
        "calendar": "calendar:calendar",
        "catalog": "catalog:catalog",
        "change": "change:change",
        "check": "check:check",
        "completion": "completion:completion",
        "demo": "demo:demo",
        "help": "help:help_of",
        "list": "list:list_tasks",
        "recover": "recover:recover",
        "remove": "remove:remove",
        "rename": "rename:rename",
        "runbook": "runbook:runbook",
        "schedule": "schedule:schedule",
        "show": "show:show",
        "task": "task:task",
        "trigger": "trigger:trigger",
        "unschedule": "unschedule:unschedule",
        "untrigger": "untrigger:untrigger",
    }
)


class Program(click.Group):
    """The commands, with what holds for all of them: colors, unknown names, and what Ctrl-C does."""

    def invoke(self, context: click.Context) -> Any:
        context.color = console.color()
        try:
            return super().invoke(context)
        except KeyboardInterrupt:
            console.interrupted()

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name in self.commands or name.startswith("-") or context.resilient_parsing:
            return super().resolve_command(context, args)
        raise click.UsageError(f"No such command {name!r}. {_nearest(name)}", context)


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, COMMANDS, 1, 0.5)
    return f"Did you mean {near[0]!r}?" if near else f"Available: {', '.join(COMMANDS)}."


def run() -> None:
    """The program. Garbage collection is off: a run is too short for it to pay off.

    It ends at once, since all output is flushed by then, and freeing each object takes a tenth of the time of `check`.
    """
    gc.disable()
    os._exit(streams.run(partial(main, prog_name="pfml-scaffold"), console.state_of_files))


@click.group(
    cls=Program,
    commands=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(None, "-V", "--version", package_name="pfml-scaffold")
def main() -> None:
    """Add a complete ECS background task to a Massachusetts PFML checkout with one command, or change nothing."""
