"""The wizard's questions, in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from scaffold.aws import fargate
from scaffold.cli.wizard import choices
from scaffold.cli.wizard.interview import NEEDS, Choice, Options, Question
from scaffold.files.checkout import Checkout
from scaffold.pfml.buckets import bucket_names
from scaffold.pfml.environments import environment_names
from scaffold.pfml.tasks import task_names
from scaffold.pfml.toggles import ALL
from scaffold.spec.specs import NEW

# Stand-ins for later answers.
_NAME = "pfml-scaffold-probe"
_NEW_EXECUTION_ROLE = {"execution_role": NEW}
_SUFFIX = {"suffix": f".{_NAME}"}
_FILTER = {"prefix": f"{_NAME}/", **_SUFFIX}
_EVENTS = {"events": ("s3:ReducedRedundancyLostObject",)}


def _need_of(key: str) -> str:
    """The need that an option belongs to."""
    return next(need for need, keys in choices.NEEDS_OF_A_TASK.items() if key in keys)


def _with_needs(options: Options, needs: list[str]) -> Options:
    """The options with the needs; some needs are options themselves."""
    return {**options, NEEDS: needs} | {
        key: True for key in ("database", "arguments", "makefile") if _need_of(key) in needs
    }


def _needed(key: str) -> Callable[[Options], bool]:
    return lambda options: _need_of(key) in options[NEEDS]


def _has(*keys: str) -> Callable[[Options], bool]:
    return lambda options: any(options[key] for key in keys)


def _smallest_memory(options: Options) -> list[Options]:
    return [{"memory": str(fargate.memory_values(int(options["cpu"]))[0])}] if options["cpu"] else []


def _runs_if_asked(*keys: str) -> Callable[[Options, Checkout, datetime], list[str]]:
    return lambda options, checkout, now: (
        choices.runs(options, checkout, now) if any(options[key] for key in keys) else []
    )


def _with_zone(options: Options, answer: str) -> Options:
    """The options with a time zone; to choose UTC is to mean it."""
    return {**options, "utc": True} if answer == choices.UTC else {**options, "timezone": answer}


QUESTIONS = (
    Question(
        key="name",
        flag="NAME",
        text="What is the new task called?",
        rule="two or more lowercase words, separated by hyphens",
    ),
    Question(
        key="description",
        flag="--description",
        text="What does it do?",
        rule="a sentence for its docstring; may be empty",
    ),
    Question(key=NEEDS, flag="", text="What does it need?", kind="any", choices=choices.open_needs, store=_with_needs),
    # The entrypoint
    Question(
        key="module",
        flag="--module",
        text="Which module contains its function?",
        rule="in the package of its domain",
        kind="one",
        choices=choices.modules,
        own_answer="another module, dotted or as a path",
        when=_needed("module"),
        probes=lambda options: [{"function": _NAME.replace("-", "_")}],
    ),
    Question(
        key="function",
        flag="--function",
        text="What is the function called?",
        rule="a Python identifier",
        default=lambda options: "main",
        when=_needed("function"),
    ),
    Question(
        key="command",
        flag="--command",
        text="What is its Poetry script called?",
        rule="letters, digits, - _ and .",
        default=lambda options: str(options["name"]),
        when=_needed("command"),
    ),
    # What it runs with
    Question(
        key="like",
        flag="--like",
        text="Which task's environment, size and roles should it have?",
        kind="one",
        choices=choices.one_of(task_names),
        when=_needed("like"),
    ),
    Question(
        key="groups",
        flag="--env",
        text="Which groups of environment variables?",
        kind="any",
        choices=choices.groups,
        when=_needed("groups"),
        probes=lambda options: [_NEW_EXECUTION_ROLE],
    ),
    Question(
        key="variables",
        flag="--env-var",
        text="Any environment variables of its own?",
        rule="one NAME=VALUE at a time, where ${…} is Terraform; empty to continue",
        kind="texts",
        when=_needed("variables"),
    ),
    Question(
        key="secrets",
        flag="--secret",
        text="Any secrets of its own?",
        rule="one NAME or NAME=/path/in/SSM at a time; empty to continue",
        kind="texts",
        when=_needed("secrets"),
        probes=lambda options: [_NEW_EXECUTION_ROLE],
    ),
    Question(
        key="cpu",
        flag="--cpu",
        text="How many CPU units?",
        kind="one",
        choices=choices.cpu,
        when=_needed("cpu"),
        probes=_smallest_memory,
    ),
    Question(
        key="memory",
        flag="--memory",
        text="How much memory?",
        rule="the sizes that Fargate offers with that CPU",
        kind="one",
        choices=choices.memory,
        when=_needed("memory"),
    ),
    # What starts it
    Question(
        key="expression",
        flag="--schedule",
        text="When does it run?",
        rule="rate(1 day) or cron(0 4 ? * MON-FRI *); empty for no schedule",
        when=_needed("expression"),
        probes=lambda options: [{"schedule_name": _NAME}],
        note=_runs_if_asked("expression"),
    ),
    Question(
        key="timezone",
        flag="--timezone",
        text="In which time zone?",
        kind="one",
        choices=lambda options, checkout: choices.ZONES,
        own_answer="another IANA time zone",
        store=_with_zone,
        when=lambda options: choices.at_a_time(options) and not options["utc"],
        note=_runs_if_asked("timezone", "utc"),
    ),
    Question(
        key="daylight",
        flag="--daylight-schedule",
        text="When does it run in daylight saving time?",
        rule="in UTC; empty for the same time",
        when=lambda options: choices.at_a_time(options) and not (options["timezone"] or options["utc"]),
        note=_runs_if_asked("daylight"),
    ),
    Question(
        key="schedule_name",
        flag="--schedule-name",
        text="What is the schedule called?",
        rule="letters, digits, - and _",
        default=lambda options: str(options["name"]),
        when=lambda options: bool(options["expression"]) and _needed("command")(options),
    ),
    Question(
        key="schedule_arguments",
        flag="--schedule-arg",
        text="Any arguments for scheduled runs?",
        rule="one at a time; empty to continue",
        kind="texts",
        when=lambda options: bool(options["expression"] and options["arguments"]),
    ),
    Question(
        key="bucket",
        flag="--s3-bucket",
        text="Which bucket's new objects start it?",
        kind="one",
        choices=choices.one_of(bucket_names),
        when=_needed("bucket"),
        probes=lambda options: [_FILTER, _FILTER | _EVENTS],
    ),
    Question(
        key="prefix",
        flag="--s3-prefix",
        text="What do their keys begin with?",
        rule="such as folder/; empty for any key",
        when=_has("bucket"),
        probes=lambda options: [_SUFFIX, _SUFFIX | _EVENTS],
    ),
    Question(
        key="suffix",
        flag="--s3-suffix",
        text="What do their keys end with?",
        rule="such as .csv; empty for any key",
        when=_has("bucket"),
        probes=lambda options: [_EVENTS],
    ),
    Question(
        key="events",
        flag="--s3-event",
        text="Any event types instead of s3:ObjectCreated:*?",
        rule="one at a time, such as s3:ObjectCreated:Put; empty to continue",
        kind="texts",
        when=_has("bucket"),
    ),
    Question(
        key="write",
        flag="--s3-write",
        text="May it also write and delete such objects?",
        kind="one",
        choices=lambda options, checkout: [Choice("", "no, only list and read them"), Choice("yes", "yes")],
        store=lambda options, answer: {**options, "write": bool(answer)},
        when=lambda options: bool(options["bucket"] and not options["like"]),
    ),
    Question(
        key="toggle",
        flag="--toggle",
        text="Should a variable turn it on in each environment?",
        kind="one",
        choices=choices.toggles,
        own_answer="another variable",
        store=lambda options, answer: {**options, "toggle": answer or None},
        when=_has("expression", "bucket"),
    ),
    Question(
        key="enable_in",
        flag="--enable-in",
        text="In which environments is it on?",
        kind="any",
        choices=lambda options, checkout: [Choice(ALL, "all of them"), *map(Choice, environment_names(checkout))],
        when=_has("toggle"),
    ),
    Question(
        key="disable_in",
        flag="--disable-in",
        text="In which of them is it off?",
        kind="any",
        choices=lambda options, checkout: [*map(Choice, environment_names(checkout))],
        when=lambda options: ALL in options["enable_in"],
    ),
    # Its roles
    Question(
        key="task_role",
        flag="--task-role",
        text="Which IAM role should the program have?",
        kind="one",
        choices=choices.task_role,
        when=_needed("task_role"),
    ),
    Question(
        key="execution_role",
        flag="--execution-role",
        text="Which IAM role should ECS use to start it?",
        rule="it has to read the secrets",
        kind="one",
        choices=choices.execution_role,
        when=_needed("execution_role"),
    ),
    Question(
        key="task_role_name",
        flag="--task-role-name",
        text="What is the new task role called?",
        rule="letters, digits, - _ and .",
        default=lambda options: f"ecs-tasks-{options['name']}",
        when=lambda options: _needed("task_role_name")(options) and options["task_role"] == NEW,
    ),
    Question(
        key="execution_role_name",
        flag="--execution-role-name",
        text="What is the new execution role called?",
        rule="letters, digits, - _ and .",
        default=lambda options: f"ecs-tasks-{options['name']}-execution-role",
        when=lambda options: _needed("execution_role_name")(options) and options["execution_role"] == NEW,
    ),
)
