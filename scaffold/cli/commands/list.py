"""`pfml-scaffold list`: the tasks of a checkout."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli.commands import shared
from scaffold.cli.console import guarded


@click.command("list")
@shared.repo
@click.option("--format", "format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_tasks(**options: Any) -> None:
    """List the tasks of a checkout.

    Each with its script, entrypoint and roles, its schedules in words with the local times in winter and in summer,
    its triggers, and the environments where they are on.
    """
    guarded(_list, options)


def _list(options: dict[str, Any]) -> None:
    from scaffold.files.checkout import Checkout
    from scaffold.inventory import inventory, listing

    found = inventory.read(Checkout.find(options["repo"]))
    json = options["format"] == "json"
    click.echo(inventory.as_json(found) if json else listing.table(found, listing.text_width()), nl=False)
