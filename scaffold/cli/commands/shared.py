"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from scaffold.cli import completion, console

Command = TypeVar("Command", bound=Callable[..., Any])
Decorator = Callable[[Command], Command]


class StartCommand(click.Command):
    """A command with `--toggle`, which takes the word behind it for its variable."""

    def parse_args(self, context: click.Context, words: list[str]) -> list[str]:
        try:
            return super().parse_args(context, words)
        except click.MissingParameter as error:
            toggle = context.params.get("toggle")
            if toggle in (None, NEW_TOGGLE):
                raise
            raise toggle_took_argument(toggle, context, error.param) from error


def toggle_took_argument(toggle: str, context: click.Context, missing: click.Parameter | None) -> click.UsageError:
    """The error for an argument that is missing because `--toggle` stands in front of it."""
    name = missing.human_readable_name if missing else "an argument"
    return click.UsageError(
        f"{name} is missing, because --toggle took {toggle!r} for the name of its variable. Write --toggle at the end, "
        "or --toggle=VARIABLE.",
        context,
    )


NEW_TOGGLE = "*"
existing_task = click.argument("name", metavar="TASK", shell_complete=completion.tasks)
repo = click.option(
    "--repo",
    type=click.Path(path_type=Path),
    help="The checkout. [default: the one that contains the working directory]",
)

first_day = click.option(
    "--from", "first", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The first day. [default: today]"
)


def together(*decorators: Decorator[Any]) -> Decorator[Any]:
    """One decorator for several options, in the order in which the help lists them."""

    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


# What an entrypoint does.
code = together(
    click.option("--db", "database", is_flag=True, help="Open a database session; implies --env db_access."),
    click.option("--args", "arguments", is_flag=True, help="Parse command-line arguments."),
)
# What a task definition has.
definition = together(
    click.option(
        "--env",
        "groups",
        multiple=True,
        metavar="GROUP",
        help="A group from task_config.tf. Repeatable.",
        shell_complete=completion.groups,
    ),
    click.option(
        "--env-var", "variables", multiple=True, metavar="NAME=VALUE", help="An environment variable. Repeatable."
    ),
    click.option(
        "--secret", "secrets", multiple=True, metavar="NAME[=SSM_PATH]", help="A secret from SSM. Repeatable."
    ),
    click.option("--cpu", default="", metavar="UNITS", help="Fargate CPU units, such as 2048."),
    click.option("--memory", default="", metavar="MIB", help="Fargate memory in MiB, such as 4096."),
    click.option(
        "--task-role",
        default="",
        metavar="new|RESOURCE",
        help="The IAM role of the running program.",
        shell_complete=completion.roles,
    ),
    click.option(
        "--execution-role",
        default="",
        metavar="new|RESOURCE",
        help="The IAM role that ECS uses to start the task.",
        shell_complete=completion.roles,
    ),
    click.option(
        "--task-role-name", default="", metavar="NAME", help="Name of a new task role. [default: ecs-tasks-<name>]"
    ),
    click.option(
        "--execution-role-name",
        default="",
        metavar="NAME",
        help="Name of a new execution role. [default: ecs-tasks-<name>-execution-role]",
    ),
)
schedule_expression = click.option(
    "--schedule", "expression", default="", metavar="EXPRESSION", help="rate(…) or cron(…), in UTC."
)
schedule = together(
    click.option(
        "--daylight-schedule",
        "daylight",
        default="",
        metavar="EXPRESSION",
        help="The expression in daylight saving time.",
    ),
    click.option(
        "--timezone",
        default="",
        metavar="ZONE",
        help="Read the schedule in this local time zone, such as America/New_York.",
        shell_complete=completion.timezones,
    ),
    click.option("--utc", is_flag=True, help="Keep the UTC time all year: the local time changes with the clocks."),
    click.option("--allow-odd", is_flag=True, help="Accept a schedule that never fires."),
    click.option(
        "--schedule-name", default="", metavar="NAME", help="Name of the schedule. [default: the task's name]"
    ),
    click.option(
        "--schedule-arg",
        "schedule_arguments",
        multiple=True,
        metavar="ARG",
        help="An argument for scheduled runs. Repeatable.",
    ),
)
trigger = together(
    click.option(
        "--s3-bucket",
        "bucket",
        default="",
        metavar="NAME",
        help="An aws_s3_bucket whose new objects start the task.",
        shell_complete=completion.buckets,
    ),
    click.option(
        "--s3-prefix", "prefix", default="", metavar="PREFIX", help="Only keys with this prefix. No wildcards."
    ),
    click.option(
        "--s3-suffix", "suffix", default="", metavar="SUFFIX", help="Only keys with this suffix. No wildcards."
    ),
    click.option(
        "--s3-event", "events", multiple=True, metavar="EVENT", help="The S3 event type. [default: s3:ObjectCreated:*]"
    ),
    click.option(
        "--s3-write", "write", is_flag=True, help="Let the task's new role also write and delete such objects."
    ),
)
trigger_name = click.option(
    "--trigger-name", default="", metavar="NAME", help="Name of its Lambda function. [default: the task's name]"
)
toggle = together(
    click.option(
        "--toggle",
        is_flag=False,
        flag_value=NEW_TOGGLE,
        default=None,
        metavar="[VARIABLE]",
        help="Guard the schedule or trigger with a variable.",
        shell_complete=completion.toggles,
    ),
    click.option(
        "--enable-in",
        "enable_in",
        multiple=True,
        metavar="ENVIRONMENT|all",
        help="Turn the toggle on in this environment; it is off in the others. Repeatable.",
        shell_complete=completion.environments_or_all,
    ),
    click.option(
        "--disable-in",
        "disable_in",
        multiple=True,
        metavar="ENVIRONMENT|all",
        help="Leave the toggle off in this environment, with --enable-in all. Repeatable.",
        shell_complete=completion.environments_or_all,
    ),
)


def _patch_only_shows(command: Command) -> Command:
    """With `--format patch`, the command gets `--dry-run`: a patch of changes that are written cannot be applied."""

    @wraps(command)
    def run(**options: Any) -> None:
        if options["dry_run"] or options["format"] != "patch":
            command(**options)
            return
        command(**{**options, "dry_run": True})
        console.remark("Nothing was written: --format patch only shows the changes. Apply them with git apply.")

    return cast(Command, run)


output = together(
    click.option("--dry-run", is_flag=True, help="Show the changes without writing them."),
    click.option(
        "--format",
        "format",
        type=click.Choice(["text", "json", "markdown", "patch"]),
        default="text",
        show_default=True,
        help="How to show the changes. They are also written, except with patch, which implies --dry-run.",
    ),
    _patch_only_shows,
)
