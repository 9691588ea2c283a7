"""`pfml-scaffold unschedule`: a schedule away."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli.commands import shared
from scaffold.cli.console import guarded, show_plan
from scaffold.cli.write import recover, write


@click.command()
@shared.existing_task
@click.argument("schedule_name", metavar="[NAME]", default="")
@shared.repo
@shared.output
def unschedule(**options: Any) -> None:
    """Take a schedule away from a task.

    NAME is the schedule's own, which a task with several needs. The alarm goes with it, and the toggle that guarded
    nothing else.
    """
    guarded(_unschedule, options)


def _unschedule(options: dict[str, Any]) -> None:
    from scaffold.changes import remove
    from scaffold.files.checkout import Checkout

    checkout = Checkout.find(options["repo"])
    recover(checkout)
    made = remove.unschedule(options["name"], options["schedule_name"], checkout)
    write(checkout, made, options["dry_run"], options["name"])
    show_plan(options["name"], made, remove.next_steps(checkout), options["format"], options["dry_run"])
