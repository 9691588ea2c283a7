"""`pfml-scaffold calendar`: what runs when in an environment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from scaffold.cli import completion
from scaffold.cli.commands import shared
from scaffold.cli.console import guarded, json_text, show, table_width
from scaffold.cli.write import open_checkout

_LONGEST = 366


@click.command()
@click.argument("task", nargs=-1, shell_complete=completion.tasks)
@shared.repo
@click.option(
    "--environment",
    default="",
    metavar="ENV",
    help="The environment. [default: prod]",
    shell_complete=completion.environments,
)
@shared.first_day
@click.option(
    "--days",
    type=click.IntRange(1, _LONGEST),
    default=7,
    show_default=True,
    metavar="N",
    help="How many days, up to 366.",
)
@click.option(
    "--timezone",
    default="",
    metavar="ZONE",
    help="Show its times. [default: America/New_York]",
    shell_complete=completion.timezones,
)
@click.option(
    "--format", "format", type=click.Choice(["text", "json", "csv", "ics"]), default="text", show_default=True
)
def calendar(**options: Any) -> None:
    """Show what runs when in an environment, by the clock of New York.

    A single day is a chart of its hours, more days are tables of a week. Only schedules that are on in that environment
    are in it, on the right side of each change of clocks; those without a run in these days are listed with their next
    one. csv and json have each run, ics is for calendar programs.
    """
    guarded(_calendar, options)


def _calendar(options: dict[str, Any]) -> None:
    from zoneinfo import ZoneInfo

    from scaffold.aws.schedules.zones import NEW_YORK
    from scaffold.inventory.calendar.contents import calendar_of
    from scaffold.inventory.calendar.formats import formatted
    from scaffold.spec.schedule import check_time_zone

    checkout = open_checkout(options["repo"], changes=False)
    if options["timezone"]:
        check_time_zone(options["timezone"])
    zone = ZoneInfo(options["timezone"] or NEW_YORK)
    first = (options["first"] or datetime.now(zone)).date()
    contents = calendar_of(checkout, options["environment"], zone, first, options["days"], options["task"])
    text = formatted(contents, options["format"], table_width())
    show(json_text(text) if options["format"] == "json" else text)
