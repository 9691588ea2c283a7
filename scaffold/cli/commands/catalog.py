"""`pfml-scaffold catalog`: a page that shows all tasks, what starts them, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scaffold.cli import completion
from scaffold.cli.commands import shared
from scaffold.cli.console import guarded, show
from scaffold.cli.output import write_file
from scaffold.cli.write import open_checkout

if TYPE_CHECKING:
    from scaffold.files.checkout import Checkout
    from scaffold.inventory.catalog.tasks import NotedFinding

_DAYS = 7


@click.command()
@shared.repo
@click.option(
    "--output", required=True, type=click.Path(path_type=Path), metavar="FILE.html", help="The file to write."
)
@click.option(
    "--environment",
    default="",
    metavar="ENV",
    help="Whose week to show, and what to filter by at first. [default: prod, no filter]",
    shell_complete=completion.environments,
)
@click.option("--base-url", default="", metavar="URL", help="Link each file to URL/FILE#LINE.")
@shared.first_day
def catalog(**options: Any) -> None:
    """Write a page that shows all tasks, what starts them, and when.

    One file for a browser, which needs no network: a table to search and filter, a week, a graph of what starts what,
    the toggles by environment, and what `check` finds. With --base-url, files and lines are links, for example to
    https://github.com/OWNER/NAME/blob/main.
    """
    guarded(_catalog, options)


def _catalog(options: dict[str, Any]) -> None:
    from zoneinfo import ZoneInfo

    from scaffold.aws.schedules.zones import NEW_YORK
    from scaffold.inventory.calendar.contents import calendar_of
    from scaffold.inventory.catalog.contents import catalog_of
    from scaffold.inventory.catalog.links import links_to
    from scaffold.rendering.page import page

    links = links_to(options["base_url"])
    checkout = open_checkout(options["repo"], changes=False)
    zone = ZoneInfo(NEW_YORK)
    first = (options["first"] or datetime.now(zone)).date()
    calendar = calendar_of(checkout, options["environment"], zone, first, _DAYS)
    contents = catalog_of(checkout, calendar, options["environment"], links, _findings(checkout))
    write_file(options["output"], page("catalog", {"catalog": contents}))
    show(f"Wrote {options['output']}: {contents.summary}\n")


def _findings(checkout: Checkout) -> Iterator[NotedFinding]:
    """What `check` finds, with the settings of the checkout."""
    from scaffold.audit.audit import audit
    from scaffold.audit.choice import chosen
    from scaffold.audit.reports.wording import line, sentence
    from scaffold.audit.settings import check_settings
    from scaffold.inventory.catalog.tasks import NotedFinding

    result = audit(checkout, chosen(check_settings(checkout), (), ()))
    for rule, finding in result.findings:
        place = f"{finding.path}:{line(result.facts, finding)}"
        yield NotedFinding(rule.name, str(rule.severity), finding.task, sentence(finding), place)
