"""`pfml-scaffold runbook`: how to try a task, with its own names."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli import completion
from scaffold.cli.commands import shared
from scaffold.cli.console import guarded


@click.command()
@shared.existing_task
@click.option(
    "--environment",
    required=True,
    metavar="NAME",
    help="Where to try it, such as test.",
    shell_complete=completion.environments,
)
@click.option("--author", required=True, metavar="FIRST.LAST", help="Who runs it, as AWS shows it.")
@shared.repo
@click.option("--format", "format", type=click.Choice(["text", "markdown"]), default="text", show_default=True)
def runbook(**options: Any) -> None:
    """Print how to try a task.

    Its commands, ready to paste: to run it locally, publish, apply and run it in an environment, try its schedules
    and triggers, and read its logs.
    """
    guarded(_runbook, options)


def _runbook(options: dict[str, Any]) -> None:
    from scaffold.files.checkout import Checkout
    from scaffold.inventory.runbook import as_text, runbook

    checkout = Checkout.find(options["repo"])
    text = runbook(options["name"], options["environment"], options["author"], checkout)
    click.echo(text if options["format"] == "markdown" else as_text(text), nl=False)
