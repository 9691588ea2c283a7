"""`runbook`: how to try out a task, locally and in an environment, with the names from the checkout.

The text is in template/runbook.md; this module finds the values for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffold.errors import Refusal, unknown
from scaffold.files.checkout import Checkout
from scaffold.files.layout import ENVIRONMENTS
from scaffold.inventory.compose import groups_of
from scaffold.pfml.environments import environment_names, values_in
from scaffold.pfml.filters import decoded
from scaffold.pfml.notifications import notifications_in
from scaffold.pfml.references import infra_files
from scaffold.pfml.schedules import module_folder, module_rule, schedules_of
from scaffold.pfml.scripts import scripts
from scaffold.pfml.tasks import Task, require_task, takes_environment, task_key
from scaffold.pfml.triggers import triggers_of
from scaffold.rendering.literals import shell
from scaffold.rendering.render import document
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import Values, is_known, literal

MAKEFILE = "api/Makefile"
COMPOSE = "api/docker-compose.yml"
CREDENTIALS = "api/docker-compose.override.yml"
RUN_TASK = "bin/run-ecs-task/run-task.sh"
DECODE_LOG = "api/massgov/pfml/util/logging/decodelog.py"
DEPLOYMENT = "docs/deployment.md"
SETUP = "docs/infra/1-first-time-setup.md"
_AUTHOR = re.compile(r"[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+")
_CHDIR_SINCE = (0, 14)  # Terraform 0.14.0's changelog: the global option -chdir


@dataclass(frozen=True, slots=True)
class RunbookSchedule:
    """A schedule in one environment; "" for what is only known to Terraform. arguments: a whole command, or ()."""

    name: str
    rule: str
    description: str
    expression: str
    enabled: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunbookTrigger:
    """The keys of a bucket that start the task."""

    bucket: str
    prefix: str
    suffix: str


def runbook(name: str, environment: str, author: str, checkout: Checkout) -> str:
    """The runbook of a task as Markdown. Raises Refusal if the checkout does not have the task or the environment."""
    if not _AUTHOR.fullmatch(author):
        raise Refusal(
            "it may only have lowercase letters, digits, dots and hyphens; in AWS, it shows who started the task",
            option="--author",
            value=author,
            instead="Write first.last.",
        )
    if environment not in environment_names(checkout):
        raise unknown(
            "environment", environment, environment_names(checkout), option="--environment", where=ENVIRONMENTS
        )
    folder = Folder.of(checkout)
    task = require_task(folder, name)
    values = values_in(environment, checkout)
    schedules = list(_schedules(task, values))
    log_group = _log_group(values)
    return document(
        "runbook.md",
        checkout,
        sh=shell,
        task=task.key.removeprefix(task_key(folder, "")),
        environment=environment,
        environment_folder=f"{ENVIRONMENTS}/{environment}/",
        author=author,
        region=_region(environment, folder),
        **_local(task, values),
        **_files(checkout),
        has_chdir=_has_chdir(folder, environment),
        schedules=schedules,
        triggers=list(_triggers(task, values)),
        runs=_runs(schedules),
        log_group=log_group,
        events=_events_log_group(environment, log_group, checkout),
    )


def as_text(markdown: str) -> str:
    """Markdown such as a runbook's as plain text: headings underlined, code blocks indented."""
    lines, fenced = [], False
    for line in markdown.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced:
            lines.append(f"    {line}".rstrip())
        elif heading := re.match(r"(#+) (.*)", line):
            title = heading[2].replace("`", "")
            lines += [title, "=-~"[len(heading[1]) - 1] * len(title)]
        else:
            lines.append(line.replace("`", ""))
    return "\n".join(lines) + "\n"


# --- the checkout


def _files(checkout: Checkout) -> dict[str, object]:
    targets = _make_targets(checkout)
    page = {"deployment_page": DEPLOYMENT, "setup_page": SETUP}
    return {
        "has_login": "login" in targets,
        "has_publish": "build-and-publish" in targets,
        "has_run_task": checkout.read(RUN_TASK) is not None,
        "has_decode_log": checkout.read(DECODE_LOG) is not None,
        **{key: path if checkout.read(path) is not None else "" for key, path in page.items()},
    }


def _text(checkout: Checkout, path: str) -> str:
    return (checkout.read(path) or b"").decode("utf-8", "replace")


def _make_targets(checkout: Checkout) -> set[str]:
    lines = re.findall(r"^([\w-]+(?:[ \t]+[\w-]+)*)[ \t]*:(?!=)", _text(checkout, MAKEFILE), re.MULTILINE)
    return {target for line in lines for target in line.split()}


def _has_chdir(folder: Folder, environment: str) -> bool:
    """Whether the checkout's Terraform has -chdir; assumed if no version is stated."""
    for path in (f"{ENVIRONMENTS}/{environment}", folder.path):
        for settings in Folder.of(folder.checkout, path).blocks("terraform"):
            if version := re.search(r"(\d+)\.(\d+)", folder.attribute_text(settings, "required_version")):
                return (int(version[1]), int(version[2])) >= _CHDIR_SINCE
    return True


def _region(environment: str, folder: Folder) -> str:
    for path in (f"{ENVIRONMENTS}/{environment}", folder.path):
        for provider in Folder.of(folder.checkout, path).blocks("provider", "aws"):
            if region := folder.attribute_text(provider, "region").strip('"'):
                return region
    return "us-east-1"


# --- locally


def _local(task: Task, values: Values) -> dict[str, object]:
    folder, checkout = values.folder, values.folder.checkout
    attribute = task.attribute(folder, "command")
    words = attribute.value.children() if attribute else ()
    command = [values.of(task.path, word) for word in words]
    service = re.search(r"^APP_NAME\s*[:?]?=\s*(\S+)", _text(checkout, MAKEFILE), re.MULTILINE)
    compose, credentials = _text(checkout, COMPOSE), _text(checkout, CREDENTIALS)
    mount = re.search(r"^[ \t#]*-[ \t]*(\S*\.aws:\S+)", credentials, re.MULTILINE)
    groups = groups_of(task, values, compose) if takes_environment(folder) else []
    needed = [variable for group in groups for variable in group.variables if not variable.already]
    return {
        "command": command,
        "has_script": bool(command) and command[0] in scripts(checkout),
        "has_compose": bool(compose),
        "service": service[1] if compose and service and f"{service[1]}:" in compose else "",
        "has_credentials": bool(credentials),
        "credentials_mount": mount[1] if mount else "",
        "groups": groups,
        "container_template": "" if takes_environment(folder) else _container_template(task, folder),
        "some_already": any(variable.already for group in groups for variable in group.variables),
        "some_unknown": any(variable.source for variable in needed),
        "secrets": [variable.command for variable in needed if variable.command],
    }


def _container_template(task: Task, folder: Folder) -> str:
    """The file with the task's variables in a checkout from before July 2021, or the folder of such files."""
    path = f"{folder.path}/json/{task.text(folder, 'containers_template').strip(chr(34)) or 'default_template.json'}"
    return path if folder.checkout.read(path) is not None else f"{folder.path}/json/"


# --- schedules and triggers


def _schedules(task: Task, values: Values) -> Iterator[RunbookSchedule]:
    checkout = values.folder.checkout
    rule = module_rule(checkout)
    for schedule in schedules_of(values.folder, task.key):
        arguments = schedule.block.attributes.values()
        given = {argument.name: values.of(schedule.path, argument.value) for argument in arguments}
        module = Values(module_folder(checkout), values.variables | given)
        yield RunbookSchedule(
            name=schedule.given_name,
            rule=_attribute(module, rule, "name"),
            description=_attribute(module, rule, "description"),
            expression=_attribute(module, rule, "schedule_expression"),
            enabled=_attribute(module, rule, "is_enabled"),
            arguments=tuple(literal(values.of_template(word)) for word in schedule.arguments or ()),
        )


def _attribute(values: Values, placed: PlacedBlock | None, name: str) -> str:
    attribute = placed.block.attributes.get(name) if placed else None
    if placed is None or attribute is None:
        return ""
    text = values.of(placed.path, values.chosen(placed.path, attribute.value))
    return literal(text) if is_known(text) else ""


def _runs(schedules: list[RunbookSchedule]) -> list[tuple[list[str], tuple[str, ...]]]:
    """The distinct commands of schedules, each with the names of its schedules."""
    runs: dict[tuple[str, ...], list[str]] = {}
    for schedule in schedules:
        if schedule.arguments:
            runs.setdefault(schedule.arguments, []).append(schedule.name)
    return [(names, arguments) for arguments, names in runs.items()]


def _triggers(task: Task, values: Values) -> Iterator[RunbookTrigger]:
    labels = {trigger.label for trigger in triggers_of(values.folder, task.key)}
    for notification in notifications_in(values.folder):
        for destination in notification.destinations:
            if destination.module in labels:
                bucket = _attribute(values, notification, "bucket")
                prefix, suffix = (
                    decoded(destination.value(name, values)) for name in ("filter_prefix", "filter_suffix")
                )
                yield RunbookTrigger(bucket, prefix, suffix)


# --- logs


def _log_group(values: Values) -> str:
    """The log group that the containers write to."""
    groups = list(values.folder.blocks("resource", "aws_cloudwatch_log_group"))
    groups.sort(key=lambda group: group.block.labels[1:] != ("ecs_tasks",))
    return next((name for group in groups if (name := _attribute(values, group, "name"))), "")


def _events_log_group(environment: str, log_group: str, checkout: Checkout) -> str:
    """The log group of the tasks' state changes, which can be defined in any folder; "" if there is none."""
    names = []
    for path in infra_files(checkout):
        if b"aws_cloudwatch_log_group" in (data := checkout.require(path)) and b'/events"' in data:
            folder = Folder.of(checkout, path.rpartition("/")[0])
            values = Values(folder, {"environment_name": environment})
            for group in folder.blocks("resource", "aws_cloudwatch_log_group", containing='/events"'):
                names.append(_attribute(values, group, "name"))
    ours = [name for name in names if name.endswith("/events")]
    return next((name for name in ours if name.startswith(log_group)), ours[0] if ours else "")
