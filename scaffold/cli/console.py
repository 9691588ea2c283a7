"""What the commands print, and how they end. Here alone errors become messages."""

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
    """Run a command; this is the one place where errors become messages, and end the process with this status."""
    from scaffold.errors import Refusal
    from scaffold.files.commit import CommitError

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
            f"a fault of pfml-scaffold itself, and nothing was written: {type(error).__name__}: {error}. "
            "Please report it, with what PFML_SCAFFOLD_DEBUG=1 shows.",
            status,
        )


def _refuse_empty(context: click.Context) -> None:
    """Raise Refusal for an option that was given as nothing, as an empty variable of a shell gives it."""
    from scaffold.errors import Refusal

    for parameter in context.command.params:
        typed = context.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
        if typed and context.params.get(parameter.name or "") == "" and parameter.name not in _MAY_BE_EMPTY:
            option = parameter.opts[0] if isinstance(parameter, click.Option) else (parameter.human_readable_name)
            raise Refusal("it is empty", option=option, instead="Give it a value, or leave it out.")


def fail(message: str, status: int = 1) -> NoReturn:
    tell(message)
    sys.exit(status)


def tell(message: str) -> None:
    """Say what is wrong."""
    click.echo(f"{click.style('error', fg='red')}: {message}", err=True)


def at_a_terminal() -> bool:
    """Whether somebody is there who can be asked."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def stop() -> NoReturn:
    """The end that somebody chose, before anything was written."""
    click.echo("Nothing was written.", err=True)
    raise click.exceptions.Exit(1)


def warn(notes: Iterable[str]) -> None:
    for note in notes:
        click.echo(f"{click.style('warning', fg='yellow')}: {note}", err=True)


def show_plan(task: str, made: Plan, next_steps: list[str], format: str, dry_run: bool) -> None:
    from scaffold.files import report

    if format == "json":
        click.echo(report.as_json(task, made, next_steps, dry_run))
    elif format == "markdown":
        click.echo(report.as_markdown(made), nl=False)
    elif format == "patch":
        sys.stdout.flush()
        sys.stdout.buffer.write(made.diff())
    else:
        _show_text(made, next_steps, dry_run)


def _show_text(made: Plan, next_steps: list[str], dry_run: bool) -> None:
    from scaffold.files import report

    for action, rest in report.as_lines(made):
        click.echo(f"{click.style(f'{action:>9}', fg=STATUS_COLOURS[action])}  {rest}")
    if not made.paths:
        kept = any(edit.action == "keep" for edit in made.edits)
        click.echo(f"\nNothing to do: all of it is {'kept' if kept else 'there as asked'}.")
    elif dry_run:
        show_diff(made)
        click.echo("A dry run: nothing was written.")
    elif next_steps:
        click.echo("\nNext, from the root of the checkout:\n")
        for step in next_steps:
            click.echo(f"  {step}")


def show_diff(made: Plan) -> None:
    """The diff of a plan, with a blank line on either side."""
    click.echo()
    for line in made.diff().decode("utf-8", "replace").splitlines():
        click.echo(_coloured(line))
    click.echo()


def _coloured(line: str) -> str:
    if line.startswith(("diff ", "--- ", "+++ ", "new file", "deleted file", "rename ")):
        return click.style(line, bold=True)
    colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
    return click.style(line, fg=colour) if colour else line
