"""`pfml-scaffold task`: create a whole task."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli import completion
from scaffold.cli.commands import shared
from scaffold.cli.console import at_a_terminal, guarded, stop
from scaffold.cli.write import carry_out, open_checkout, proposal_of


@click.command(cls=shared.StartCommand)
@click.argument("name", required=False)
@shared.repo
@click.option(
    "--module",
    is_flag=False,
    flag_value="*",
    default="",
    metavar="DOTTED",
    help="The entrypoint's module, or its path. [default: one in the package of tasks with similar names]",
    shell_complete=completion.modules,
)
@click.option("--function", default="main", show_default=True, metavar="NAME", help="The entrypoint's function.")
@click.option("--command", default="", metavar="NAME", help="The Poetry script. [default: the task's name]")
@click.option("--description", default="", metavar="TEXT", help="What the task does, for its docstring.")
@click.option("--makefile", is_flag=True, help="Add a target to api/Makefile that runs it.")
@shared.code
@shared.definition
@click.option(
    "--like",
    default="",
    metavar="TASK",
    help="Copy the package, groups, CPU, memory and roles of that task.",
    shell_complete=completion.tasks,
)
@shared.schedule_expression
@shared.schedule
@shared.trigger
@shared.toggle
@shared.output
def task(**options: Any) -> None:
    """Create a whole task.

    Creates its entrypoint, Poetry script, task definition and test, and whatever the options ask for: environment,
    roles, schedule, alarm, toggle, S3 trigger. Run it again to add whatever is missing. Without a NAME, at a terminal,
    it asks for everything that the options leave open.
    """
    guarded(_task, options)


def _task(options: dict[str, Any]) -> None:
    from scaffold.changes import create
    from scaffold.changes.module import proposed_modules
    from scaffold.cli.options import task_spec

    interactive = options["name"] is None
    if interactive:
        options = _asked(options)
    spec = task_spec({**options, "module": "" if options["module"] == "*" else options["module"]})
    checkout = open_checkout(options["repo"], changes=not options["dry_run"])
    if options["module"] == "*":
        raise proposed_modules(spec, checkout)
    addition = create.addition(spec, checkout)
    plan = create.create(addition)
    asks = interactive and plan.paths and not options["dry_run"]
    carry_out(checkout, proposal_of(addition, plan), options, _confirm if asks else None)
    if interactive:
        _show_command(options)


def _asked(options: dict[str, Any]) -> dict[str, Any]:
    """The options with the answers of the user at the terminal."""
    _refuse_taken_name(options["toggle"])
    if not at_a_terminal():
        # For click the argument is optional, so its message would put the name in brackets.
        raise click.MissingParameter(ctx=click.get_current_context(), param=task.params[0], param_hint="'NAME'")
    from scaffold.cli.wizard.prompt import ask

    checkout = open_checkout(options["repo"], changes=not options["dry_run"])
    options = {**options, "module": "" if options["module"] == "*" else options["module"]}
    try:
        return ask(options, task.params, checkout)
    except EOFError:
        stop()


def _refuse_taken_name(toggle: str | None) -> None:
    """Raise UsageError if `--toggle` took the task's name. At a terminal, the name of a variable is no mistake."""
    from scaffold.aws.names import task_name_problem

    if toggle and toggle != shared.NEW_TOGGLE and (not at_a_terminal() or task_name_problem(toggle) is None):
        raise shared.toggle_took_argument(toggle, click.get_current_context(), task.params[0])


def _confirm() -> None:
    from scaffold.cli.wizard.prompt import confirm

    try:
        agreed = confirm("Write it?")
    except EOFError:
        agreed = False
    if not agreed:
        stop()


def _show_command(options: dict[str, Any]) -> None:
    """Print the equivalent command line."""
    from scaffold.cli.wizard.interview import command_line

    click.echo(
        f"\nThe equivalent command:\n\n  {command_line(options, task.params)}",
        err=options["format"] != "text",
    )
