"""What is worth saying about a plan: warnings, and the steps that follow."""

from __future__ import annotations

import shlex

from scaffold.aws.schedules import schedule as expressions
from scaffold.changes.like import with_like
from scaffold.changes.parts.api import test
from scaffold.changes.parts.infra.task_roles import roles_of
from scaffold.files.checkout import Checkout
from scaffold.pfml.alarms import FOLDER, alarm_names
from scaffold.pfml.environments import environment_names
from scaffold.pfml.iam.roles import role_resource
from scaffold.spec.specs import Subject, TaskSpec
from scaffold.terraform.folder import Folder


def notes(spec: TaskSpec, checkout: Checkout) -> list[str]:
    """What is valid and worth a word all the same."""
    return warnings(with_like(spec, checkout), checkout)


def warnings(subject: Subject, checkout: Checkout) -> list[str]:
    """The same of a schedule and a trigger."""
    from datetime import UTC, datetime

    found = []
    if subject.schedule:
        now = datetime.now(UTC)
        for text in dict.fromkeys((subject.schedule.standard, subject.schedule.daylight)):
            found += [f"{text}: {warning}" for warning in expressions.warnings(expressions.parse(text), now)]
        if alarm_names(checkout) is None:
            found.append(f"no alarm was made: {FOLDER} has no list alarm_names.")
    roles = roles_of(subject, Folder.of(checkout))
    if subject.trigger and not roles.new_task:
        name = role_resource(roles.task) or roles.task
        bucket = subject.trigger.bucket
        found.append(f"the task role {name} has to be allowed to read the bucket {bucket}; check its policy.")
    return found


def next_steps(spec: TaskSpec, checkout: Checkout) -> list[str]:
    """Commands ready to paste, from the root of the checkout."""
    environment = _environment(spec, checkout)
    steps = [
        "(cd api && poetry install)",
        f"(cd api && poetry run pytest {shlex.quote(test.test_path(spec).removeprefix('api/'))})",
        f"(cd api && poetry run {shlex.quote(spec.command)})",
    ]
    for secret in spec.secrets:
        path = Folder.of(checkout).expand_text(secret.path, {"environment_name": environment})
        value = f'"${{{secret.name}:?}}"'
        steps.append(f"aws ssm put-parameter --type SecureString --name {shlex.quote(path)} --value {value}")
    return steps + apply_steps(spec, checkout)


def apply_steps(subject: Subject, checkout: Checkout) -> list[str]:
    """The command that shows what Terraform would change."""
    environment = _environment(subject, checkout)
    return [
        f"terraform -chdir=infra/ecs-tasks/environments/{environment} plan"
        " -var service_docker_tag=$(git rev-parse HEAD)"
    ]


def _environment(subject: Subject, checkout: Checkout) -> str:
    known = environment_names(checkout)
    return next((name for name in (*subject.enable_in, "test", *known) if name in known), "test")
