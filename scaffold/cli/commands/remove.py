"""`pfml-scaffold remove`: remove a whole task."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli.commands import shared
from scaffold.cli.console import guarded
from scaffold.cli.write import Proposal, carry_out, open_checkout


@click.command()
@shared.existing_task
@shared.repo
@click.option("--keep-code", is_flag=True, help="Keep the entrypoint and its test.")
@shared.output
def remove(**options: Any) -> None:
    """Remove a task and all of its parts.

    Right after `task`, this restores the checkout exactly. Parts that have been edited since are kept and listed, as
    are parts that another task or a step function uses.
    """
    guarded(_remove, options)


def _remove(options: dict[str, Any]) -> None:
    from scaffold.changes import remove

    checkout = open_checkout(options["repo"], changes=not options["dry_run"])
    plan = remove.remove(options["name"], checkout, options["keep_code"])
    carry_out(checkout, Proposal(options["name"], plan, remove.next_steps(checkout)), options)
