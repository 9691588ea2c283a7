"""The only path to the disk: recover from an interrupted run, check for new errors, commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scaffold.files.checkout import Checkout
    from scaffold.files.plan import Plan


def recover(checkout: Checkout) -> None:
    """Finish or undo an interrupted run, before anything is read."""
    from scaffold.files import commit

    message = commit.recover(checkout.root)
    if message:
        click.echo(message, err=True)


def write(checkout: Checkout, plan: Plan, dry_run: bool, task: str = "", old_name: str = "") -> None:
    """Write a plan to disk; a dry run only raises what this would raise.

    task: refuse the plan if it adds an error to this task. old_name: the task's name before a rename.
    """
    from scaffold.audit.guard import refuse_added
    from scaffold.files.commit import FileTarget, check, commit

    if task:
        refuse_added(checkout, plan, task, old_name)
    models = {target: path for path, target in plan.moves.items()}
    targets = [FileTarget(path, plan.before[path], data, models.get(path, "")) for path, data in plan.outcome().items()]
    (check if dry_run else commit)(checkout.root, targets)
