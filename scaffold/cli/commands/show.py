"""`pfml-scaffold show`: one task of a checkout."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli.commands import shared
from scaffold.cli.console import guarded, json_text, table_width
from scaffold.cli.write import open_checkout


@click.command()
@shared.existing_task
@shared.repo
@click.option("--format", "format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def show(**options: Any) -> None:
    """Show every part of a task.

    Prints each with its file and line: script, entrypoint, roles, environment, schedules with their alarms, triggers,
    toggles with the environments that set them, and tests.
    """
    guarded(_show, options)


def _show(options: dict[str, Any]) -> None:
    from scaffold.inventory import inventory, listing

    contents = inventory.read_one(options["name"], open_checkout(options["repo"], changes=False))
    json = options["format"] == "json"
    text = json_text(inventory.as_json(contents)) if json else listing.sheet(contents, table_width())
    click.echo(text, nl=False)
