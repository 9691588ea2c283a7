"""The one door to the disk: recover, then look for new errors, then commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scaffold.files.checkout import Checkout
    from scaffold.files.plan import Plan


def recover(checkout: Checkout) -> None:
    """Put in order what an interrupted run left, before anything is read."""
    from scaffold.files import commit

    found = commit.recover(checkout.root)
    if found:
        click.echo(found, err=True)


def write(checkout: Checkout, made: Plan, dry_run: bool, task: str = "", was: str = "") -> None:
    """All of a plan onto disk, or, in a dry run, the refusal that this would end in.

    task: the one that the plan is for, which the audit then finds no new error in. was: the name that it had before.
    """
    from scaffold.audit.guard import refuse_added
    from scaffold.files.commit import FileTarget, check, commit

    if task:
        refuse_added(checkout, made, task, was)
    models = {target: path for path, target in made.moves.items()}
    targets = [FileTarget(path, made.before[path], data, models.get(path, "")) for path, data in made.outcome().items()]
    (check if dry_run else commit)(checkout.root, targets)
