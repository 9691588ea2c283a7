"""`pfml-scaffold list`: all tasks of a checkout."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli.commands import shared
from scaffold.cli.console import guarded, json_text
from scaffold.cli.write import open_checkout


@click.command("list")
@shared.repo
@click.option("--format", "format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_tasks(**options: Any) -> None:
    """List the tasks of a checkout.

    Shows each task's script, entrypoint and roles, its schedules in words with their local times in winter and in
    summer, its triggers, and the environments in which these are on.
    """
    guarded(_list, options)


def _list(options: dict[str, Any]) -> None:
    from scaffold.inventory import inventory, listing

    contents = inventory.read(open_checkout(options["repo"], changes=False))
    json = options["format"] == "json"
    text = json_text(inventory.as_json(contents)) if json else listing.table(contents, listing.text_width())
    click.echo(text, nl=False)
