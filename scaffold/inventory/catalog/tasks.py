"""A task as the catalog shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scaffold.files.printable import listed
from scaffold.inventory.catalog.starts import times_in_words
from scaffold.inventory.inventory import RoleListing, TaskListing
from scaffold.inventory.listing import bucket_and_keys, role_name, shown_command, where_on


@dataclass(frozen=True, slots=True)
class NotedFinding:
    """A finding of `check`. task: "" if it is not specific to a task. place: `file:line`."""

    rule: str
    severity: str
    task: str
    message: str
    place: str


@dataclass(frozen=True, slots=True)
class ShownStart:
    """A schedule or a trigger. when: its times, or the objects that it waits for. where: the environments."""

    kind: str
    name: str
    when: str
    where: str
    place: str


@dataclass(frozen=True, slots=True)
class ShownRole:
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class ShownTask:
    """A row. id: its anchor. text: what the search looks at, in lower case. keys: by filter, its values by line."""

    id: str
    name: str
    place: str
    command: str
    script: str
    script_place: str
    entrypoint: str
    entrypoint_place: str
    size: str
    role: str
    roles: tuple[tuple[str, ShownRole], ...]
    groups: tuple[str, ...]
    variables: tuple[str, ...]
    secrets: tuple[str, ...]
    starts: tuple[ShownStart, ...]
    on: str
    tests: tuple[str, ...]
    findings: tuple[NotedFinding, ...]
    text: str
    keys: tuple[tuple[str, str], ...]


def shown_task(
    task: TaskListing,
    id: str,
    environments: tuple[str, ...],
    machines: Mapping[str, str],
    findings: Sequence[NotedFinding],
) -> ShownTask:
    """A row of the table. environments: all that have the tasks. machines: the step functions that run it."""
    starts = (*_starts(task, environments), *_steps(machines))
    anywhere = {name for schedule in task.schedules for name in schedule.on}
    anywhere |= {name for trigger in task.triggers for name in trigger.on}
    on = [name for name in environments if name in anywhere]
    groups = tuple(group.name for group in task.environment.groups)
    keys = {
        "environment": on,
        "starts": list(dict.fromkeys(start.kind for start in starts)) or ["by hand"],
        "group": groups,
        "role": [role_name(task.task_role)],
        "bucket": [trigger.bucket_name for trigger in task.triggers],
        "findings": [finding.severity for finding in findings],
    }
    words = [task.name, *task.command, task.entrypoint.name, *groups, role_name(task.task_role)]
    words += [f"{start.name} {start.when}" for start in starts]
    return ShownTask(
        id=id,
        name=task.name,
        place=task.place,
        command=shown_command(task.command),
        script=task.script.name,
        script_place=task.script.place,
        entrypoint=task.entrypoint.name,
        entrypoint_place=task.entrypoint.place,
        size=f"{task.cpu} CPU units, {task.memory} MiB",
        role=role_name(task.task_role),
        roles=tuple(_roles(task)),
        groups=groups,
        variables=tuple(variable.name for variable in task.environment.variables),
        secrets=tuple(secret.name for secret in task.environment.secrets),
        starts=starts,
        on=_on(on, environments) if task.schedules or task.triggers else "",
        tests=task.tests,
        findings=tuple(findings),
        text=" ".join(words).lower(),
        keys=tuple((key, "\n".join(dict.fromkeys(values))) for key, values in keys.items()),
    )


def _roles(task: TaskListing) -> Iterator[tuple[str, ShownRole]]:
    yield "Task role", _role(task.task_role)
    yield "Execution role", _role(task.execution_role)


def _role(role: RoleListing) -> ShownRole:
    return ShownRole(role_name(role) + (" (default)" if role.default and role.expression else ""), role.place)


def _on(names: Sequence[str], environments: Sequence[str]) -> str:
    return f"all {len(environments)}" if len(names) == len(environments) > 1 else listed(names) or "nowhere"


def _starts(task: TaskListing, environments: tuple[str, ...]) -> Iterator[ShownStart]:
    for schedule in task.schedules:
        name = schedule.name or schedule.module
        yield ShownStart("schedule", name, times_in_words(schedule), where_on(schedule, environments), schedule.place)
    for trigger in task.triggers:
        yield ShownStart(
            "trigger", trigger.module, bucket_and_keys(trigger), where_on(trigger, environments), trigger.place
        )


def _steps(machines: Mapping[str, str]) -> Iterator[ShownStart]:
    for name, place in machines.items():
        yield ShownStart("step function", name, name, "as a step", place)
