"""`pfml-scaffold task`: a whole new task."""

from __future__ import annotations

from typing import Any

import click

from scaffold.commands import shared
from scaffold.console import guarded, recover, show_plan, warn, write


@click.command()
@click.argument("name")
@shared.repo
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
@shared.schedule
@shared.trigger
@shared.toggle
@shared.output
def task(**options: Any) -> None:
    """Make a whole task.

    Its entrypoint, Poetry script, task definition and test, and what the options ask for: environment, roles,
    schedule, alarm, toggle, S3 trigger. The same command again adds what lacks.
    """
    guarded(_task, options)


def _task(options: dict[str, Any]) -> None:
    from scaffold import creation
    from scaffold.checkout import Checkout
    from scaffold.options import task_spec

    spec = task_spec(options)
    checkout = Checkout.find(options["repo"])
    recover(checkout)
    made = creation.create(spec, checkout)
    write(checkout, made, options["dry_run"])
    warn(creation.notes(spec, checkout))
    show_plan(spec.name, made, creation.next_steps(spec, checkout), options["format"], options["dry_run"])
