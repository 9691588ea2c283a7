"""`pfml-scaffold trigger`: add an S3 trigger to an existing task."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli.commands import shared
from scaffold.cli.console import guarded
from scaffold.cli.write import Proposal, carry_out, open_checkout


@click.command()
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
    from scaffold.changes import advice, create
    from scaffold.cli.options import trigger_subject

    checkout = open_checkout(options["repo"], changes=not options["dry_run"])
    subject = trigger_subject(options, checkout)
    addition = create.addition(subject, checkout)
    plan = create.create(addition)
    warnings, notes = advice.warnings(addition, plan), advice.notes(addition, plan)
    steps = advice.next_steps(addition)
    carry_out(checkout, Proposal(subject.name, plan, steps, warnings, notes, advice.STATED), options)
