"""Warnings about a plan, and the commands to run next."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime

from scaffold.aws.schedules.schedule import warnings as schedule_warnings
from scaffold.changes import rights
from scaffold.changes.parts import role_names
from scaffold.changes.parts.paths import test_path
from scaffold.changes.parts.requests import Addition
from scaffold.files.checkout import Checkout
from scaffold.files.layout import ENVIRONMENTS
from scaffold.files.plan import Plan
from scaffold.pfml.alarms import FOLDER, alarm_names
from scaffold.pfml.environments import environment_names
from scaffold.rendering.literals import shell
from scaffold.spec.s3_filters import note
from scaffold.spec.specs import Secret, TaskSpec

STATED = ("odd-schedule",)  # the rules of check whose findings `warnings` states in its own words


def warnings(addition: Addition, plan: Plan) -> list[str]:
    """What is valid, but probably not what was meant."""
    schedule, trigger = addition.spec.schedule, addition.spec.trigger
    lines: list[str] = []
    if schedule:
        now = datetime.now(UTC)
        for expression in dict.fromkeys((schedule.standard, schedule.daylight)):
            lines += schedule_warnings(expression, now)
        from scaffold.changes.clock_advice import clock_warnings

        lines += clock_warnings(addition, schedule)
        if alarm_names(addition.checkout) is None:
            lines.append(f"no alarm was added: {FOLDER} has no list alarm_names.")
    lines += role_names.notes(addition)
    if trigger:
        typed = (("--s3-prefix", trigger.prefix), ("--s3-suffix", trigger.suffix))
        lines += [text for option, value in typed if (text := note(option, value))]
    lines += rights.missing(addition, plan)
    return lines


def notes(addition: Addition, plan: Plan) -> list[str]:
    """What a plan decides beyond what was asked for in so many words, a sentence each."""
    return [*_module(addition), *rights.given(addition, plan)]


def _module(addition: Addition) -> Iterator[str]:
    """The module of a new task, and why it is that one, if it was not given."""
    spec = addition.spec
    if isinstance(spec, TaskSpec) and spec.module_reason and addition.task is None:
        yield f"Module {spec.module}, {spec.module_reason}"


def next_steps(addition: Addition) -> list[str]:
    """Commands to copy, to be run at the root of the checkout."""
    spec = addition.spec
    if not isinstance(spec, TaskSpec):
        return [terraform_plan(addition.checkout, spec.enable_in)]
    test = test_path(spec.module).removeprefix("api/")
    return [
        "(cd api && poetry install)",
        f"(cd api && poetry run pytest {shell(test)})",
        f"(cd api && poetry run {shell(spec.command)})",
        *(_put_parameter(secret, addition) for secret in spec.secrets),
        terraform_plan(addition.checkout, spec.enable_in),
    ]


def _put_parameter(secret: Secret, addition: Addition) -> str:
    environment = _environment(addition.checkout, addition.spec.enable_in)
    path = addition.folder.expand_text(secret.path, {"environment_name": environment})
    value = f'"${{{secret.name}:?}}"'
    return f"aws ssm put-parameter --type SecureString --name {shell(path)} --value {value}"


def terraform_plan(checkout: Checkout, preferred: Collection[str] = ()) -> str:
    """The command that shows what Terraform would change, in one of the preferred environments, else in test."""
    folder = shell(f"{ENVIRONMENTS}/{_environment(checkout, preferred)}")
    return f"terraform -chdir={folder} plan -var service_docker_tag=$(git rev-parse HEAD)"


def _environment(checkout: Checkout, preferred: Collection[str]) -> str:
    known = environment_names(checkout)
    return next((name for name in (*preferred, "test", *known) if name in known), "test")
