"""TaskSpec, ScheduleSpec, TriggerSpec: what was asked for. They know no files and are valid once they exist."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass, field
from typing import Literal

from scaffold import hcl
from scaffold.aws import fargate, names
from scaffold.aws import schedule as expressions
from scaffold.aws.events import EVENTS
from scaffold.errors import Refusal

NEW = "new"

_ENVIRONMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_TERRAFORM_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)
_SCRIPT_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{,198}[A-Za-z0-9])?", re.ASCII)
_SCHEDULE_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?", re.ASCII)
# IAM: "Names … can contain alphanumeric characters and +=,.@_-"; the tool keeps to what its own names have.
_ROLE_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", re.ASCII)
_KEY_LENGTH = 1024
# Terraform: "The name of a variable can be any valid identifier except …", which are its meta-arguments.
_RESERVED = frozenset(("source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"))
# The names that the generated Python has for something else.
_TAKEN = frozenset(
    ("args", "argparse", "background_task", "db", "logger", "logging", "mock", "monkeypatch", "parse_args", "vars")
)
_OPTION = re.compile(r"--?[A-Za-z][\w.:-]*(=.*)?", re.ASCII | re.DOTALL)
_FILE_NAME_LENGTH = 200
_PATH = re.compile(r"[A-Za-z0-9_./-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable. `value` may hold Terraform interpolations."""

    name: str
    value: str

    def __post_init__(self) -> None:
        _environment_name(self.name, "--env-var")
        _template(self.value, "--env-var", f"{self.name}={self.value}")


@dataclass(frozen=True, slots=True)
class Secret:
    """An environment variable whose value ECS reads from the SSM parameter `path` when it starts the task."""

    name: str
    path: str

    def __post_init__(self) -> None:
        _environment_name(self.name, "--secret")
        _template(self.path, "--secret", f"{self.name}={self.path}")
        plain = re.sub(r"\$\{[^}]*\}", "x", self.path)
        if not _PATH.fullmatch(plain) or not self.path.startswith("/"):
            raise Refusal(
                "the path of an SSM parameter begins with / and has letters, digits and . _ - / alone",
                option="--secret",
                value=f"{self.name}={self.path}",
                instead=f"Write for example {self.name}=/service/${{local.app_name}}/common/{self.name.lower()}.",
            )


@dataclass(frozen=True, slots=True)
class ScheduleSpec:
    """When a task runs. Both expressions are in UTC, and the same where the time of day does not follow the clocks.

    arguments: what the scheduled run gets behind the script's name. toggle: the variable that guards it, "" for none.
    """

    name: str
    standard: str
    daylight: str
    arguments: tuple[str, ...] = ()
    toggle: str = ""

    def __post_init__(self) -> None:
        _matches(_SCHEDULE_NAME, self.name, "--schedule-name", "a schedule's name has letters, digits, - and _")
        for argument in self.arguments:
            _template(argument, "--schedule-arg", argument)
        argument_values(self.arguments)
        _toggle_name(self.toggle)


@dataclass(frozen=True, slots=True)
class TriggerSpec:
    """Which objects of a bucket start the task. bucket: the name of an `aws_s3_bucket` in the Terraform.

    additional: whether the task may have another trigger already, beside which this one stands.
    """

    bucket: str
    prefix: str = ""
    suffix: str = ""
    events: tuple[str, ...] = ("s3:ObjectCreated:*",)
    toggle: str = ""
    additional: bool = False

    def __post_init__(self) -> None:
        for option, text in (("--s3-prefix", self.prefix), ("--s3-suffix", self.suffix)):
            _template(text, option, text)
            if len(text.encode()) > _KEY_LENGTH:
                raise Refusal(
                    f"a key of S3 has at most {_KEY_LENGTH} bytes",
                    option=option,
                    value=text,
                    instead="Use a shorter one.",
                )
        for event in self.events:
            if event not in EVENTS:
                near = names.nearest(event, EVENTS) or "s3:ObjectCreated:*"
                raise Refusal("S3 has no such event", option="--s3-event", value=event, instead=f"Did you mean {near}?")
        _toggle_name(self.toggle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A task, new or of the checkout, and what its Terraform is to have. Roles are "" (as they are, or the default),
    "new", or the name of an `aws_iam_role`.

    command: the Poetry script that the task runs. group_expressions, task_role_expression and
    execution_role_expression: Terraform that another task has in place of a plain name (`--like`).
    """

    name: str
    command: str = ""
    groups: tuple[str, ...] = ()
    variables: tuple[Variable, ...] = ()
    secrets: tuple[Secret, ...] = ()
    task_role: str = ""
    execution_role: str = ""
    role_name: str = ""
    schedule: ScheduleSpec | None = None
    trigger: TriggerSpec | None = None
    enable_in: tuple[str, ...] = ()
    group_expressions: tuple[str, ...] = ()
    task_role_expression: str = ""
    execution_role_expression: str = ""

    @property
    def slug(self) -> str:
        """The task's name as an identifier of Python and Terraform."""
        return names.slug(self.name)

    @property
    def toggles(self) -> dict[str, str]:
        """The variables that guard something, and what they guard: schedule, trigger, or schedule and trigger."""
        found: dict[str, str] = {}
        for what, part in (("schedule", self.schedule), ("trigger", self.trigger)):
            if part and part.toggle:
                found[part.toggle] = f"{found[part.toggle]} and {what}" if part.toggle in found else what
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSpec(Subject):
    """A whole new task. cpu is in CPU units, memory in MiB; None takes the template's default, which `default_size` has
    once the checkout is known."""

    module: str = ""
    function: str = "main"
    description: str = ""
    database: bool = False
    arguments: bool = False
    cpu: int | None = None
    memory: int | None = None
    like: str = ""
    default_size: tuple[int, int] = field(default=(0, 0), compare=False)

    def __post_init__(self) -> None:
        problem = names.task_name_problem(self.name)
        if problem:
            raise Refusal(problem, option="NAME", value=self.name)
        _set(self, "module", self.module or f"massgov.pfml.tasks.{self.slug}")
        _set(self, "command", self.command or self.name)
        _module(self.module)
        _function(self.function)
        _matches(_SCRIPT_NAME, self.command, "--command", "a script's name has at most 200 letters, digits, - _ and .")
        _set(self, "description", " ".join(self.description.split()))
        if self.database and "db_access" not in self.groups:
            _set(self, "groups", ("db_access", *self.groups))
        self._check_environment()
        if self.role_name:
            _matches(_ROLE_NAME, self.role_name, "--role-name", "a role's name has letters, digits, - _ and .")
            triggered = self.trigger is not None and not self.task_role
            if NEW not in (self.task_role, self.execution_role) and not triggered:
                raise Refusal(
                    "there is no new role to name",
                    option="--role-name",
                    value=self.role_name,
                    instead="Give --task-role new or --execution-role new with it.",
                )
        self.check_size()

    def check_size(self) -> None:
        """Raise Refusal where Fargate has no such pair of CPU and memory, as far as both are known."""
        cpu, memory = self.cpu or self.default_size[0], self.memory or self.default_size[1]
        if (self.cpu is None and self.memory is None) or not (cpu and memory):
            return
        problem = fargate.size_problem(cpu, memory)
        if problem:
            option = "--cpu" if self.memory is None else "--memory" if self.cpu is None else "--cpu and --memory"
            raise Refusal(
                problem,
                option=option,
                value=f"{cpu} and {memory}" if self.cpu and self.memory else str(self.cpu or self.memory),
            )

    def _check_environment(self) -> None:
        seen: dict[str, str] = {}
        options = [(variable.name, "--env-var") for variable in self.variables]
        for name, option in [*options, *((secret.name, "--secret") for secret in self.secrets)]:
            if name in seen:
                raise Refusal(
                    f"the name is given twice, also by {seen[name]}; names are unique over variables and secrets",
                    option=option,
                    value=name,
                    instead="Give it once.",
                )
            seen[name] = option
        for group in self.groups:
            if self.groups.count(group) > 1:
                raise Refusal("the group is given twice", option="--env", value=group, instead="Give it once.")


def schedule(
    name: str,
    expression: str,
    *,
    daylight: str = "",
    timezone: str = "",
    arguments: tuple[str, ...] = (),
    toggle: str = "",
) -> ScheduleSpec:
    """A schedule from what its options say. Raises Refusal for an expression that AWS would refuse."""
    if timezone and daylight:
        raise Refusal(
            "with --timezone the expression for daylight time is computed",
            option="--daylight-schedule",
            value=daylight,
            instead="Give one of the two.",
        )
    if timezone:
        from scaffold.aws.timezone import local_pair

        _time_zone(timezone)
        try:
            pair = local_pair(expression, timezone)
        except expressions.ScheduleError as error:
            raise Refusal(str(error), option="--schedule", value=expression) from error
        return ScheduleSpec(name, pair.standard, pair.daylight, arguments, toggle)
    _expression(expression, "--schedule")
    if daylight:
        _expression(daylight, "--daylight-schedule")
    return ScheduleSpec(name, expression, daylight or expression, arguments, toggle)


def _time_zone(timezone: str) -> None:
    """Raise Refusal for a zone that there is not."""
    from scaffold.aws.timezone import utc_offsets

    try:
        utc_offsets(timezone)
    except expressions.ScheduleError as error:
        raise Refusal(str(error), option="--timezone", value=timezone) from error


def argument_values(words: tuple[str, ...]) -> dict[str, list[int]]:
    """The options in an argv, each with the number of its values wherever it stands; "" for words of no option.

    Raises Refusal for a word that argparse, by which the entrypoint reads them, could not take.
    """
    found: dict[str, list[int]] = {}
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        if not word.startswith("-") or _is_number(word):
            found.setdefault("", []).append(1)
            continue
        name, equals, _ = word.partition("=")
        if not _OPTION.fullmatch(word) or name in ("-h", "--help"):
            raise Refusal(
                "argparse, by which the entrypoint reads its arguments, has no such option",
                option="--schedule-arg",
                value=word,
                instead="Write options like --name or --name=value.",
            )
        values = int(bool(equals))
        while not equals and index < len(words) and (not words[index].startswith("-") or _is_number(words[index])):
            index, values = index + 1, values + 1
        found.setdefault(name, []).append(values)
    return found


def _is_number(word: str) -> bool:
    return re.fullmatch(r"-\d+(\.\d+)?", word, re.ASCII) is not None


def default_secret_path(name: str) -> str:
    """Where the default execution role may read a secret of the environment."""
    return f"/service/${{local.app_name}}/${{var.environment_name}}/{name.lower()}"


def _expression(text: str, option: Literal["--schedule", "--daylight-schedule"]) -> None:
    try:
        expressions.parse(text)
    except expressions.ScheduleError as error:
        raise Refusal(str(error), option=option, value=text) from error


def _template(value: str, option: str, shown: str) -> None:
    """Raise Refusal where an interpolation in a value is none, or would not stay one in the places where it goes."""
    try:
        for _, expression in hcl.split_template(value):
            if expression and ("\n" in expression or _has_comment(expression)):
                raise hcl.HclError("it has a line break or a comment", 1)
    except hcl.HclError as error:
        raise Refusal(
            f"what stands in ${{…}} is no expression of Terraform on one line: {error}",
            option=option,
            value=shown,
            instead="Write $${ for a literal ${.",
        ) from error


def _has_comment(expression: str) -> bool:
    data, position = expression.encode(), 0
    for _, start, end in hcl.tokens(data, 0, len(data)):
        if data[position:start].strip():
            return True
        position = end
    return bool(data[position:].strip())


def _toggle_name(name: str) -> None:
    if name:
        _terraform_name(name, "--toggle")
    if name in _RESERVED:
        raise Refusal(
            "Terraform keeps that name for itself", option="--toggle", value=name, instead=f"Write enable_{name}."
        )


def _function(name: str) -> None:
    _identifier(name, "--function")
    if name in _TAKEN or name.startswith(("test_", "__")):
        raise Refusal(
            "the generated Python has that name for something else",
            option="--function",
            value=name,
            instead=f"Write for example run_{name.strip('_')}.",
        )


def _environment_name(name: str, option: str) -> None:
    fitting = re.sub(r"\W", "_", name.upper(), flags=re.ASCII) or "NAME"
    _matches(
        _ENVIRONMENT_NAME,
        name,
        option,
        "an environment variable's name has letters, digits and _, and no digit first",
        f"Write for example {fitting if not fitting[0].isdigit() else '_' + fitting}=… .",
    )


def _terraform_name(name: str, option: str) -> None:
    _matches(_TERRAFORM_NAME, name, option, "a name in Terraform has letters, digits, _ and -, and no digit first")


def _matches(pattern: re.Pattern[str], value: str, option: str, rule: str, instead: str = "") -> None:
    if not pattern.fullmatch(value):
        fitting = re.sub(r"[^A-Za-z0-9]+", "-", value, flags=re.ASCII).strip("-") or "my-name"
        example = fitting.replace("-", "_") if pattern is _TERRAFORM_NAME else fitting
        if example[0].isdigit() and pattern is _TERRAFORM_NAME:
            example = f"_{example}"
        raise Refusal(rule, option=option, value=value or " ", instead=instead or f"Write for example {example}.")


def _module(module: str) -> None:
    for word in module.split("."):
        _identifier(word, "--module", module)
        if word.startswith("__"):
            raise Refusal(
                "names with two underscores are Python's own",
                option="--module",
                value=module,
                instead=f"Write for example {module.replace(word, word.strip('_') or 'main')}.",
            )
        if len(word) > _FILE_NAME_LENGTH:
            raise Refusal(
                f"a part of it is longer than {_FILE_NAME_LENGTH} letters, and a file could not be named so",
                option="--module",
                value=module,
                instead="Use a shorter one.",
            )
    if "." not in module:
        raise Refusal(
            "a task's module stands in a package of the API",
            option="--module",
            value=module,
            instead=f"Write for example massgov.pfml.tasks.{module}.",
        )


def _identifier(word: str, option: str, value: str = "") -> None:
    if not word.isascii() or not word.isidentifier() or keyword.iskeyword(word):
        problem = "a keyword of Python" if keyword.iskeyword(word) else "no identifier of Python"
        fitting = re.sub(r"\W", "_", word, flags=re.ASCII).strip("_") or "main"
        if keyword.iskeyword(fitting) or fitting[0].isdigit():
            fitting = f"run_{fitting}"
        example = value.replace(word, fitting) if value and word else fitting
        if option == "--module" and (not re.fullmatch(r"\w+(\.\w+)+", example, re.ASCII) or "." not in value):
            example = f"massgov.pfml.tasks.{fitting}"
        raise Refusal(
            f"{word!r} is {problem}",
            option=option,
            value=value or word or " ",
            instead=f"Write for example {example}.",
        )


def _set(spec: TaskSpec, name: str, value: object) -> None:
    """Fill a default of a frozen dataclass in `__post_init__`, in the way that the dataclasses module has for it."""
    object.__setattr__(spec, name, value)
