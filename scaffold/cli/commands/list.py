"""`pfml-scaffold list`: all tasks of a checkout, or all of something else."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli.commands import shared
from scaffold.cli.console import guarded, json_text, show, table_width
from scaffold.cli.write import open_checkout

NOUNS = ("tasks", "buckets", "environments", "groups", "roles", "schedules")


@click.command("list")
@click.argument("noun", metavar="[WHAT]", type=click.Choice(NOUNS), default="tasks")
@shared.repo
@click.option(
    "--format",
    "format",
    type=click.Choice(["text", "json", "markdown", "csv"]),
    default="text",
    show_default=True,
    help="json has the most, csv is for spreadsheets.",
)
def list_tasks(**options: Any) -> None:
    """List the tasks of a checkout, or what they work with.

    WHAT is tasks (the default), buckets, environments, groups, roles or schedules. Tasks are listed with their script,
    entrypoint and roles, their schedules in words with their local times in winter and in summer, their triggers, and
    the environments in which these are on. The other lists show where something is, and who uses it.
    """
    guarded(_list, options)


def _list(options: dict[str, Any]) -> None:
    from scaffold.inventory import listing

    checkout = open_checkout(options["repo"], changes=False)
    width, format = table_width(), options["format"]
    if options["noun"] == "tasks" and format in ("text", "json"):
        from scaffold.inventory import inventory

        tasks = inventory.read(checkout)
        text = inventory.as_json(tasks) if format == "json" else listing.table(tasks, width)
    else:
        from scaffold.inventory.lists.contents import contents
        from scaffold.inventory.lists.formats import formatted

        text = formatted(contents(options["noun"], checkout), format, width)
    show(json_text(text) if format == "json" else text)
