"""`pfml-scaffold untrigger`: remove an S3 trigger."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli import completion
from scaffold.cli.commands import shared
from scaffold.cli.console import guarded
from scaffold.cli.write import Proposal, carry_out, open_checkout


@click.command()
@shared.existing_task
@click.argument("bucket", required=False, default="", shell_complete=completion.buckets)
@click.option("--trigger-name", default="", metavar="NAME", help="The name of its Lambda function.")
@click.option("--s3-prefix", "prefix", default=None, metavar="PREFIX", help="Its prefix; '' for a trigger without one.")
@click.option("--s3-suffix", "suffix", default=None, metavar="SUFFIX", help="Its suffix; '' for a trigger without one.")
@click.option("--s3-event", "events", multiple=True, metavar="EVENT", help="One of its event types. Repeatable.")
@click.option("--all", "every", is_flag=True, help="Remove all triggers that match, not only one.")
@shared.repo
@shared.output
def untrigger(**options: Any) -> None:
    """Remove an S3 trigger from a task.

    BUCKET is the aws_s3_bucket whose objects start the task. If several triggers match, they are listed and nothing is
    removed, unless you choose one with the options, or all with --all.

    The bucket's notification is reduced to what the other triggers need, and the toggle is removed if it guarded
    nothing else. The task role that `trigger` created is removed with the last trigger, or listed with the reason why
    it stays.
    """
    guarded(_untrigger, options)


def _untrigger(options: dict[str, Any]) -> None:
    from scaffold.changes import remove
    from scaffold.changes.chosen import TriggerChoice
    from scaffold.spec.buckets import bucket_label

    choice = TriggerChoice(
        bucket_label(options["bucket"]),
        options["trigger_name"],
        options["prefix"],
        options["suffix"],
        options["events"],
        options["every"],
    )
    checkout = open_checkout(options["repo"], changes=not options["dry_run"])
    plan = remove.untrigger(options["name"], choice, checkout)
    carry_out(checkout, Proposal(options["name"], plan, remove.next_steps(checkout)), options)
