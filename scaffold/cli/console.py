"""All output of the commands; the only place that turns errors into messages and exit statuses."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from scaffold.files.plan import Plan


_MAY_BE_EMPTY = ("description", "prefix", "suffix", "name")
STATUS_COLOURS = {
    "create": "green",
    "insert": "green",
    "replace": "yellow",
    "exists": "blue",
    "unchanged": "blue",
    "delete": "red",
    "remove": "red",
    "keep": "yellow",
    "rename": "yellow",
    "move": "yellow",
}


def guarded(command: Callable[[dict[str, Any]], None], options: dict[str, Any], status: int = 1) -> None:
    """Run a command. An error is printed as a message, and the process exits with `status`."""
    from scaffold.errors import Refusal
    from scaffold.files.transaction.commit import CommitError

    try:
        _refuse_empty(click.get_current_context())
        command(options)
    except (Refusal, CommitError) as error:
        fail(str(error), status)
    except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
        raise
    except Exception as error:
        if os.environ.get("PFML_SCAFFOLD_DEBUG"):
            raise
        fail(
            f"internal error in pfml-scaffold, nothing was written: {type(error).__name__}: {error}. "
            "Please report it, with the output of the same command run with PFML_SCAFFOLD_DEBUG=1.",
            status,
        )


def _refuse_empty(context: click.Context) -> None:
    """Raise Refusal for an option with an empty value, as from an unset shell variable."""
    from scaffold.errors import Refusal

    for parameter in context.command.params:
        typed = context.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
        if typed and context.params.get(parameter.name or "") == "" and parameter.name not in _MAY_BE_EMPTY:
            option = parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name
            raise Refusal("the value is empty", option=option, instead="Set a value, or omit the option.")


def fail(message: str, status: int = 1) -> NoReturn:
    show_error(message)
    sys.exit(status)


def show_error(message: str) -> None:
    click.echo(f"{click.style('error', fg='red')}: {message}", err=True)


def at_a_terminal() -> bool:
    """Whether questions can be asked: input and output are both terminals."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def stop() -> NoReturn:
    """Exit with status 1 because the user chose to, before anything was written."""
    click.echo("Nothing was written.", err=True)
    raise click.exceptions.Exit(1)


def warn(notes: Iterable[str]) -> None:
    for note in notes:
        click.echo(f"{click.style('warning', fg='yellow')}: {note}", err=True)


def show_plan(task: str, plan: Plan, next_steps: list[str], format: str, dry_run: bool) -> None:
    from scaffold.files import report

    if format == "json":
        click.echo(report.as_json(task, plan, next_steps, dry_run))
    elif format == "markdown":
        click.echo(report.as_markdown(plan), nl=False)
    elif format == "patch":
        sys.stdout.flush()
        sys.stdout.buffer.write(plan.diff())
    else:
        _show_text(plan, next_steps, dry_run)


def _show_text(plan: Plan, next_steps: list[str], dry_run: bool) -> None:
    from scaffold.files import report

    for action, rest in report.as_lines(plan):
        click.echo(f"{click.style(f'{action:>9}', fg=STATUS_COLOURS[action])}  {rest}")
    if not plan.paths:
        kept = any(edit.action == "keep" for edit in plan.edits)
        click.echo(f"\nNothing to do: all parts are {'kept' if kept else 'already as requested'}.")
    elif dry_run:
        show_diff(plan)
        click.echo("Dry run: nothing was written.")
    elif next_steps:
        click.echo("\nNext, from the root of the checkout:\n")
        for step in next_steps:
            click.echo(f"  {step}")


def show_diff(plan: Plan) -> None:
    """Print the diff of a plan, with a blank line before and after it."""
    click.echo()
    for line in plan.diff().decode("utf-8", "replace").splitlines():
        click.echo(_coloured(line))
    click.echo()


def _coloured(line: str) -> str:
    if line.startswith(("diff ", "--- ", "+++ ", "new file", "deleted file", "rename ")):
        return click.style(line, bold=True)
    colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
    return click.style(line, fg=colour) if colour else line
