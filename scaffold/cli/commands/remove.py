"""`pfml-scaffold remove`: a whole task away."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli.commands import shared
from scaffold.cli.console import guarded, show_plan
from scaffold.cli.write import recover, write


@click.command()
@shared.existing_task
@shared.repo
@click.option("--keep-code", is_flag=True, help="Leave the entrypoint and its test as they are.")
@shared.output
def remove(**options: Any) -> None:
    """Take a task away, with all of its parts.

    Directly after `task` the checkout is what it was before. What people have edited since is kept and listed, and so
    is what another task or a step function uses.
    """
    guarded(_remove, options)


def _remove(options: dict[str, Any]) -> None:
    from scaffold.changes import remove
    from scaffold.files.checkout import Checkout

    checkout = Checkout.find(options["repo"])
    recover(checkout)
    made = remove.remove(options["name"], checkout, options["keep_code"])
    write(checkout, made, options["dry_run"], options["name"])
    show_plan(options["name"], made, remove.next_steps(checkout), options["format"], options["dry_run"])
