"""`pfml-scaffold runbook`: the commands to try out a task."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli import completion
from scaffold.cli.commands import shared
from scaffold.cli.console import guarded
from scaffold.cli.write import open_checkout


@click.command()
@shared.existing_task
@click.option(
    "--environment",
    required=True,
    metavar="NAME",
    help="Where to run it, such as test.",
    shell_complete=completion.environments,
)
@click.option("--author", required=True, metavar="FIRST.LAST", help="Who runs it, as shown in AWS.")
@shared.repo
@click.option("--format", "format", type=click.Choice(["text", "markdown"]), default="text", show_default=True)
def runbook(**options: Any) -> None:
    """Print the commands to try out a task.

    Ready to paste: run it locally, publish the image, apply, run it in an environment, try its schedules and triggers,
    and read its logs. In a protected environment such as prod: how it is deployed, and what to look at.
    """
    guarded(_runbook, options)


def _runbook(options: dict[str, Any]) -> None:
    from scaffold.inventory.runbook.runbook import as_text, runbook

    checkout = open_checkout(options["repo"], changes=False)
    text = runbook(options["name"], options["environment"], options["author"], checkout)
    click.echo(text if options["format"] == "markdown" else as_text(text), nl=False)
