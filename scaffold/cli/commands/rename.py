"""`pfml-scaffold rename`: rename a task."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli import completion
from scaffold.cli.commands import shared
from scaffold.cli.console import guarded
from scaffold.cli.write import Proposal, carry_out, open_checkout


@click.command()
@click.argument("old", metavar="OLD", shell_complete=completion.tasks)
@click.argument("new", metavar="NEW")
@shared.repo
@shared.output
def rename(**options: Any) -> None:
    """Rename a task and everything that is named after it.

    This includes its key and all references to it, its command and Poetry script, the decorator, the container name,
    its schedules with their alarms, its triggers, its toggles (enable_OLD, enable_OLD_schedule, enable_OLD_trigger, and
    those named after its schedules), roles with the names that `task` gives them, its module and test, step functions,
    the failure monitor's ignore pattern, recipes in api/Makefile, comments in its Terraform, and what `check` knows of
    it: exceptions and the baseline.

    Parts with a different name, and those that a data source looks up by name, stay and are listed with the reason, as
    is every other place that mentions the task, such as documentation. Terraform recreates the resources that are named
    after the task; a `moved` block cannot prevent that.
    """
    guarded(_rename, options)


def _rename(options: dict[str, Any]) -> None:
    from scaffold.changes import rename

    checkout = open_checkout(options["repo"], changes=not options["dry_run"])
    plan = rename.rename(options["old"], options["new"], checkout)
    steps, notes = rename.next_steps(plan, checkout), rename.notes(plan, options["new"])
    carry_out(checkout, Proposal(options["new"], plan, steps, notes, old_name=options["old"]), options)
