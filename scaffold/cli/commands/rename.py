"""`pfml-scaffold rename`: another name for a task."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli import completion
from scaffold.cli.commands import shared
from scaffold.cli.console import guarded, show_plan, warn
from scaffold.cli.write import recover, write


@click.command()
@click.argument("old", metavar="OLD", shell_complete=completion.tasks)
@click.argument("new", metavar="NEW")
@shared.repo
@shared.output
def rename(**options: Any) -> None:
    """Give a task another name, and carry over all that is named after it.

    That is its key and whatever refers to it, its command and Poetry script, the decorator, the name of its container,
    its schedules with their alarms, its triggers, its toggles (enable_OLD, enable_OLD_schedule and enable_OLD_trigger),
    roles that are named as `task` names them, its module and test, step functions, what the failure monitor ignores,
    recipes of api/Makefile, and comments of its Terraform.

    What has another name stays and is listed with the reason, and so is every other place that names the task, such as
    documentation. Terraform makes anew what AWS names after the task; a `moved` block could not prevent that.
    """
    guarded(_rename, options)


def _rename(options: dict[str, Any]) -> None:
    from scaffold.changes import rename
    from scaffold.files.checkout import Checkout

    checkout = Checkout.find(options["repo"])
    recover(checkout)
    plan = rename.rename(options["old"], options["new"], checkout)
    write(checkout, plan, options["dry_run"], options["new"], was=options["old"])
    warn(rename.notes(plan))
    steps = rename.next_steps(plan, checkout)
    show_plan(options["new"], plan, steps, options["format"], options["dry_run"])
