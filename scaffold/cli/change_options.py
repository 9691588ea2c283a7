"""From the click options of `change` to a ChangeSpec."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from scaffold.cli.options import (
    NEED_AN_EXPRESSION,
    check_encoding,
    existing,
    needs,
    number,
    printable_text,
    secret,
    variable,
)
from scaffold.errors import Refusal
from scaffold.spec.buckets import bucket_label
from scaffold.spec.change import ChangeSpec, ScheduleChange, TriggerChange
from scaffold.spec.schedule import schedule
from scaffold.spec.specs import Subject

if TYPE_CHECKING:
    from scaffold.files.checkout import Checkout

_HOW = {"name", "repo", "dry_run", "format", "schedule_name", "bucket", "trigger_name"}
_OF_SCHEDULE = {"expression", *NEED_AN_EXPRESSION, "schedule_arguments", "no_schedule_args", "schedule_name"}
_OF_TRIGGER = {"prefix", "suffix", "events", "write", "bucket", "trigger_name"}
_DEFAULT = "default"


def change_spec(options: Mapping[str, Any], given: Collection[str], checkout: Checkout) -> ChangeSpec:
    """The spec for the options of `change`; given: those that were typed. Raises Refusal."""
    check_encoding(options)
    name, command = existing(options["name"], checkout)
    if not set(given) - _HOW:
        raise Refusal(
            "nothing to change",
            option="TASK",
            value=name,
            instead="Give at least one value, such as --cpu 2048 or --schedule 'rate(1 day)'; "
            "pfml-scaffold change --help lists the options.",
        )
    subject = Subject(
        name=name,
        command=command,
        groups=_groups(options),
        variables=tuple(variable(text) for text in options["variables"]),
        secrets=tuple(secret(text) for text in options["secrets"]),
        task_role=options["task_role"],
        execution_role=options["execution_role"],
        task_role_name=options["task_role_name"],
        execution_role_name=options["execution_role_name"],
        enable_in=tuple(options["enable_in"]),
        disable_in=tuple(options["disable_in"]),
    )
    return ChangeSpec(
        subject=subject,
        cpu=_size(options["cpu"], "--cpu", "1024"),
        memory=_size(options["memory"], "--memory", "2048"),
        description=printable_text(options["description"]) if "description" in given else None,
        database=options["database"],
        arguments=options["arguments"],
        removed_groups=tuple(options["removed_groups"]),
        removed_variables=tuple(options["removed_variables"]),
        removed_secrets=tuple(options["removed_secrets"]),
        schedule=_schedule(options, given),
        trigger=_trigger(options, given),
        toggle=options["toggle"],
    )


def _groups(options: Mapping[str, Any]) -> tuple[str, ...]:
    groups = tuple(options["groups"])
    return ("db_access", *groups) if options["database"] and "db_access" not in groups else groups


def _size(text: str, option: str, example: str) -> int | None:
    return 0 if text == _DEFAULT else number(text, option, example)


def _schedule(options: Mapping[str, Any], given: Collection[str]) -> ScheduleChange | None:
    if not _OF_SCHEDULE & set(given):
        return None
    arguments = tuple(options["schedule_arguments"])
    if arguments and options["no_schedule_args"]:
        raise Refusal("it takes out the arguments that --schedule-arg gives", option="--no-schedule-args")
    timing = None
    if options["expression"]:
        timing = schedule(
            options["schedule_name"] or "schedule",
            options["expression"],
            daylight=options["daylight"],
            timezone=options["timezone"],
            utc=options["utc"],
            allow_odd=options["allow_odd"],
            arguments=arguments,
        )
    else:
        needs(options, "--schedule", **NEED_AN_EXPRESSION)
    return ScheduleChange(
        options["schedule_name"],
        timing,
        arguments if arguments else () if options["no_schedule_args"] else None,
    )


def _trigger(options: Mapping[str, Any], given: Collection[str]) -> TriggerChange | None:
    if not _OF_TRIGGER & set(given):
        return None
    return TriggerChange(
        bucket_label(options["bucket"]),
        options["trigger_name"],
        options["prefix"] if "prefix" in given else None,
        options["suffix"] if "suffix" in given else None,
        tuple(options["events"]),
        options["write"] if "write" in given else None,
    )
