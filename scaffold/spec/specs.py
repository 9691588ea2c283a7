"""TaskSpec and TriggerSpec: what was asked for. They are checked when they are created, without reading files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from scaffold.aws import names
from scaffold.errors import Refusal
from scaffold.spec.checks import (
    DEFAULT_PACKAGE,
    ROLE_NAME,
    SCHEDULE_NAME,
    SCRIPT_NAME,
    check_environment_name,
    check_events,
    check_function,
    check_module,
    check_name,
    check_parameter_path,
    check_size,
    check_switches,
    check_template,
    check_toggle,
)
from scaffold.spec.s3_filters import check_filter
from scaffold.spec.schedule import ScheduleSpec

NEW = "new"
DATABASE = "db_access"  # the group of a task with a database session
# The environment variable from which a triggered task's stub takes what it lists, and how: as a folder, with the
# API's own helper, or, for a prefix that ends within a name, as a prefix.
S3_PATH = "S3_PATH"
FOLDER, PREFIX = "folder", "prefix"


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable. `value` may contain Terraform interpolations."""

    name: str
    value: str

    def __post_init__(self) -> None:
        check_environment_name(self.name, "--env-var")
        check_template(self.value, "--env-var", f"{self.name}={self.value}")


@dataclass(frozen=True, slots=True)
class Secret:
    """An environment variable whose value ECS reads from the SSM parameter `path` when it starts the task."""

    name: str
    path: str

    def __post_init__(self) -> None:
        check_environment_name(self.name, "--secret")
        check_template(self.path, "--secret", f"{self.name}={self.path}")
        check_parameter_path(self.path, self.name)


@dataclass(frozen=True, slots=True)
class TriggerSpec:
    """Which objects of a bucket start the task. bucket: the name of an `aws_s3_bucket` in the Terraform. prefix and
    suffix are as typed; s3_filters.py has how they are written.

    write: whether a new role of the task may also write and delete such objects. additional: whether the task may
    already have another trigger. name: what the Lambda that starts the task is named after, "" for the task.
    """

    bucket: str
    prefix: str = ""
    suffix: str = ""
    events: tuple[str, ...] = ("s3:ObjectCreated:*",)
    toggle: str = ""
    write: bool = False
    additional: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        if self.name:
            check_name(SCHEDULE_NAME, self.name, "--trigger-name", "a trigger's name has only letters, digits, - and _")
        for option, text in (("--s3-prefix", self.prefix), ("--s3-suffix", self.suffix)):
            check_template(text, option, text)
            check_filter(text, option)
        check_events(self.events)
        check_toggle(self.toggle)


class Guarded(Protocol):
    """What a toggle can guard."""

    @property
    def toggle(self) -> str: ...


def toggles_of(**guarded: Guarded | None) -> dict[str, str]:
    """The variables that guard something, and the names of what they guard."""
    toggles: dict[str, str] = {}
    for name, part in guarded.items():
        if part and part.toggle:
            toggles[part.toggle] = f"{toggles[part.toggle]} and {name}" if part.toggle in toggles else name
    return toggles


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A task, new or existing, and what its Terraform should have. A role is "" (the task's own, or the default),
    "new", or the name of an `aws_iam_role`.

    command: the Poetry script that the task runs. group_expressions, task_role_expression and
    execution_role_expression: Terraform that another task has instead of a plain name (`--like`). enable_in,
    disable_in: environments in which the toggle is on or off, "all" for those that are not named.
    """

    name: str
    command: str = ""
    groups: tuple[str, ...] = ()
    variables: tuple[Variable, ...] = ()
    secrets: tuple[Secret, ...] = ()
    task_role: str = ""
    execution_role: str = ""
    task_role_name: str = ""
    execution_role_name: str = ""
    schedule: ScheduleSpec | None = None
    trigger: TriggerSpec | None = None
    enable_in: tuple[str, ...] = ()
    disable_in: tuple[str, ...] = ()
    group_expressions: tuple[str, ...] = ()
    task_role_expression: str = ""
    execution_role_expression: str = ""

    def __post_init__(self) -> None:
        check_switches(self.enable_in, self.disable_in)

    @property
    def slug(self) -> str:
        """The task's name as an identifier in Python and Terraform."""
        return names.slug(self.name)

    @property
    def toggles(self) -> dict[str, str]:
        """The variables that guard something, and what: "schedule", "trigger", or "schedule and trigger"."""
        return toggles_of(schedule=self.schedule, trigger=self.trigger)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSpec(Subject):
    """A whole new task. module is "" until the checkout is known, which then tells it and the reason for it, unless it
    was given. cpu is in CPU units, memory in MiB; None means the template's default, which is in
    `default_size` once the checkout is known. listing: FOLDER or PREFIX if the stub lists what is in S3_PATH.
    """

    module: str = ""
    function: str = "main"
    description: str = ""
    database: bool = False
    arguments: bool = False
    cpu: int | None = None
    memory: int | None = None
    like: str = ""
    makefile: bool = False
    module_reason: str = field(default="", compare=False)
    listing: str = ""
    default_size: tuple[int, int] = field(default=(0, 0), compare=False)

    def __post_init__(self) -> None:
        Subject.__post_init__(self)
        problem = names.task_name_problem(self.name)
        if problem:
            raise Refusal(problem, option="NAME", value=self.name)
        _set(self, "command", self.command or self.name)
        check_module(self.module or f"{DEFAULT_PACKAGE}.{self.slug}")
        check_function(self.function)
        check_name(SCRIPT_NAME, self.command, "--command", "a script's name has at most 200 letters, digits, - _ and .")
        _set(self, "description", " ".join(self.description.split()))
        if self.database and DATABASE not in self.groups:
            _set(self, "groups", (DATABASE, *self.groups))
        self._check_environment()
        triggered = self.trigger is not None and not self.task_role
        self._check_role_name(self.task_role_name, "--task-role", self.task_role == NEW or triggered)
        self._check_role_name(self.execution_role_name, "--execution-role", self.execution_role == NEW)
        self.check_size()

    def _check_role_name(self, name: str, role: str, new: bool) -> None:
        if not name:
            return
        option = f"{role}-name"
        check_name(ROLE_NAME, name, option, "a role's name has only letters, digits, - _ and .")
        if not new:
            raise Refusal(
                "it names a new role, but none is created", option=option, value=name, instead=f"Add {role} new."
            )

    def check_size(self) -> None:
        """Raise Refusal if Fargate does not support the combination of CPU and memory, as far as both are known."""
        check_size(self.cpu, self.memory, self.default_size)

    def _check_environment(self) -> None:
        seen: dict[str, str] = {}
        options = [(variable.name, "--env-var") for variable in self.variables]
        for name, option in [*options, *((secret.name, "--secret") for secret in self.secrets)]:
            if name in seen:
                raise Refusal(
                    f"the name is used twice, also by {seen[name]}; variables and secrets need different names",
                    option=option,
                    value=name,
                    instead="Use it once.",
                )
            seen[name] = option
        for group in self.groups:
            if self.groups.count(group) > 1:
                raise Refusal("the group is given twice", option="--env", value=group, instead="Use it once.")


def default_secret_path(name: str) -> str:
    """A path of a secret of the environment that the default execution role may read."""
    return f"/service/${{local.app_name}}/${{var.environment_name}}/{name.lower()}"


def _set(spec: TaskSpec, name: str, value: object) -> None:
    """Set a default of a frozen dataclass in `__post_init__`, as the documentation of dataclasses recommends."""
    object.__setattr__(spec, name, value)
