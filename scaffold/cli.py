"""The commands and their options. The only module that prints or exits."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from scaffold.edits import Plan
    from scaffold.spec import TaskSpec

STATUS_COLOURS = {"create": "green", "insert": "green", "replace": "yellow", "exists": "blue", "unchanged": "blue"}


def run() -> None:
    """The console script. A run is over before collecting garbage would pay."""
    gc.disable()
    main()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="pfml-scaffold")
def main() -> None:
    """Add a whole ECS background task to a checkout of Massachusetts PFML, in one command, or nothing at all."""


@main.command()
@click.argument("name")
@click.option("--repo", type=click.Path(path_type=Path), help="The checkout. [default: around the working directory]")
@click.option(
    "--module", default="", metavar="DOTTED", help="The entrypoint's module. [default: massgov.pfml.tasks.<name>]"
)
@click.option("--function", default="main", show_default=True, metavar="NAME", help="The entrypoint's function.")
@click.option("--command", default="", metavar="NAME", help="The Poetry script. [default: the task's name]")
@click.option("--description", default="", metavar="TEXT", help="What the task does, for its docstring.")
@click.option("--db", "database", is_flag=True, help="Open a database session, and add --env db_access.")
@click.option("--args", "arguments", is_flag=True, help="Parse command-line arguments.")
@click.option("--env", "groups", multiple=True, metavar="GROUP", help="A group of task_config.tf. Repeatable.")
@click.option(
    "--env-var", "variables", multiple=True, metavar="NAME=VALUE", help="An environment variable. Repeatable."
)
@click.option("--secret", "secrets", multiple=True, metavar="NAME[=SSM_PATH]", help="A secret from SSM. Repeatable.")
@click.option("--cpu", type=int, metavar="UNITS", help="Fargate CPU units, such as 2048.")
@click.option("--memory", type=int, metavar="MIB", help="Fargate memory in MiB, such as 4096.")
@click.option("--task-role", default="", metavar="new|RESOURCE", help="The role of the running program.")
@click.option("--execution-role", default="", metavar="new|RESOURCE", help="The role that ECS starts it with.")
@click.option("--role-name", default="", metavar="NAME", help="A new role's name. [default: ecs-tasks-<name>]")
@click.option("--like", default="", metavar="TASK", help="Groups, CPU, memory and roles as that task has them.")
@click.option("--schedule", "expression", default="", metavar="EXPRESSION", help="rate(…) or cron(…), in UTC.")
@click.option("--daylight-schedule", "daylight", default="", metavar="EXPRESSION", help="The same in daylight time.")
@click.option("--timezone", default="", metavar="ZONE", help="Read --schedule as local time, as in America/New_York.")
@click.option("--schedule-name", default="", metavar="NAME", help="The schedule's name. [default: the task's]")
@click.option(
    "--schedule-arg",
    "schedule_arguments",
    multiple=True,
    metavar="ARG",
    help="An argument of the scheduled run. Repeatable.",
)
@click.option(
    "--s3-bucket", "bucket", default="", metavar="NAME", help="An aws_s3_bucket whose new objects start the task."
)
@click.option("--s3-prefix", "prefix", default="", metavar="PREFIX", help="Only keys that begin so.")
@click.option("--s3-suffix", "suffix", default="", metavar="SUFFIX", help="Only keys that end so.")
@click.option("--s3-event", "events", multiple=True, metavar="EVENT", help="[default: s3:ObjectCreated:*]")
@click.option(
    "--toggle",
    is_flag=False,
    flag_value="*",
    default=None,
    metavar="[VARIABLE]",
    help="Guard the schedule or trigger by a variable.",
)
@click.option(
    "--enable-in", "enable_in", multiple=True, metavar="ENVIRONMENT", help="Turn the toggle on there. Repeatable."
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@click.option(
    "--format", "format", type=click.Choice(["text", "json", "markdown", "patch"]), default="text", show_default=True
)
@click.pass_context
def task(context: click.Context, /, **options: Any) -> None:
    """Make a whole task: entrypoint, Poetry script, task definition, test, and what the options ask for."""
    _guarded(_task, options)


def _task(options: dict[str, Any]) -> None:
    from scaffold import creation
    from scaffold.checkout import Checkout
    from scaffold.commit import Target, check, commit, recover
    from scaffold.options import task_spec

    spec = task_spec(options)
    checkout = Checkout.find(options["repo"])
    recovered = recover(checkout.root)
    if recovered:
        click.echo(recovered, err=True)
    made = creation.create(spec, checkout)
    targets = [Target(path, made.before[path], made.after(path)) for path in made.paths]
    (check if options["dry_run"] else commit)(checkout.root, targets)
    for note in creation.notes(spec, checkout):
        click.echo(f"{click.style('warning', fg='yellow')}: {note}", err=True)
    _show(spec, made, creation.next_steps(spec, checkout), options["format"], options["dry_run"])


def _show(spec: TaskSpec, made: Plan, next_steps: list[str], format: str, dry_run: bool) -> None:
    from scaffold import report

    if format == "json":
        click.echo(report.as_json(spec.name, made, next_steps, dry_run))
    elif format == "markdown":
        click.echo(report.as_markdown(made), nl=False)
    elif format == "patch":
        sys.stdout.flush()
        sys.stdout.buffer.write(made.diff())
    else:
        _show_text(made, next_steps, dry_run)


def _show_text(made: Plan, next_steps: list[str], dry_run: bool) -> None:
    from scaffold import report

    for action, rest in report.as_lines(made):
        click.echo(f"{click.style(f'{action:>9}', fg=STATUS_COLOURS[action])}  {rest}")
    if not made.paths:
        click.echo("\nNothing to do: all of it is there as asked.")
    elif dry_run:
        click.echo()
        for line in made.diff().decode("utf-8", "replace").splitlines():
            click.echo(_coloured(line))
        click.echo("\nA dry run: nothing was written.")
    else:
        click.echo("\nNext, from the root of the checkout:\n")
        for step in next_steps:
            click.echo(f"  {step}")


def _coloured(line: str) -> str:
    if line.startswith(("diff ", "--- ", "+++ ", "new file")):
        return click.style(line, bold=True)
    colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
    return click.style(line, fg=colour) if colour else line


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("pfml-sample"))
def demo(folder: Path) -> None:
    """Lay out a small sample checkout in a new folder, to try the other commands on."""
    from scaffold.sample_checkout import lay_out

    if folder.exists():
        _fail(f"{folder} exists already. Name a folder that does not.")
    try:
        lay_out(folder)
    except OSError as error:
        _fail(f"{folder} cannot be made: {error.strerror}.")
    click.echo(f"A sample checkout is in {folder}. Try:\n")
    click.echo(f"  cd {folder}\n  pfml-scaffold task my-new-task-name --schedule 'rate(1 day)' --dry-run")


def _guarded(command: Callable[[dict[str, Any]], None], options: dict[str, Any]) -> None:
    """Run a command; this is the one place where errors become messages."""
    from scaffold.commit import CommitError
    from scaffold.errors import Refusal

    try:
        command(options)
    except (Refusal, CommitError) as error:
        _fail(str(error))
    except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
        raise
    except Exception as error:
        if os.environ.get("PFML_SCAFFOLD_DEBUG"):
            raise
        _fail(
            f"a fault of pfml-scaffold itself, and nothing was written: {type(error).__name__}: {error}. "
            "Please report it, with what PFML_SCAFFOLD_DEBUG=1 shows."
        )


def _fail(message: str) -> NoReturn:
    click.echo(f"{click.style('error', fg='red')}: {message}", err=True)
    sys.exit(1)
