"""`pfml-scaffold show`: one task of a checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scaffold.cli.commands import shared
from scaffold.cli.console import guarded, json_text, table_width
from scaffold.cli.write import open_checkout

if TYPE_CHECKING:
    from scaffold.files.checkout import Checkout


@click.command()
@shared.existing_task
@shared.repo
@click.option("--format", "format", type=click.Choice(["text", "json", "html"]), default="text", show_default=True)
def show(**options: Any) -> None:
    """Show every part of a task.

    Prints each with its file and line: script, entrypoint, roles, environment, schedules with their alarms, triggers,
    toggles with the environments that set them, and tests. html is a page for a browser, as `catalog` makes for all
    tasks.
    """
    guarded(_show, options)


def _show(options: dict[str, Any]) -> None:
    checkout, name, format = open_checkout(options["repo"], changes=False), options["name"], options["format"]
    click.echo(_page(name, checkout) if format == "html" else _text(name, checkout, format), nl=False)


def _text(name: str, checkout: Checkout, format: str) -> str:
    from scaffold.inventory import inventory, listing

    contents = inventory.read_one(name, checkout)
    if format == "json":
        return json_text(inventory.as_json(contents))
    return listing.sheet(contents, table_width())


def _page(name: str, checkout: Checkout) -> str:
    from scaffold.inventory.catalog.contents import page_of_task
    from scaffold.inventory.catalog.links import Links
    from scaffold.rendering.page import page

    return page("catalog", {"catalog": page_of_task(checkout, name, Links(""))})
