"""From click options to specs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scaffold.aws import names
from scaffold.errors import Refusal
from scaffold.spec.buckets import bucket_label
from scaffold.spec.modules import dotted
from scaffold.spec.schedule import ScheduleSpec, schedule
from scaffold.spec.specs import Secret, Subject, TaskSpec, TriggerSpec, Variable, default_secret_path

if TYPE_CHECKING:
    from scaffold.files.checkout import Checkout

NEED_AN_EXPRESSION = {
    "daylight": "--daylight-schedule",
    "timezone": "--timezone",
    "utc": "--utc",
    "allow_odd": "--allow-odd",
}


def task_spec(options: Mapping[str, Any]) -> TaskSpec:
    """The spec for the options of `task`, checked without reading a file. Raises Refusal."""
    check_encoding(options)
    _check_disabled(options)
    name = options["name"]
    problem = names.task_name_problem(name)
    if problem:
        raise Refusal(problem, option="NAME", value=name or " ")
    toggle = toggle_name(options)
    scheduled, triggered = _schedule(options, name, toggle), _trigger(options, name, toggle)
    if toggle is not None and not (scheduled or triggered):
        raise Refusal(
            "a toggle guards a schedule or a trigger, but you asked for neither",
            option="--toggle" if options["toggle"] is not None else "--enable-in",
            value="" if toggle == "*" else toggle,
            instead="Add --schedule or --s3-bucket.",
        )
    return TaskSpec(
        name=name,
        module=dotted(options["module"]),
        function=options["function"],
        command=options["command"],
        description=printable_text(options["description"]),
        database=options["database"],
        arguments=options["arguments"],
        groups=tuple(options["groups"]),
        variables=tuple(variable(text) for text in options["variables"]),
        secrets=tuple(secret(text) for text in options["secrets"]),
        cpu=number(options["cpu"], "--cpu", "1024"),
        memory=number(options["memory"], "--memory", "2048"),
        task_role=options["task_role"],
        execution_role=options["execution_role"],
        task_role_name=options["task_role_name"],
        execution_role_name=options["execution_role_name"],
        like=options["like"],
        makefile=options["makefile"],
        schedule=scheduled,
        trigger=triggered,
        enable_in=tuple(options["enable_in"]),
        disable_in=tuple(options["disable_in"]),
    )


def check_encoding(options: Mapping[str, Any]) -> None:
    """Raise Refusal for a value that is not valid UTF-8."""
    for key, value in options.items():
        texts = value if isinstance(value, tuple) else (value,)
        for text in texts:
            if isinstance(text, str) and not text.isascii():
                _check_text(f"--{key}", text)


def _check_text(option: str, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        shown = text.encode("utf-8", "replace").decode()
        raise Refusal("not valid UTF-8", option=option, value=shown, instead="Encode it in UTF-8.") from error


def schedule_subject(options: Mapping[str, Any], checkout: Checkout) -> Subject:
    """The spec for the options of `schedule`. Raises Refusal."""
    check_encoding(options)
    _check_disabled(options)
    name, command = existing(options["name"], checkout)
    toggle = toggle_name(options)
    scheduled = _schedule(options, name, _schedule_toggle(options, checkout) if toggle == "*" else toggle)
    enable_in, disable_in = tuple(options["enable_in"]), tuple(options["disable_in"])
    return Subject(name=name, command=command, schedule=scheduled, enable_in=enable_in, disable_in=disable_in)


def trigger_subject(options: Mapping[str, Any], checkout: Checkout) -> Subject:
    """The spec for the options of `trigger`. Raises Refusal."""
    check_encoding(options)
    _check_disabled(options)
    name, command = existing(options["name"], checkout)
    triggered = _trigger(options, name, toggle_name(options))
    if triggered is None:
        raise Refusal("the trigger needs a bucket", option="--s3-bucket", instead="Add --s3-bucket NAME.")
    triggered = replace(triggered, additional=True, name=options["trigger_name"])
    enable_in, disable_in = tuple(options["enable_in"]), tuple(options["disable_in"])
    return Subject(name=name, command=command, trigger=triggered, enable_in=enable_in, disable_in=disable_in)


def _schedule_toggle(options: Mapping[str, Any], checkout: Checkout) -> str:
    from scaffold.pfml.tasks import require_task
    from scaffold.pfml.toggles import schedule_toggle
    from scaffold.terraform.folder import Folder

    folder = Folder.of(checkout)
    return schedule_toggle(folder, require_task(folder, options["name"]), options["schedule_name"] or options["name"])


def existing(name: str, checkout: Checkout) -> tuple[str, str]:
    """The name of an existing task, and the script that it runs."""
    from scaffold.pfml.tasks import require_task
    from scaffold.terraform.folder import Folder

    folder = Folder.of(checkout)
    return name, require_task(folder, name).script(folder) or name


def _check_disabled(options: Mapping[str, Any]) -> None:
    if options["disable_in"] and not options["enable_in"]:
        raise Refusal(
            "without --enable-in, the toggle is off in every environment",
            option="--disable-in",
            value=options["disable_in"][0],
            instead="Add --enable-in all to turn it on in the others, or omit --disable-in.",
        )


def toggle_name(options: Mapping[str, Any]) -> str | None:
    return "*" if options["toggle"] is None and options["enable_in"] else options["toggle"]


def _schedule(options: Mapping[str, Any], name: str, toggle: str | None) -> ScheduleSpec | None:
    if not options["expression"]:
        needs(
            options,
            "--schedule",
            **NEED_AN_EXPRESSION,
            schedule_name="--schedule-name",
            schedule_arguments="--schedule-arg",
        )
        return None
    return schedule(
        options["schedule_name"] or name,
        options["expression"],
        daylight=options["daylight"],
        timezone=options["timezone"],
        utc=options["utc"],
        allow_odd=options["allow_odd"],
        arguments=tuple(options["schedule_arguments"]),
        toggle=_toggle(toggle, f"enable_{names.slug(name)}_schedule"),
    )


def _trigger(options: Mapping[str, Any], name: str, toggle: str | None) -> TriggerSpec | None:
    if not options["bucket"]:
        needs(
            options, "--s3-bucket", prefix="--s3-prefix", suffix="--s3-suffix", events="--s3-event", write="--s3-write"
        )
        return None
    return TriggerSpec(
        bucket_label(options["bucket"]),
        options["prefix"],
        options["suffix"],
        tuple(options["events"]) or ("s3:ObjectCreated:*",),
        _toggle(toggle, f"enable_{names.slug(name)}_trigger"),
        options["write"],
    )


def _toggle(toggle: str | None, default: str) -> str:
    return default if toggle == "*" else toggle or ""


def needs(options: Mapping[str, Any], required: str, **dependents: str) -> None:
    """Raise Refusal for an option that has no effect without `required`."""
    for key, option in dependents.items():
        if options[key]:
            value = "" if options[key] is True else options[key] if isinstance(options[key], str) else options[key][0]
            raise Refusal(
                f"it has no effect without {required}", option=option, value=value, instead=f"Add {required}."
            )


def variable(text: str) -> Variable:
    name, equals, value = text.partition("=")
    if not equals:
        name = re.sub(r"\W", "_", text.upper(), flags=re.ASCII).strip("_") or "NAME"
        raise Refusal(
            "it needs a name and a value", option="--env-var", value=text or " ", instead=f"Write {name}=VALUE."
        )
    return Variable(name, value)


def secret(text: str) -> Secret:
    name, equals, path = text.partition("=")
    return Secret(name, path if equals else default_secret_path(name))


def printable_text(text: str) -> str:
    for char in text:
        if not char.isprintable() and char not in "\n\t\r":
            raise Refusal(
                f"it contains the unprintable character U+{ord(char):04X}",
                option="--description",
                value=text,
                instead="Remove that character.",
            )
    return text


def number(text: str, option: str, example: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text)):
        raise Refusal("it must be a whole number", option=option, value=text, instead=f"Write {example}, for example.")
    return int(text)
