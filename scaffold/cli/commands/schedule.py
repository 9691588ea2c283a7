"""`pfml-scaffold schedule`: add a schedule to an existing task."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli.commands import shared
from scaffold.cli.console import guarded
from scaffold.cli.write import Proposal, carry_out, open_checkout


@click.command()
@shared.existing_task
@click.argument("expression")
@shared.repo
@shared.schedule
@shared.toggle
@shared.output
def schedule(**options: Any) -> None:
    """Add a schedule to an existing task, the first or another one.

    EXPRESSION is rate(…) or cron(…), in UTC unless --timezone is given. The schedule gets an alarm, and the task's own
    roles from tasks.tf.
    """
    guarded(_schedule, options)


def _schedule(options: dict[str, Any]) -> None:
    from scaffold.changes import advice, create
    from scaffold.cli.options import schedule_subject

    checkout = open_checkout(options["repo"], changes=not options["dry_run"])
    subject = schedule_subject(options, checkout)
    addition = create.addition(subject, checkout)
    plan = create.create(addition)
    warnings, notes = advice.warnings(addition, plan), advice.notes(addition, plan)
    steps = advice.next_steps(addition)
    carry_out(checkout, Proposal(subject.name, plan, steps, warnings, notes, advice.STATED), options)
