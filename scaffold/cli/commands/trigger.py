"""`pfml-scaffold trigger`: add an S3 trigger to an existing task."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli.commands import shared
from scaffold.cli.console import guarded
from scaffold.cli.write import carry_out, open_checkout, proposal_of


@click.command(cls=shared.StartCommand)
@shared.existing_task
@shared.repo
@shared.trigger
@shared.trigger_name
@shared.toggle
@shared.output
def trigger(**options: Any) -> None:
    """Start an existing task when objects arrive in a bucket.

    The trigger is merged into the bucket's existing notification, and gets the task's own roles from tasks.tf.
    """
    guarded(_trigger, options)


def _trigger(options: dict[str, Any]) -> None:
    from scaffold.changes import create
    from scaffold.cli.options import trigger_subject

    checkout = open_checkout(options["repo"], changes=not options["dry_run"])
    subject = trigger_subject(options, checkout)
    addition = create.addition(subject, checkout)
    plan = create.create(addition)
    carry_out(checkout, proposal_of(addition, plan), options)
