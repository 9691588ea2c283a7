"""`pfml-scaffold untrigger`: a trigger away."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli.commands import shared
from scaffold.cli.console import guarded, show_plan
from scaffold.cli.write import recover, write


@click.command()
@shared.existing_task
@click.argument("bucket", metavar="[BUCKET]", default="")
@shared.repo
@shared.output
def untrigger(**options: Any) -> None:
    """Take an S3 trigger away from a task.

    BUCKET is the aws_s3_bucket whose objects start it, which a task with triggers of several needs. The bucket's
    notification goes back to what the others need, and the toggle goes that guarded nothing else.
    """
    guarded(_untrigger, options)


def _untrigger(options: dict[str, Any]) -> None:
    from scaffold.changes import remove
    from scaffold.files.checkout import Checkout

    checkout = Checkout.find(options["repo"])
    recover(checkout)
    made = remove.untrigger(options["name"], options["bucket"], checkout)
    write(checkout, made, options["dry_run"], options["name"])
    show_plan(options["name"], made, remove.next_steps(checkout), options["format"], options["dry_run"])
