"""`pfml-scaffold trigger`: a trigger for a task that is there."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli.commands import shared
from scaffold.cli.console import guarded, show_plan, warn
from scaffold.cli.write import recover, write


@click.command()
@shared.existing_task
@shared.repo
@shared.trigger
@click.option("--trigger-name", default="", metavar="NAME", help="The name of its Lambda. [default: the task's]")
@shared.toggle
@shared.output
def trigger(**options: Any) -> None:
    """Start a task of the checkout by new objects in a bucket.

    It is merged into the notification that the bucket has. The roles
    are the task's own, as tasks.tf has them.
    """
    guarded(_trigger, options)


def _trigger(options: dict[str, Any]) -> None:
    from scaffold.changes import advice, create
    from scaffold.cli.options import trigger_subject
    from scaffold.files.checkout import Checkout

    checkout = Checkout.find(options["repo"])
    recover(checkout)
    subject = trigger_subject(options, checkout)
    addition = create.addition(subject, checkout)
    plan = create.create(addition)
    write(checkout, plan, options["dry_run"], subject.name)
    warn(advice.warnings(addition))
    show_plan(subject.name, plan, advice.next_steps(addition), options["format"], options["dry_run"])
