"""`task`: from what was asked for to the edits of all its parts."""

from __future__ import annotations

import shlex
from dataclasses import replace

from scaffold import hcl
from scaffold.aws import schedule as expressions
from scaffold.checkout import Checkout
from scaffold.edits import Edit, Plan
from scaffold.errors import Refusal, unknown
from scaffold.found_again import blamed, prove_found_again
from scaffold.parts import alarm, entrypoint, role, schedule, script, task, test, toggle, trigger
from scaffold.planning import ProofError, other_tasks_same, plan
from scaffold.roles import default_size, role_named, role_resource, roles_of
from scaffold.spec import Subject, TaskSpec
from scaffold.tasks import Task, find_task, takes_environment, task_key, task_names, tasks_object
from scaffold.terraform import Folder, environments

PARTS = (entrypoint, script, task, role, schedule, alarm, toggle, trigger, test)


def create(spec: TaskSpec, checkout: Checkout) -> Plan:
    """The proven plan of a whole task. Raises Refusal, with nothing written."""
    spec = with_default_size(with_like(spec, checkout), checkout)
    try:
        made = plan(checkout, _task_edits(spec, checkout))
        _prove_tasks(spec, checkout, made)
    except ProofError as error:
        raise blamed(error, checkout) from error
    prove_found_again(spec, checkout, made, lambda after: _task_edits(spec, after))
    return made


def _task_edits(spec: TaskSpec, checkout: Checkout) -> list[Edit]:
    return [edit for part in PARTS for edit in part.add(spec, checkout)]


def extend(subject: Subject, checkout: Checkout) -> Plan:
    """The proven plan of a schedule or a trigger for a task of the checkout. Raises Refusal, with nothing written."""
    try:
        made = plan(checkout, _start_edits(subject, checkout))
    except ProofError as error:
        raise blamed(error, checkout) from error
    prove_found_again(subject, checkout, made, lambda after: _start_edits(subject, after))
    return made


def _start_edits(subject: Subject, checkout: Checkout) -> list[Edit]:
    edits: list[Edit] = []
    for part in (role, schedule, alarm, toggle, trigger):
        edits += part.add(subject, checkout)
    if roles_of(subject, Folder(checkout)).new_task:
        edits += task.with_role(subject, checkout)
    return edits


def with_default_size(spec: TaskSpec, checkout: Checkout) -> TaskSpec:
    """CPU or memory alone has to fit what the task has of the other, or the template's default."""
    if (spec.cpu is None) == (spec.memory is None):
        return spec
    folder = Folder(checkout)
    existing = find_task(folder, spec.name)
    has = [existing.text(folder, name).strip('"') if existing else "" for name in ("cpu", "memory")]
    cpu, memory = (int(own) if own.isdigit() else known for own, known in zip(has, default_size(folder), strict=True))
    return replace(spec, default_size=(cpu, memory))


def with_like(spec: TaskSpec, checkout: Checkout) -> TaskSpec:
    """The groups, CPU, memory and roles of another task, where the options do not say otherwise."""
    if not spec.like:
        return spec
    folder = Folder(checkout)
    model = find_task(folder, spec.like)
    if model is None:
        raise unknown("task", spec.like, task_names(folder), option="--like", where=folder.path)
    for name in ("containers_template", "vars"):
        if model.attribute(folder, name) and not takes_environment(folder):
            raise Refusal(
                f"that task has {name}, which the tool does not know how to carry over",
                option="--like",
                value=spec.like,
                instead="Give its --cpu, --memory and roles by their own options.",
            )
    changes: dict[str, object] = {}
    if not [group for group in spec.groups if not (spec.database and group == "db_access")]:
        groups, raw = _groups(folder, model)
        changes |= {
            "groups": (*[group for group in spec.groups if group not in groups], *groups),
            "group_expressions": raw,
        }
    for name in ("cpu", "memory"):
        if getattr(spec, name) is None and (text := model.text(folder, name).strip('"')).isdigit():
            changes[name] = int(text)
    if not spec.task_role:
        changes["task_role_expression"] = _role(folder, model, "task_role")
    if not spec.execution_role:
        changes["execution_role_expression"] = _role(folder, model, "execution_role")
    return replace(spec, **changes)  # type: ignore[arg-type]


def _groups(folder: Folder, model: Task) -> tuple[tuple[str, ...], tuple[str, ...]]:
    item = model.attribute(folder, "env")
    texts = [
        folder.text(model.path, child)
        for child in (item.value.children() if item else ())
        if not isinstance(child, hcl.Object)
    ]
    plain = tuple(text.removeprefix("local.") for text in texts if text.removeprefix("local.").isidentifier())
    return plain, tuple(text for text in texts if text.removeprefix("local.") not in plain)


def _role(folder: Folder, model: Task, attribute: str) -> str:
    """A role as Terraform; one that is written as an ARN, as the `aws_iam_role` of that name where there is one."""
    text = model.text(folder, attribute)
    if text in ("", "null") or not text.startswith('"'):
        return "" if text == "null" else text
    resource = role_named(folder, text)
    return f"aws_iam_role.{resource}.arn" if resource else text


def _prove_tasks(spec: TaskSpec, checkout: Checkout, made: Plan) -> None:
    """The tasks afterwards are the tasks before, and this one."""
    path, key = tasks_object(Folder(checkout))[0], task_key(Folder(checkout), spec.name)
    if path in made.paths and key not in other_tasks_same(made, path, key):
        raise ProofError(f"{path} would not get the task {spec.name}")


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
        if alarm.alarm_names(checkout) is None:
            found.append(f"no alarm was made: {alarm.FOLDER} has no list alarm_names.")
    roles = roles_of(subject, Folder(checkout))
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
        path = Folder(checkout).expand_text(secret.path, {"environment_name": environment})
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
    known = environments(checkout)
    return next((name for name in (*subject.enable_in, "test", *known) if name in known), "test")
