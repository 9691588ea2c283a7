"""`pfml-scaffold task`: a whole new task."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scaffold.console import guarded, show_plan


@click.command()
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
@click.option("--cpu", default="", metavar="UNITS", help="Fargate CPU units, such as 2048.")
@click.option("--memory", default="", metavar="MIB", help="Fargate memory in MiB, such as 4096.")
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
    """Make a whole task.

    Its entrypoint, Poetry script, task definition and test, and what the options ask for: environment, roles,
    schedule, alarm, toggle, S3 trigger. The same command again adds what lacks.
    """
    guarded(_task, options)


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
    show_plan(spec.name, made, creation.next_steps(spec, checkout), options["format"], options["dry_run"])
