"""The only path to the disk: recover from an interrupted run, check for new errors, commit."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from scaffold.cli import console

if TYPE_CHECKING:
    from scaffold.files.checkout import Checkout
    from scaffold.files.plan import Plan

NOTHING = "Nothing to recover."


def open_checkout(repo: Path | None, changes: bool) -> Checkout:
    """The checkout of a command, which an interrupted run may have left half written.

    A command that changes it finishes or undoes that run first; any other command is refused.
    """
    from scaffold.files.checkout import Checkout

    checkout = Checkout.find(repo)
    _warn_of_published_journals(checkout.root)
    if changes:
        _recover(checkout.root)
    else:
        _refuse_interrupted(checkout.root, repo)
    return checkout


def recover_interrupted(repo: Path | None) -> None:
    """Finish or undo an interrupted run."""
    from scaffold.files.checkout import Checkout
    from scaffold.files.transaction import commit

    root = Checkout.find(repo).root
    _warn_of_published_journals(root)
    click.echo(commit.recover(root) or NOTHING)


def discard_interrupted(repo: Path | None) -> None:
    """Forget an interrupted run, and leave all files as they are."""
    from scaffold.files.checkout import Checkout
    from scaffold.files.transaction import commit

    copies = commit.discard(Checkout.find(repo).root)
    if copies is None:
        click.echo("Nothing to discard.")
        return
    click.echo("Discarded the interrupted run; all files stay as they are. Compare them with Git.")
    for path in copies:
        state = "before" if path.endswith("-old") else "after"
        click.echo(f"  {path}: a file {state} the change; delete it when it is not needed")


def _recover(root: Path) -> None:
    from scaffold.files.transaction import commit

    message = commit.recover(root)
    if message:
        click.echo(message, err=True)


def _refuse_interrupted(root: Path, repo: Path | None) -> None:
    from scaffold.files.transaction import commit

    try:
        commit.check_finished(root)
    except commit.InterruptedRunError as error:
        option = f" --repo {quote(str(repo))}" if repo else ""
        raise commit.CommitError(f"{error}; run pfml-scaffold recover{option} first") from error


def _warn_of_published_journals(root: Path) -> None:
    from scaffold.files.transaction.journal_place import published_journals

    names = published_journals(root)
    if names:
        what = "is ignored, because it may come from somebody else. Look at git status, then delete it."
        console.warn(f"{name} {what}" for name in names)


def write(checkout: Checkout, plan: Plan, dry_run: bool, task: str = "", old_name: str = "") -> None:
    """Write a plan to disk; a dry run only raises what this would raise.

    task: refuse the plan if it adds an error to this task. old_name: the task's name before a rename.
    """
    from scaffold.audit.guard import refuse_added
    from scaffold.files.transaction.commit import FileTarget, check, commit, signals_held

    if task:
        refuse_added(checkout, plan, task, old_name)
    models = {target: path for path, target in plan.moves.items()}
    targets = [FileTarget(path, plan.before[path], data, models.get(path, "")) for path, data in plan.outcome().items()]
    if dry_run:
        check(checkout.root, targets, checkout.difference)
        return
    with signals_held():  # one that arrives during the commit is delivered once it is known what was written
        commit(checkout.root, targets, checkout.difference)
        if plan.paths:
            console.note_written()
