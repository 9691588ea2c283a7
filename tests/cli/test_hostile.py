"""Whatever a checkout holds, every command ends, and says what is wrong or what it did not look at."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from scaffold.cli.main import main

TEMPLATE = "infra/ecs-tasks/template"
TASKS, SCHEDULES, ROLES = f"{TEMPLATE}/tasks.tf", f"{TEMPLATE}/cloudwatch.tf", f"{TEMPLATE}/iam.tf"
MORE, ALARMS = f"{TEMPLATE}/more.tf", "infra/modules/alarms_api/alarms-aws.tf"
COMMANDS = (
    "check",
    "list",
    "rename dor-import dor-import-again --dry-run",
    "remove dor-import --dry-run",
    "schedule dor-import rate(1day) --dry-run",
)
HANGS_AFTER = 120  # seconds; each command takes one or two
Edit = tuple[str, str, str]


@pytest.fixture(autouse=True)
def hang() -> Iterator[None]:
    """Fail instead of waiting for ever."""

    def stop(*_: object) -> None:
        raise AssertionError(f"not done after {HANGS_AFTER} s")

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(HANGS_AFTER)
    yield
    signal.alarm(0)


def edit(sample: Path, *edits: Edit) -> None:
    """Replace a text in each file; "" adds to its end."""
    for path, old, new in edits:
        file = sample / path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text() if file.exists() else ""
        assert old in text, (path, old)
        file.write_text(text.replace(old, new, 1) if old else text + new)


def outputs(*lines: str) -> str:
    """What commands print, none of them with an internal error."""
    printed = ""
    for line in lines:
        words = [word.replace("(1day)", "(1 day)") for word in line.split(" ")]
        result = CliRunner().invoke(main, words, prog_name="pfml-scaffold")
        assert result.exception is None or isinstance(result.exception, SystemExit), line
        assert result.exit_code in (0, 1, 2) and "internal error" not in result.output, (
            f"{line}\n{result.output[:2000]}"
        )
        printed += result.output
    return printed


# --- local values that double each other


def doubled(first: str, next: str, times: int = 40) -> Edit:
    """Local values d0, d1, …, each of which uses the one before it twice."""
    lines = [
        f"  d0 = {first}",
        *(f"  d{index} = {next.replace('@', f'local.d{index - 1}')}" for index in range(1, times + 1)),
    ]
    return MORE, "", "locals {\n" + "\n".join(lines) + "\n}\n"


TEXT = doubled('"x${var.environment_name}x"', '"${@}${@}"')
LIST = doubled('[{ name : "A", value : "b" }]', "concat(@, @)")
NESTED = doubled('[{ name : "A", value : "b" }]', "[@, @]")
OBJECT = doubled('{ Effect = "Allow" }', "{ a = @, b = @ }")
CHOICE = doubled("aws_iam_role.dor_import_task_role.arn", 'var.x == "@" ? @ : @')
ACTIONS = doubled('["s3:GetObject"]', "concat(@, @)")
POLICY = 'resource "aws_iam_role_policy" "x" {\n  role = aws_iam_role.dor_import_task_role.id\n  policy = %s\n}\n'
SECRET = 'valueFrom : "/service'
CRON = '"cron(30 10 * * ? *)"'
DOUBLED: dict[str, tuple[Edit, ...]] = {
    "command": (TEXT, (TASKS, 'command   = ["dor-import"]', 'command   = ["${local.d40}"]')),
    "whole command": (ACTIONS, (TASKS, 'command   = ["dor-import"]', "command   = local.d40")),
    "value": (TEXT, (TASKS, 'value : "s3://', 'value : "${local.d40}s3://')),
    "name of a variable": (TEXT, (TASKS, 'name : "FOLDER_PATH"', 'name : "${local.d40}"')),
    "secret": (TEXT, (TASKS, SECRET, 'valueFrom : "${local.d40}/service')),
    "family": (TEXT, (TASKS, 'family                   = "', 'family                   = "${local.d40}')),
    "name of a role": (TEXT, (ROLES, "-ecs-tasks-", "-${local.d40}ecs-tasks-")),
    "schedule": (TEXT, (SCHEDULES, CRON, '"${local.d40}"')),
    "schedule by name": (TEXT, (SCHEDULES, CRON, "local.d40")),
    "condition": (CHOICE, (SCHEDULES, "is_enabled = true", "is_enabled = local.d40")),
    "comparison": (TEXT, (SCHEDULES, "is_enabled = true", 'is_enabled = local.d40 == "x"')),
    "role": (CHOICE, (TASKS, "task_role = aws_iam_role.dor_import_task_role.arn", "task_role = local.d40")),
    "group": (LIST, (TASKS, "local.fineos_s3_access", "local.d40")),
    "nested group": (NESTED, (TASKS, "local.fineos_s3_access", "local.d40")),
    "whole environment": (LIST, (TASKS, "env = [\n        local.fineos_s3_access\n      ]", "env = local.d40")),
    "alarms": (
        (ALARMS.replace("alarms-aws", "more"), "", ACTIONS[2].replace("s3:GetObject", "x")),
        (ALARMS, "alarm_names = [", "alarm_names = concat(local.d40, ["),
        (ALARMS, "\n  ]\n", "\n  ])\n"),
    ),
    "actions": (
        ACTIONS,
        (MORE, "", 'data "aws_iam_policy_document" "x" {\n  statement {\n    actions = local.d40\n  }\n}\n'),
        (MORE, "", POLICY % "data.aws_iam_policy_document.x.json"),
    ),
    "actions in JSON": (ACTIONS, (MORE, "", POLICY % "jsonencode({ Statement = [{ Action = local.d40 }] })")),
    "statements": (OBJECT, (MORE, "", POLICY % "jsonencode({ Statement = [local.d40] })")),
    "states": (
        OBJECT,
        (MORE, "", 'resource "aws_sfn_state_machine" "x" {\n  definition = jsonencode({ States = local.d40 })\n}\n'),
    ),
    "resources": (TEXT, (MORE, "", POLICY % 'jsonencode({ Statement = [{ Resource = "${local.d40}" }] })')),
}
UNEVALUATED = ("has more than 100,000 characters", "is part of values that are too large to be evaluated")


@pytest.mark.parametrize("where", DOUBLED)
def test_values_that_double_each_other(where: str, sample: Path) -> None:
    edit(sample, *DOUBLED[where])
    outputs(*COMMANDS)


@pytest.mark.parametrize("where", ["value", "family", "secret", "group", "nested group", "alarms", "actions", "role"])
def test_check_says_which_values_it_did_not_evaluate(where: str, sample: Path) -> None:
    edit(sample, *DOUBLED[where])
    lines = [line for line in outputs("check").splitlines() if line.startswith("not checked: ")]
    assert any(reason in line for line in lines for reason in UNEVALUATED)


def test_the_other_rules_still_run(sample: Path) -> None:
    edit(sample, *DOUBLED["group"], (TASKS, "cpu       = 4096", "cpu       = 4097"))
    assert "4097" in outputs("check")


@pytest.mark.parametrize("value", ["local.@", '"${local.@}"', '"x${local.@}"'])
def test_values_behind_many_others(value: str, sample: Path) -> None:
    lines = [f"  d{index} = {value.replace('@', f'd{index - 1}')}" for index in range(1, 2001)]
    edit(sample, (MORE, "", 'locals {\n  d0 = "x"\n' + "\n".join(lines) + "\n}\n"))
    edit(sample, (TASKS, 'value : "s3://', 'value : "${local.d2000}s3://'), (SCHEDULES, CRON, "local.d2000"))
    edit(sample, (TASKS, "task_role = aws_iam_role.dor_import_task_role.arn", "task_role = local.d2000"))
    assert "has more than 50 others behind it" in outputs(*COMMANDS)


def test_values_that_refer_to_each_other(sample: Path) -> None:
    text = 'locals {\n  p = local.q\n  q = local.p\n  r = "${local.s}x"\n  s = "${local.r}"\n  t = [local.u]\n  u = local.t\n}\n'
    edit(sample, (MORE, "", text), (TASKS, 'value : "s3://', 'value : "${local.p}${local.r}s3://'))
    edit(sample, (TASKS, "local.fineos_s3_access", "local.t"), (SCHEDULES, CRON, "local.p"))
    edit(sample, (MORE, "", POLICY % "local.q"), (f"{TEMPLATE}/s3.tf", 'bucket = "', 'bucket = local.p #"'))
    outputs(*COMMANDS, "trigger dor-import --s3-bucket reports --dry-run")


# --- blocks that Terraform refuses


@pytest.mark.parametrize("type", ["resource", "data", "module", "variable", "output", "provider", "locals"])
@pytest.mark.parametrize("labels", ["", '"aws_iam_role"', '"aws_s3_bucket" "a" "b"', "aws_iam_role_policy", '""'])
def test_labels(type: str, labels: str, sample: Path) -> None:
    edit(sample, (MORE, "", f"{type} {labels} {{\n}}\n"))
    outputs(*COMMANDS)
