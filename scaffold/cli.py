"""The command line: the group of the commands. They and console.py are all that prints or exits."""

from __future__ import annotations

import gc

import click

from scaffold.commands.check import check
from scaffold.commands.completion import completion
from scaffold.commands.demo import demo
from scaffold.commands.list import list_tasks
from scaffold.commands.remove import remove
from scaffold.commands.rename import rename
from scaffold.commands.runbook import runbook
from scaffold.commands.schedule import schedule
from scaffold.commands.show import show
from scaffold.commands.task import task
from scaffold.commands.trigger import trigger
from scaffold.commands.unschedule import unschedule
from scaffold.commands.untrigger import untrigger


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
