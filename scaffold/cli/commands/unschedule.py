"""`pfml-scaffold unschedule`: remove a schedule."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli import completion
from scaffold.cli.commands import shared
from scaffold.cli.console import guarded
from scaffold.cli.write import Proposal, carry_out, open_checkout


@click.command()
@shared.existing_task
@click.argument("schedule", metavar="[NAME]", required=False, default="", shell_complete=completion.schedules)
@click.option(
    "--schedule-name",
    default="",
    metavar="NAME",
    help="The same as NAME.",
    shell_complete=completion.schedules,
)
@shared.repo
@shared.output
def unschedule(**options: Any) -> None:
    """Remove a schedule from a task.

    NAME is the schedule's name, which is required if the task has several; they are listed without it. Its alarm is
    removed, too, and so is its toggle if that guarded nothing else.
    """
    guarded(_unschedule, options)


def _unschedule(options: dict[str, Any]) -> None:
    from scaffold.changes import remove

    name = _schedule_name(options)
    checkout = open_checkout(options["repo"], changes=not options["dry_run"])
    plan = remove.unschedule(options["name"], name, checkout)
    carry_out(checkout, Proposal(options["name"], plan, remove.next_steps(checkout)), options)


def _schedule_name(options: dict[str, Any]) -> str:
    from scaffold.errors import Refusal

    argument, option = options["schedule"], options["schedule_name"]
    if argument and option and argument != option:
        raise Refusal(
            f"NAME is {argument!r}, and only one schedule can be removed at a time",
            option="--schedule-name",
            value=option,
            instead="Give one of the two.",
        )
    return str(argument or option)
