"""The only path to the disk: recover from an interrupted run, check what a plan adds, commit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from scaffold.cli import console

if TYPE_CHECKING:
    from scaffold.audit.guard import Added
    from scaffold.changes.parts.requests import Addition
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


class Proposal(NamedTuple):
    """What a command would do to a task.

    warnings, notes: sentences to print with the plan; notes are on what it decides. stated: the rules of `check` whose
    findings the warnings state already. old_name: the task's name before a rename. starts: where its schedule and
    trigger are on. heading: what is said first, in text.
    """

    task: str
    plan: Plan
    next_steps: Sequence[str]
    warnings: Sequence[str] = ()
    notes: Sequence[str] = ()
    stated: Collection[str] = ()
    old_name: str = ""
    starts: Sequence[Mapping[str, object]] = ()
    heading: str = ""


def proposal_of(addition: Addition, plan: Plan) -> Proposal:
    """The proposal of an addition, with what there is to say about it."""
    from scaffold.changes import advice
    from scaffold.changes.start_states import start_states

    states = start_states(addition, plan)
    return Proposal(
        addition.spec.name,
        plan,
        advice.next_steps(addition, states, plan),
        advice.warnings(addition, plan),
        advice.notes(addition, plan, states),
        advice.stated(addition),
        starts=[state.as_object() for state in states],
        heading=advice.heading(addition),
    )


def carry_out(
    checkout: Checkout, proposal: Proposal, options: Mapping[str, Any], confirm: Callable[[], None] | None = None
) -> None:
    """Write the plan of a proposal and print it, with what `check` reports because of it. Raises Refusal for an error.

    confirm: asks the user, after the warnings and before anything is written.
    """
    from scaffold.audit.guard import added

    task, plan, dry_run = proposal.task, proposal.plan, options["dry_run"]
    findings = added(checkout, plan, task, proposal.old_name, proposal.stated) if plan.paths else None
    steps, notes = proposal.next_steps, proposal.notes
    shown = console.shown_plan(task, plan, steps, options["format"], dry_run, notes, proposal.starts, findings)
    in_text = options["format"] == "text"
    heading = f"{proposal.heading}\n\n" if in_text and proposal.heading else ""
    if confirm:
        console.show(heading)
        console.show_preview(plan, notes)
        _warn(proposal, findings, apart=True)
        confirm()
    write(checkout, plan, dry_run)
    if not confirm:
        console.show(heading)
    if not (in_text or confirm):
        _warn(proposal, findings, apart=False)
    console.show(shown.body)
    if in_text and not confirm:
        _warn(proposal, findings, apart=True)
    console.show(shown.closing)


def _warn(proposal: Proposal, findings: Added | None, apart: bool) -> None:
    console.warn(proposal.warnings, apart)
    if findings and findings.findings:
        console.show_findings(findings, apart)


def write(checkout: Checkout, plan: Plan, dry_run: bool) -> None:
    """Write a plan to disk; a dry run only raises what this would raise."""
    from scaffold.files.transaction.commit import FileTarget, check, commit, signals_held

    models = {target: path for path, target in plan.moves.items()}
    targets = [FileTarget(path, plan.before[path], data, models.get(path, "")) for path, data in plan.outcome().items()]
    if dry_run:
        check(checkout.root, targets, checkout.difference)
        return
    with signals_held():  # one that arrives during the commit is delivered once it is known what was written
        commit(checkout.root, targets, checkout.difference)
        if plan.paths:
            console.note_written()
