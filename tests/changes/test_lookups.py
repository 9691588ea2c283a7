"""Renaming what a data source looks up by its name, which Terraform reads before it creates anything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scaffold.files.layout import ENVIRONMENTS, TEMPLATE
from tests.conftest import Run
from tests.helpers import hashicorp_parses

ROLE = "${local.app_name}-${var.environment_name}-ecs-tasks-dor-import"
FILE = f"{TEMPLATE}/lookup.tf"
KEPT, RENAMED, REFUSED = "kept", "renamed", "refused"
RESULT = {
    KEPT: ("-ecs-tasks-dor-import", "task_role stays"),
    RENAMED: ("-ecs-tasks-dor-again", ""),
    REFUSED: ("-ecs-tasks-dor-import", "looks up the task definition by its name"),
}


def data(type: str, **arguments: str) -> str:
    lines = "".join(f"  {name} = {value}\n" for name, value in arguments.items())
    return f'data "{type}" "it" {{\n{lines}}}\n'


# In the template: the text of a file, and what becomes of the role.
LOOKUPS = {
    "name": (data("aws_iam_role", name=f'"{ROLE}"'), KEPT),
    "local": (f'locals {{\n  n = "{ROLE}"\n}}\n\n' + data("aws_iam_role", name="local.n"), KEPT),
    "locals": (
        'locals {\n  a = "${local.app_name}-${var.environment_name}"\n  n = "${local.a}-ecs-tasks-dor-import"\n}\n\n'
        + data("aws_iam_role", name="local.n"),
        KEPT,
    ),
    "written out": (data("aws_iam_role", name='"pfml-api-prod-ecs-tasks-dor-import"'), KEPT),
    "each": (
        data("aws_iam_role", for_each='toset(["x", "dor-import"])', name=f'"{ROLE[:-10]}${{each.value}}"'),
        KEPT,
    ),
    "each, in a local": (
        'locals {\n  t = ["x", "dor-import"]\n}\n\n'
        + data("aws_iam_role", for_each="toset(local.t)", name=f'"{ROLE[:-10]}${{each.value}}"'),
        KEPT,
    ),
    "join": (
        data("aws_iam_role", name='join("-", [local.app_name, var.environment_name, "ecs-tasks", "dor-import"])'),
        KEPT,
    ),
    "format": (data("aws_iam_role", name='format("%s-ecs-tasks-dor-import", local.app_name)'), KEPT),
    "regular expression": (data("aws_iam_roles", name_regex='"pfml-api-.*-ecs-tasks-dor-import"'), KEPT),
    "another role": (data("aws_iam_role", name=f'"{ROLE}-exempt"'), RENAMED),
    "another role with its word": (data("aws_iam_role", name='"step-functions-dor-import"'), RENAMED),
    "reference": (data("aws_iam_role", name="aws_iam_role.dor_import_task_role.name"), RENAMED),
    "after it": (
        data("aws_iam_role", name=f'"{ROLE}"', depends_on="[aws_iam_role.dor_import_task_role]"),
        RENAMED,
    ),
    "policy document": (
        'data "aws_iam_policy_document" "it" {\n  statement {\n    actions   = ["iam:PassRole"]\n'
        f'    resources = ["arn:aws:iam::123456789012:role/{ROLE}"]\n  }}\n}}\n',
        RENAMED,
    ),
    "wildcard in a policy": (
        'data "aws_iam_policy_document" "it" {\n  statement {\n    actions   = ["iam:PassRole"]\n'
        '    resources = ["arn:aws:iam::123456789012:role/*-ecs-tasks-dor-import"]\n  }\n}\n',
        RENAMED,
    ),
    "bucket of that name": (data("aws_s3_bucket", bucket='"dor-import"'), RENAMED),
    "family": (
        data("aws_ecs_task_definition", task_definition='"${local.app_name}-${var.environment_name}-dor-import"'),
        REFUSED,
    ),
    "family of a container": (
        data("aws_ecs_container_definition", task_definition='"pfml-api-test-dor-import"', container_name='"x"'),
        REFUSED,
    ),
    "family, in a local": (
        'locals {\n  f = "${local.app_name}-${var.environment_name}-dor-import"\n}\n\n'
        + data("aws_ecs_task_definition", task_definition="local.f"),
        REFUSED,
    ),
    "family by reference": (
        data("aws_ecs_task_definition", task_definition='aws_ecs_task_definition.ecs_tasks["dor-import"].family'),
        RENAMED,
    ),
}


def _role(sample: Path) -> str:
    return (sample / TEMPLATE / "iam.tf").read_text()


@pytest.mark.parametrize("case", LOOKUPS)
def test_in_the_template(case: str, sample: Path, run: Run) -> None:
    text, expected = LOOKUPS[case]
    hashicorp_parses(text.encode())
    (sample / FILE).write_text(text)
    result = run("rename dor-import dor-again")
    name, message = RESULT[expected]
    assert message in result.stdout + result.stderr, result.output
    assert (result.exit_code != 0) == (expected == REFUSED), result.output
    assert f'{name}"\n' in _role(sample)
    if expected == KEPT:
        assert (sample / FILE).read_text() == text
        assert re.search(rf"keep .*IAM role: dor_import_task_role stays.*\(\n?{re.escape(FILE)}:\d+\)", result.stdout)
    elif expected == RENAMED:
        assert ("dor-import" in (sample / FILE).read_text()) == case.startswith(("another role", "bucket"))


ELSEWHERE = {
    "data": ("infra/api/template/iam.tf", data("aws_iam_role", name=f'"{ROLE}"')),
    "each": (
        "infra/api/template/iam.tf",
        data("aws_iam_role", for_each='toset(["dor-import"])', name=f'"{ROLE[:-10]}${{each.key}}"'),
    ),
    "ARN": ("infra/pfml-aws/ses.tf", 'locals {\n  a = "arn:aws:iam::1:role/pfml-api-*-ecs-tasks-dor-import"\n}\n'),
    "JSON": (
        "infra/api/template/policy.json",
        '{"Resource": "arn:aws:iam::1:role/pfml-api-test-ecs-tasks-dor-import"}\n',
    ),
    "module": ("infra/modules/bus/main.tf", data("aws_iam_role", name='"pfml-api-${var.env}-ecs-tasks-dor-import"')),
    "environment": (f"{ENVIRONMENTS}/test/role.tf", data("aws_iam_role", name='"pfml-api-test-ecs-tasks-dor-import"')),
}


@pytest.mark.parametrize("case", ELSEWHERE)
def test_in_another_folder(case: str, sample: Path, run: Run) -> None:
    path, text = ELSEWHERE[case]
    (sample / path).parent.mkdir(parents=True, exist_ok=True)
    (sample / path).write_text(text)
    result = run("rename dor-import dor-again")
    assert result.exit_code == 0 and "dor_import_task_role stays" in result.stdout, result.output
    assert f'{ROLE}"' in _role(sample)
    assert (sample / path).read_text() == text


def test_what_is_not_in_code_does_not_keep_a_name(sample: Path, run: Run) -> None:
    for path in ("infra/api/template/iam.tf", "infra/api/README.md"):
        (sample / path).parent.mkdir(parents=True, exist_ok=True)
        (sample / path).write_text("# See pfml-api-test-ecs-tasks-dor-import.\n")
    assert run("rename dor-import dor-again").exit_code == 0
    assert '-ecs-tasks-dor-again"' in _role(sample)


STARTS = {
    "function": data("aws_lambda_function", function_name='"dor-import-${var.environment_name}-task-trigger"'),
    "role": data("aws_iam_role", name='"dor-import-${var.environment_name}-task-trigger"'),
    "written out": data("aws_lambda_function", function_name='"dor-import-prod-task-trigger"'),
}


@pytest.mark.parametrize("folder", [TEMPLATE, "infra/api/template"])
@pytest.mark.parametrize("case", STARTS)
def test_the_names_of_a_trigger(case: str, folder: str, sample: Path, run: Run) -> None:
    (sample / folder).mkdir(parents=True, exist_ok=True)
    (sample / folder / "lookup.tf").write_text(STARTS[case])
    result = run("rename dor-import dor-again")
    assert result.exit_code == 0 and "S3 trigger: dor-import stays: data.aws_" in result.stdout, result.output
    trigger = (sample / TEMPLATE / "s3_subscriptions.tf").read_text()
    assert 'task_name                  = "dor-import"' in trigger and 'ecs_tasks["dor-again"]' in trigger
    assert (sample / folder / "lookup.tf").read_text() == STARTS[case]


def test_a_policy_that_is_looked_up_keeps_its_name(sample: Path, run: Run) -> None:
    name = f"{ROLE}-extras"
    text = f"""resource "aws_iam_policy" "dor_import_extras" {{
  name   = "{name}"
  policy = data.aws_iam_policy_document.dor_import_task_role_policy.json
}}

resource "aws_iam_role_policy_attachment" "dor_import_extras" {{
  role       = aws_iam_role.dor_import_task_role.name
  policy_arn = aws_iam_policy.dor_import_extras.arn
}}
"""
    (sample / FILE).write_text(text)
    assert run("rename dor-import dor-again").exit_code == 0
    assert f'{ROLE[:-10]}dor-again-extras"' in (sample / FILE).read_text()
    assert run("rename dor-again dor-import").exit_code == 0
    (sample / FILE).write_text(text + "\n" + data("aws_iam_policy", arn=f'"arn:aws:iam::1:policy/{name}"'))
    result = run("rename dor-import dor-again")
    assert "looks aws_iam_policy.dor_import_extras up by name" in result.stdout, result.output
    assert f'"{name}"' in (sample / FILE).read_text() and f'{ROLE}"' in _role(sample)


def test_other_things_named_after_the_task_keep_their_names(sample: Path, run: Run) -> None:
    text = """resource "aws_sqs_queue" "it" {
  name = "${local.app_name}-${var.environment_name}-dor-import"
}

locals {
  bucket = "${local.app_name}-${var.environment_name}-dor-import"
}

data "aws_s3_bucket" "it" {
  bucket = local.bucket
}
"""
    (sample / FILE).write_text(text)
    assert run("rename dor-import dor-again").exit_code == 0
    assert (sample / FILE).read_text() == text


LEFT_BEHIND = {
    "trigger's function": (
        data("aws_lambda_function", function_name='"dor-import-${var.environment_name}-task-trigger"'),
        "dor-import",
    ),
    "trigger's role": (data("aws_iam_role", name='"dor-import-prod-task-trigger"'), "dor-import"),
    "schedule's rule": (
        data("aws_cloudwatch_event_rule", name='"reductions-process-agency-data_${var.environment_name}_schedule"'),
        "reductions-process-agency-data",
    ),
    "role": (data("aws_iam_role", name='"pfml-api-test-ecs-tasks-dor-import"'), "dor-import"),
    "definition": (data("aws_ecs_task_definition", task_definition='"pfml-api-test-dor-import"'), "dor-import"),
}


@pytest.mark.parametrize("folder", [TEMPLATE, f"{ENVIRONMENTS}/test", "infra/api/template"])
@pytest.mark.parametrize("case", LEFT_BEHIND)
def test_what_is_looked_up_is_not_removed(case: str, folder: str, sample: Path, run: Run) -> None:
    text, task = LEFT_BEHIND[case]
    before = {
        path: (sample / TEMPLATE / path).read_text() for path in ("iam.tf", "s3_subscriptions.tf", "cloudwatch.tf")
    }
    (sample / folder).mkdir(parents=True, exist_ok=True)
    (sample / folder / "lookup.tf").write_text(text)
    commands = [f"remove {task}"]
    if case.startswith(("trigger", "schedule")):
        commands.append(f"un{case.partition(chr(39))[0]} {task}")
    for command in commands:
        result = run(command)
        assert result.exit_code == 0 and f"still used ({folder}/lookup.tf:" in result.stdout, result.output
    kept = {"r": "iam.tf", "t": "s3_subscriptions.tf", "s": "cloudwatch.tf"}.get(case[0])
    if kept:
        assert (sample / TEMPLATE / kept).read_text() == before[kept]
    else:
        assert '"dor-import" = {' in (sample / TEMPLATE / "tasks.tf").read_text()
