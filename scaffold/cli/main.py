"""The command line: the click group, which imports a command when it is used."""

from __future__ import annotations

import gc
import sys
from collections import UserDict
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
        "check": "check:check",
        "completion": "completion:completion",
        "demo": "demo:demo",
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


def run() -> None:
    """The console script. Garbage collection is off: a run is too short for it to pay off."""
    gc.disable()
    sys.exit(streams.run(main, console.state_of_files))


@click.group(commands=COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="pfml-scaffold")
def main() -> None:
    """Add a complete ECS background task to a Massachusetts PFML checkout with one command, or change nothing."""
