"""All output of the commands; the only place that turns errors into messages and exit statuses."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import click
from click.core import ParameterSource

from scaffold.cli.streams import INCOMPLETE, INTERRUPTED, has_words_for
from scaffold.files.printable import printable, printable_lines

if TYPE_CHECKING:
    from scaffold.audit.guard import Added
    from scaffold.files.plan import Plan

_written: list[bool] = []  # whether the command has written files
_PIPED_WIDTH, _LEAST_WIDTH = 120, 50
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
SEVERITY_COLOURS = {"error": "red", "warning": "yellow", "note": "blue"}


def guarded(command: Callable[[dict[str, Any]], None], options: dict[str, Any], status: int = 1) -> None:
    """Run a command. An error is printed as a message, and the process exits with `status`, or INCOMPLETE."""
    from scaffold.errors import Refusal
    from scaffold.files.transaction.problems import CommitError, LeftoverError

    _written.clear()
    try:
        _refuse_empty(click.get_current_context())
        command(options)
    except LeftoverError as error:
        fail(str(error), INCOMPLETE)
    except Refusal as error:
        first, *more = error.lines
        fail(f"{state_of_files()}{first}", INCOMPLETE if _written else status, more)
    except CommitError as error:
        fail(f"{state_of_files()}{error}", INCOMPLETE if _written else status)
    except (click.ClickException, click.exceptions.Exit):
        raise
    except (RecursionError, MemoryError):
        if os.environ.get("PFML_SCAFFOLD_DEBUG"):
            raise
        why = "something in this checkout is nested too deeply, or too large"
        fail(f"{state_of_files()}{why}", INCOMPLETE if _written else status)
    except Exception as error:
        if os.environ.get("PFML_SCAFFOLD_DEBUG"):
            raise
        done = "everything was written" if _written else "nothing was written"
        fail(
            f"internal error in pfml-scaffold, {done}: {type(error).__name__}: {error}. "
            "Please report it, with the output of the same command run with PFML_SCAFFOLD_DEBUG=1.",
            INCOMPLETE if _written else status,
        )


def interrupted() -> NoReturn:
    """Exit after Ctrl-C, with the status of a program that SIGINT ended; INCOMPLETE if everything was written."""
    if _written:
        fail(f"{state_of_files()}the command was interrupted", INCOMPLETE)
    click.echo("\nInterrupted. Nothing was written.", err=True)
    sys.exit(INTERRUPTED)


def note_written() -> None:
    """From now on, no message says that nothing was written."""
    _written.append(True)


def state_of_files() -> str:
    """How a message starts that is printed after the files were written; "" before that."""
    return "everything was written, but " if _written else ""


def _refuse_empty(context: click.Context) -> None:
    """Raise Refusal for an option with an empty value, as from an unset shell variable."""
    from scaffold.errors import Refusal

    for parameter in context.command.params:
        typed = context.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
        if typed and context.params.get(parameter.name or "") == "" and parameter.name not in _MAY_BE_EMPTY:
            option = parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name
            raise Refusal("the value is empty", option=option, instead="Set a value, or omit the option.")


def fail(message: str, status: int = 1, more: Iterable[str] = ()) -> NoReturn:
    """Print a message, with more lines below it, and exit."""
    show_error(message)
    for line in more:
        click.echo(printable(line), err=True)
    sys.exit(status)


def show_error(message: str) -> None:
    click.echo(f"{click.style('error', fg='red')}: {printable(message)}", err=True)


def color() -> bool | None:
    """Whether to use colors, by https://no-color.org and https://force-color.org; None for "at a terminal"."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return False if os.environ.get("TERM") == "dumb" else None


def terminal_width() -> int:
    """The columns of the terminal, or what COLUMNS says; 0 if the output is not a terminal."""
    if not (sys.stdout.isatty() or os.environ.get("COLUMNS")):
        return 0
    import shutil

    return max(shutil.get_terminal_size((_PIPED_WIDTH, 24)).columns, _LEAST_WIDTH)


def table_width() -> int:
    """The same, and 120 if the output is not a terminal."""
    return terminal_width() or _PIPED_WIDTH


def at_a_terminal() -> bool:
    """Whether questions can be asked: input and output are both terminals."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def stop() -> NoReturn:
    """Exit with status 1 because the user chose to, before anything was written."""
    click.echo("Nothing was written.", err=True)
    raise click.exceptions.Exit(1)


def warn(notes: Iterable[str], apart: bool = False) -> None:
    """Print warnings. apart: after a blank line, as a group of their own."""
    for number, note in enumerate(notes):
        gap = "\n" if apart and not number else ""
        click.echo(f"{gap}{click.style('warning', fg='yellow')}: {printable(note)}", err=True)


def remark(text: str) -> None:
    """Print something about the output that is not a part of it."""
    click.echo(text, err=True)


def show_findings(added: Added, apart: bool = False) -> None:
    """Print what `check` reports because of a change. apart: after a blank line, as a group of their own."""
    from scaffold.audit.reports.text import added_lines

    gap = "\n" if apart else ""
    click.echo(f"{gap}check reports because of this change:", err=True)
    for line in added_lines(added, terminal_width()):
        click.echo(click.style(line.text, fg=SEVERITY_COLOURS.get(line.severity or "")), err=True)


class Shown(NamedTuple):
    """What a command prints about its plan, and, in text, what it prints below its warnings."""

    body: str | bytes
    closing: str = ""


def shown_plan(
    task: str,
    plan: Plan,
    next_steps: Sequence[str],
    format: str,
    dry_run: bool,
    notes: Sequence[str] = (),
    starts: Sequence[Mapping[str, object]] = (),
    added: Added | None = None,
) -> Shown:
    """What a command prints about its plan: made before it is carried out, since that cannot be undone by an error.

    notes: what the plan decides, a sentence each, such as the rights that it gives. starts: where its schedule and
    trigger are on, for JSON. added: what `check` reports because of it.
    """
    from scaffold.files import report

    if format == "json":
        from scaffold.audit.reports.objects import added_objects

        findings = added_objects(added) if added and added.findings else []
        return Shown(json_text(report.as_json(task, plan, notes, starts, findings, next_steps, dry_run)) + "\n")
    if format == "markdown":
        return Shown(report.as_markdown(plan))
    if format == "patch":
        return Shown(plan.diff())
    lines = _plan_lines(plan, notes, with_diff=dry_run and bool(plan.paths))
    return Shown(_joined(lines), _joined(_closing_lines(plan, next_steps, dry_run)))


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def show(text: str | bytes) -> None:
    click.echo(text, nl=False)


def json_text(text: str) -> str:
    """JSON, with its own escapes for what standard output cannot encode."""
    if has_words_for(text):
        return text
    import json

    return json.dumps(json.loads(text), indent=2) + ("\n" if text.endswith("\n") else "")


def _plan_lines(plan: Plan, notes: Sequence[str], with_diff: bool) -> Iterator[str]:
    yield from _status_lines(plan)
    if with_diff:
        yield from _diff_lines(plan)
    if notes:
        yield ""
    yield from map(printable, notes)


def _closing_lines(plan: Plan, next_steps: Sequence[str], dry_run: bool) -> Iterator[str]:
    if not plan.paths:
        kept = any(edit.action == "keep" for edit in plan.edits)
        yield f"\nNothing to do: all parts are {'kept' if kept else 'already as requested'}."
    elif dry_run:
        yield "\nDry run: nothing was written."
    elif next_steps:
        yield "\nNext, from the root of the checkout:\n"
        yield from (f"  {line}" for step in next_steps for line in step.split("\n"))


def show_preview(plan: Plan, notes: Sequence[str]) -> None:
    """Print what a plan would change: the files, the diff, and what it decides."""
    show(_joined(_plan_lines(plan, notes, with_diff=True)))


def _status_lines(plan: Plan) -> Iterator[str]:
    from scaffold.files import report

    for action, rest in report.as_lines(plan):
        yield f"{click.style(f'{action:>9}', fg=STATUS_COLOURS[action])}  {rest}"


def _diff_lines(plan: Plan) -> Iterator[str]:
    yield ""
    text = printable_lines(plan.diff().decode("utf-8", "replace"))
    yield from map(_coloured, text.splitlines())


def _coloured(line: str) -> str:
    if line.startswith(("diff ", "--- ", "+++ ", "new file", "deleted file", "rename ")):
        return click.style(line, bold=True)
    colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
    return click.style(line, fg=colour) if colour else line
