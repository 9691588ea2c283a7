"""`pfml-scaffold untrigger`: remove an S3 trigger."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli.commands import shared
from scaffold.cli.console import guarded, show, shown_plan
from scaffold.cli.write import open_checkout, write


@click.command()
@shared.existing_task
@click.argument("bucket", metavar="[BUCKET]", default="")
@shared.repo
@shared.output
def untrigger(**options: Any) -> None:
    """Remove an S3 trigger from a task.

    BUCKET is the aws_s3_bucket whose objects start the task, which is required if several buckets do. The bucket's
    notification is reduced to what the other triggers need, and the toggle is removed if it guarded nothing else. The
    task role that `trigger` created is removed with the last trigger, or listed with the reason why it stays.
    """
    guarded(_untrigger, options)


def _untrigger(options: dict[str, Any]) -> None:
    from scaffold.changes import remove

    checkout = open_checkout(options["repo"], changes=not options["dry_run"])
    plan = remove.untrigger(options["name"], options["bucket"], checkout)
    shown = shown_plan(options["name"], plan, remove.next_steps(checkout), options["format"], options["dry_run"])
    write(checkout, plan, options["dry_run"], options["name"])
    show(shown)
