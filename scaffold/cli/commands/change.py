"""`pfml-scaffold change`: change an existing task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from scaffold.cli import completion
from scaffold.cli.commands import shared
from scaffold.cli.console import guarded
from scaffold.cli.write import Proposal, carry_out, open_checkout

if TYPE_CHECKING:
    from scaffold.changes.parts.requests import Modification
    from scaffold.files.plan import Plan


@click.command(cls=shared.StartCommand)
@shared.existing_task
@shared.repo
@click.option("--description", default="", metavar="TEXT", help="What the task does, for its docstring.")
@shared.code
@shared.definition
@click.option(
    "--remove-env",
    "removed_groups",
    multiple=True,
    metavar="GROUP",
    help="Take out a group. Repeatable.",
    shell_complete=completion.groups,
)
@click.option(
    "--remove-env-var",
    "removed_variables",
    multiple=True,
    metavar="NAME",
    help="Take out an environment variable. Repeatable.",
)
@click.option(
    "--remove-secret", "removed_secrets", multiple=True, metavar="NAME", help="Take out a secret. Repeatable."
)
@shared.schedule_expression
@shared.schedule
@click.option("--no-schedule-args", is_flag=True, help="Take out the arguments for scheduled runs.")
@shared.trigger
@shared.trigger_name
@shared.toggle
@shared.output
def change(**options: Any) -> None:
    """Change an existing task in place.

    Each option sets a value to what you give, or adds it; everything else stays as it is. If the task has several
    schedules or triggers, --schedule-name, or --s3-bucket or --trigger-name, says which one. --cpu default and --memory
    default take out an attribute, an empty --s3-prefix or --s3-suffix takes out a filter, and --no-s3-write takes back
    --s3-write.

    --toggle puts a variable around a schedule or trigger, which stays on where it was on unless you say otherwise with
    --enable-in and --disable-in. These also turn on and off what has a toggle already.

    To change a task's name, use rename; to remove a schedule or a trigger, unschedule or untrigger.
    """
    context = click.get_current_context()
    names = [parameter.name or "" for parameter in context.command.params]
    given = {name for name in names if context.get_parameter_source(name) is ParameterSource.COMMANDLINE}
    if options["toggle"] == shared.NEW_TOGGLE:
        options["toggle"] = ""
    guarded(lambda all_options: _change(all_options, given), options)


def _change(options: dict[str, Any], given: set[str]) -> None:
    from scaffold.changes import change
    from scaffold.cli.change_options import change_spec

    checkout = open_checkout(options["repo"], changes=not options["dry_run"])
    asked = change.modification(change_spec(options, given, checkout), checkout)
    plan = change.change(asked)
    carry_out(checkout, _proposal(asked, plan), options)


def _proposal(asked: Modification, plan: Plan) -> Proposal:
    from scaffold.changes import advice, change_advice

    states = change_advice.states(asked, plan)
    return Proposal(
        asked.task.name,
        plan,
        change_advice.next_steps(asked, plan, states),
        change_advice.warnings(asked, plan),
        change_advice.notes(asked, plan, states),
        advice.stated(asked.addition),
        starts=[state.as_object() for state in states],
    )


_HELP = {
    "groups": "A group from task_config.tf to add. Repeatable.",
    "cpu": "Fargate CPU units, such as 2048, or default.",
    "memory": "Fargate memory in MiB, such as 4096, or default.",
    "schedule_name": "Which schedule to change, if the task has several.",
    "schedule_arguments": "An argument for scheduled runs; all of them are replaced. Repeatable.",
    "bucket": "Which trigger to change, by its bucket, if the task has several.",
    "trigger_name": "Which trigger to change, by its name.",
    "toggle": "Put a variable around the schedule or trigger.",
    "enable_in": "Turn the schedule or trigger on in this environment. Repeatable.",
    "disable_in": "Turn the schedule or trigger off in this environment. Repeatable.",
    "events": "The S3 event type; all of them are replaced. Repeatable.",
    "write": "Whether the role that the tool gave the task may also write and delete such objects.",
}
for option in change.params:
    if isinstance(option, click.Option):
        option.help = _HELP.get(option.name or "", option.help)
        if option.name == "write":
            option.secondary_opts.append("--no-s3-write")
