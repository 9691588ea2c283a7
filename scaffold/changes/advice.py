"""Warnings about a plan, and the commands to run next."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime

from scaffold.aws.schedules.schedule import warnings as schedule_warnings
from scaffold.changes import listing, rights
from scaffold.changes.notification_gate import widened
from scaffold.changes.parameters import newly_on, own_secrets, put_own_parameters, put_parameters
from scaffold.changes.parts import role_names
from scaffold.changes.parts.api.completion import instructions
from scaffold.changes.parts.paths import module_path, test_path
from scaffold.changes.parts.requests import Addition
from scaffold.changes.start_states import StartState, environments_on
from scaffold.changes.terraform_plan import example_environment, terraform_plan
from scaffold.files.checkout import Checkout
from scaffold.files.plan import Plan
from scaffold.files.printable import listed
from scaffold.pfml.alarms import FOLDER, alarm_names
from scaffold.pfml.iam.roles import role_resource
from scaffold.python.module import Module
from scaffold.rendering.literals import shell
from scaffold.spec.s3_filters import note, unusual
from scaffold.spec.specs import TaskSpec


def warnings(addition: Addition, plan: Plan) -> list[str]:
    """What is valid, but probably not what was meant."""
    schedule, trigger = addition.spec.schedule, addition.spec.trigger
    lines: list[str] = []
    if schedule:
        now = datetime.now(UTC)
        for expression in dict.fromkeys((schedule.standard, schedule.daylight)):
            lines += [f"{text}." for text in schedule_warnings(expression, now)]
        from scaffold.changes.clock_advice import clock_warnings

        lines += clock_warnings(addition, schedule)
        if alarm_names(addition.checkout) is None:
            lines.append(f"no alarm was added: {FOLDER} has no list alarm_names.")
    lines += role_names.notes(addition)
    if trigger:
        typed = (("--s3-prefix", trigger.prefix), ("--s3-suffix", trigger.suffix))
        lines += [text for option, value in typed if (text := note(option, value) or unusual(option, value))]
    lines += rights.missing(addition, plan)
    return [*lines, *_for_the_author(addition)]


def _for_the_author(addition: Addition) -> list[str]:
    """What the author of an existing entrypoint has to write."""
    spec, checkout = addition.spec, addition.checkout
    if not isinstance(spec, TaskSpec) or checkout.read(module_path(spec.module)) is None:
        return []
    return instructions(spec, Module(checkout, module_path(spec.module)))


def stated(addition: Addition) -> list[str]:
    """The rules of check whose findings `warnings` states in its own words."""
    schedule = addition.spec.schedule
    # Two different expressions that are not the same local time are left to the rule.
    in_utc = schedule is not None and schedule.standard == schedule.daylight
    return ["odd-schedule", *(["daylight-pair"] if in_utc else [])]


def notes(addition: Addition, plan: Plan, states: Sequence[StartState]) -> list[str]:
    """What a plan decides beyond what was asked for in so many words, a sentence each."""
    lines = [state.sentence() for state in states]
    lines += [*_beside(addition), *_module(addition), *_like(addition), *rights.given(addition, plan)]
    if addition.spec.trigger:
        lines += widened(addition.spec.trigger, addition.folder, rights.template_after(addition, plan))
        lines += listing.notes(addition.spec, addition.checkout)
    if addition.spec.secrets:
        lines.append("Secrets are read when the task starts: the environments in which it runs need them")
    else:
        lines += _own_parameters(addition, states)
    return lines


def _beside(addition: Addition) -> Iterator[str]:
    """What else starts within half an hour of the schedule."""
    schedule = addition.spec.schedule
    if schedule:
        from scaffold.pfml.near import near_in_words

        yield from near_in_words(schedule.standard, schedule.daylight, schedule.name, addition.checkout)


def _own_parameters(addition: Addition, states: Sequence[StartState]) -> Iterator[str]:
    """What the secrets that a task has already need, if it is to run in more environments."""
    task, checkout = addition.task, addition.checkout
    names = [secret.name for secret in own_secrets(task, checkout)] if task and states else []
    if task and names and newly_on(task, environments_on(states), checkout):
        yield (
            f"Secrets are read when the task starts: the SSM {'parameters' if names[1:] else 'parameter'} of "
            f"{listed(names)} must exist in the environments in which it runs"
        )


def heading(addition: Addition) -> str:
    """What `task` says first about a task that exists; "" for a new one."""
    spec, task = addition.spec, addition.task
    if not isinstance(spec, TaskSpec) or task is None:
        return ""
    place, name = addition.checkout.place(task.path, task.entry.start), shell(task.name)
    return (
        f"{task.name} exists already ({place}), so this only adds what is missing.\n"
        f"See it with pfml-scaffold show {name}, change it with pfml-scaffold change {name}."
    )


def _like(addition: Addition) -> Iterator[str]:
    """The task role that a new task takes over from the one in --like: what that may do, the new one may."""
    spec = addition.spec
    if (
        isinstance(spec, TaskSpec)
        and spec.like
        and not spec.task_role
        and addition.task is None
        and addition.roles.task
    ):
        role = role_resource(addition.roles.task) or addition.roles.task
        yield f"Task role {role}, as {spec.like} has: what it may do, {spec.name} may do, too"


def _module(addition: Addition) -> Iterator[str]:
    """The module of a new task, and why it is that one, if it was not given."""
    spec = addition.spec
    if isinstance(spec, TaskSpec) and spec.module_reason and addition.task is None:
        yield f"Module {spec.module}, {spec.module_reason}"


def next_steps(addition: Addition, states: Sequence[StartState], plan: Plan) -> list[str]:
    """Commands to copy, to be run at the root of the checkout. states: its schedule and trigger after the plan."""
    spec, enabled = addition.spec, environments_on(states)
    if not isinstance(spec, TaskSpec):
        return [*_put_own_parameters(addition, enabled), terraform_plan(addition.checkout, enabled)]
    return [
        *_steps_in_the_api(spec, addition.checkout, plan),
        *put_parameters(spec.secrets, enabled or [example_environment(addition.checkout)], addition.checkout),
        *_put_own_parameters(addition, enabled),
        terraform_plan(addition.checkout, enabled),
    ]


def _steps_in_the_api(spec: TaskSpec, checkout: Checkout, plan: Plan) -> Iterator[str]:
    """To install, test and run the program, if the plan changes anything in the API."""
    if not any(path.startswith("api/") for path in plan.paths):
        return
    yield "(cd api && poetry install)"
    test = test_path(spec.module)
    if test in plan.paths or checkout.read(test) is not None:
        yield f"(cd api && poetry run pytest {shell(test.removeprefix('api/'))})"
    yield f"(cd api && poetry run {shell(spec.command)})"


def _put_own_parameters(addition: Addition, enabled: Collection[str]) -> list[str]:
    """Where the environments were chosen: without a toggle it is on in all, most of which have the parameters."""
    task, spec = addition.task, addition.spec
    new = [secret.name for secret in spec.secrets]
    return put_own_parameters(task, enabled, addition.checkout, new) if task and spec.toggles else []
