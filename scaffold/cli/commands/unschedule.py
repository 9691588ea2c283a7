"""`pfml-scaffold unschedule`: remove a schedule."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli.commands import shared
from scaffold.cli.console import guarded, show, shown_plan
from scaffold.cli.write import open_checkout, write


@click.command()
@shared.existing_task
@click.argument("schedule_name", metavar="[NAME]", default="")
@shared.repo
@shared.output
def unschedule(**options: Any) -> None:
    """Remove a schedule from a task.

    NAME is the schedule's name, which is required if the task has several. Its alarm is removed, too, and so is its
    toggle if that guarded nothing else.
    """
    guarded(_unschedule, options)


def _unschedule(options: dict[str, Any]) -> None:
    from scaffold.changes import remove

    checkout = open_checkout(options["repo"], changes=not options["dry_run"])
    plan = remove.unschedule(options["name"], options["schedule_name"], checkout)
    shown = shown_plan(options["name"], plan, remove.next_steps(checkout), options["format"], options["dry_run"])
    write(checkout, plan, options["dry_run"], options["name"])
    show(shown)
