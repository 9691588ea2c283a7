"""The command line: the group of the commands. They and console.py are all that prints or exits."""

from __future__ import annotations

import gc

import click

from scaffold.cli.commands.check import check
from scaffold.cli.commands.completion import completion
from scaffold.cli.commands.demo import demo
from scaffold.cli.commands.list import list_tasks
from scaffold.cli.commands.remove import remove
from scaffold.cli.commands.rename import rename
from scaffold.cli.commands.runbook import runbook
from scaffold.cli.commands.schedule import schedule
from scaffold.cli.commands.show import show
from scaffold.cli.commands.task import task
from scaffold.cli.commands.trigger import trigger
from scaffold.cli.commands.unschedule import unschedule
from scaffold.cli.commands.untrigger import untrigger


def run() -> None:
    """The console script. A run is over before collecting garbage would pay."""
    gc.disable()
    main()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="pfml-scaffold")
def main() -> None:
    """Add a whole ECS background task to a checkout of Massachusetts PFML, in one command, or nothing at all."""


_COMMANDS = (
    *(task, schedule, trigger, demo, runbook, list_tasks, show, check),
    *(completion, rename, remove, unschedule, untrigger),
)
for command in _COMMANDS:
    main.add_command(command)
