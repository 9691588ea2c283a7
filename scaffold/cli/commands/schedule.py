"""`pfml-scaffold schedule`: add a schedule to an existing task."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli.commands import shared
from scaffold.cli.console import guarded
from scaffold.cli.write import carry_out, open_checkout, proposal_of


@click.command(cls=shared.StartCommand)
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

    --toggle without a variable takes one that is named after the task, or, if the task has another schedule, after
    this one: enable_SCHEDULE_schedule.
    """
    guarded(_schedule, options)


def _schedule(options: dict[str, Any]) -> None:
    from scaffold.changes import create
    from scaffold.cli.options import schedule_subject

    _refuse_wrong_order(options["name"], options["expression"])
    checkout = open_checkout(options["repo"], changes=not options["dry_run"])
    subject = schedule_subject(options, checkout)
    addition = create.addition(subject, checkout)
    plan = create.create(addition)
    carry_out(checkout, proposal_of(addition, plan), options)


def _refuse_wrong_order(name: str, expression: str) -> None:
    from scaffold.errors import Refusal
    from scaffold.rendering.literals import shell

    if name.startswith(("rate(", "cron(")) and not expression.startswith(("rate(", "cron(")):
        right = f"pfml-scaffold schedule {shell(expression, name)}"
        raise Refusal(
            "this is an expression; the task comes first", option="TASK", value=name, instead=f"Write {right}."
        )
