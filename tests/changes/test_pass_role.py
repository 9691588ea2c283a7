"""Whoever starts a task may pass the roles that a command gives it: every kind of starter, with every form of policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.files.layout import TEMPLATE
from tests.conftest import Run
from tests.helpers import hashicorp_parses, tree

FILE = f"{TEMPLATE}/starter.tf"
FAMILY = "${local.app_name}-${var.environment_name}-NAME"
REFERENCE = 'aws_ecs_task_definition.ecs_tasks["NAME"].arn'
MACHINE = """resource "aws_sfn_state_machine" "it" {
  name       = "it"
  role_arn   = aws_iam_role.it.arn
  definition = DEFINITION
}
"""
STATES = '{"StartAt": "a", "States": {"a": {"Type": "Task", "End": true, "Parameters": {"TaskDefinition": "%s"}}}}'


def _encoded(definition: str) -> str:
    return f"jsonencode({{ States = {{ a = {{ Parameters = {{ TaskDefinition = {definition} }} }} }} }})"


STARTERS = {
    "jsonencode": MACHINE.replace("DEFINITION", _encoded(f'"{FAMILY}"')),
    "jsonencode, reference": MACHINE.replace("DEFINITION", _encoded(REFERENCE)),
    "in a local": MACHINE.replace("DEFINITION", "local.it")
    + f"\nlocals {{\n  it = {_encoded(f'{chr(34)}{FAMILY}:7{chr(34)}')}\n}}\n",
    "heredoc": MACHINE.replace("DEFINITION", f"<<JSON\n{STATES % FAMILY}\nJSON"),
    "template": MACHINE.replace(
        "DEFINITION", 'templatefile("${path.module}/it.json", { environment_name = var.environment_name })'
    ),
    "template, reference": MACHINE.replace(
        "DEFINITION", f'templatefile("${{path.module}}/it.json", {{ definition = {REFERENCE} }})'
    ),
    "template, merged variables": MACHINE.replace(
        "DEFINITION", f'templatefile("${{path.module}}/it.json", merge(local.it, {{ definition = {REFERENCE} }}))'
    )
    + "\nlocals {\n  it = {}\n}\n",
    "event": f"""resource "aws_cloudwatch_event_target" "it" {{
  rule     = "it"
  arn      = data.aws_ecs_cluster.cluster.arn
  role_arn = aws_iam_role.it.arn

  ecs_target {{
    task_definition_arn = {REFERENCE}
  }}
}}
""",
    "role": f"""resource "aws_iam_role_policy" "run" {{
  role   = aws_iam_role.it.id
  policy = jsonencode({{
    Statement = [{{
      Effect   = "Allow"
      Action   = "ecs:RunTask"
      Resource = "arn:aws:ecs:us-east-1:1:task-definition/{FAMILY}:*"
    }}]
  }})
}}
""",
}
FILES = {
    "template": "pfml-api-${environment_name}-NAME",
    "template, reference": "${definition}",
    "template, merged variables": "${definition}",
}

ROLE = """
resource "aws_iam_role" "it" {
  name               = "${local.app_name}-${var.environment_name}-daily-machine"
  assume_role_policy = data.aws_iam_policy_document.ecs_tasks_assume_role_policy.json
}
"""
DOCUMENT = """
resource "aws_iam_role_policy" "it" {
  role   = aws_iam_role.it.id
  policy = data.aws_iam_policy_document.it.json
}

data "aws_iam_policy_document" "it" {
  statement {
    actions   = ["iam:PassRole"]
    resources = RESOURCES
  }
}
"""
JSON = """
resource "aws_iam_role_policy" "it" {
  role   = aws_iam_role.it.id
  policy = POLICY
}
"""
DEFAULT = "aws_iam_role.task_executor.arn"
HEREDOC = '<<EOT\n{"Statement": [{"Effect": "Allow", "Action": "iam:PassRole", "Resource": %s}]}\nEOT'
EXTENDED, ENOUGH, REFUSED = "extended", "enough", "refused"
POLICIES = {
    "list": (DOCUMENT.replace("RESOURCES", f"[\n      {DEFAULT}\n    ]"), EXTENDED),
    "list with a comma": (DOCUMENT.replace("RESOURCES", f"[\n      {DEFAULT}, # the default\n    ]"), EXTENDED),
    "one line": (DOCUMENT.replace("RESOURCES", f"[{DEFAULT}]"), EXTENDED),
    "concat": (DOCUMENT.replace("RESOURCES", f'concat(["arn:aws:iam::1:role/x"], [{DEFAULT}])'), EXTENDED),
    "local": (DOCUMENT.replace("RESOURCES", "local.l") + f"\nlocals {{\n  l = [{DEFAULT}]\n}}\n", EXTENDED),
    "attached": (
        DOCUMENT.replace("RESOURCES", f"[{DEFAULT}]")
        .replace("aws_iam_role_policy", "aws_iam_policy")
        .replace("  role   = aws_iam_role.it.id\n", "")
        + '\nresource "aws_iam_role_policy_attachment" "it" {\n  role       = aws_iam_role.it.name\n'
        + "  policy_arn = aws_iam_policy.it.arn\n}\n",
        EXTENDED,
    ),
    "jsonencode": (
        JSON.replace(
            "POLICY",
            'jsonencode({\n    Statement = [{\n      Effect   = "Allow"\n      Action   = ["iam:PassRole"]\n'
            f"      Resource = [{DEFAULT}]\n    }}]\n  }})",
        ),
        EXTENDED,
    ),
    "heredoc": (JSON.replace("POLICY", HEREDOC % f'["${{{DEFAULT}}}"]'), EXTENDED),
    "heredoc, lines": (
        JSON.replace("POLICY", HEREDOC % f'[\n  "arn:aws:iam::1:role/x",\n  "${{{DEFAULT}}}"\n]'),
        EXTENDED,
    ),
    "wildcard": (DOCUMENT.replace("RESOURCES", '["*"]'), ENOUGH),
    "pattern": (
        DOCUMENT.replace("RESOURCES", '["arn:aws:iam::*:role/pfml-api-${var.environment_name}-ecs-tasks-*"]'),
        ENOUGH,
    ),
    "unknown": (DOCUMENT.replace("RESOURCES", "var.roles"), ENOUGH),
    "all rights": (DOCUMENT.replace("RESOURCES", '["*"]').replace("iam:PassRole", "*"), ENOUGH),
    "all but others": (
        DOCUMENT.replace("resources = RESOURCES", 'not_resources = ["arn:aws:iam::1:role/ADFS-*"]'),
        ENOUGH,
    ),
    "no list": (JSON.replace("POLICY", HEREDOC % f'"${{{DEFAULT}}}"'), REFUSED),
    "local with another use": (
        DOCUMENT.replace("RESOURCES", "local.l") + f"\nlocals {{\n  l = [{DEFAULT}]\n  m = local.l\n}}\n",
        REFUSED,
    ),
    "another service": (
        DOCUMENT.replace(
            "RESOURCES",
            f'[{DEFAULT}]\n\n    condition {{\n      test     = "StringEquals"\n      variable = "iam:PassedToService"\n'
            '      values   = ["lambda.amazonaws.com"]\n    }',
        ),
        REFUSED,
    ),
    "another role's name": (
        DOCUMENT.replace("RESOURCES", f'[{DEFAULT}, "arn:aws:iam::*:role/pfml-api-*-step-functions"]'),
        EXTENDED,
    ),
    "denied": (
        DOCUMENT.replace("RESOURCES", '["*"]').replace(
            "  statement {",
            '  statement {\n    effect    = "Deny"\n    actions   = ["iam:*"]\n'
            '    resources = ["arn:aws:iam::*:role/*-ecs-tasks-NAME*"]\n  }\n\n  statement {',
        ),
        REFUSED,
    ),
}
# The roles that a command gives to a task.
TRIGGER = "trigger load-employers-to-fineos --s3-bucket reports --s3-prefix x/"
COMMANDS = {
    TRIGGER: ("load-employers-to-fineos", ["load_employers_to_fineos_task_role"]),
    "task my-new-task --task-role new": ("my-new-task", ["my_new_task_task_role"]),
    "task my-new-task --task-role new --execution-role new --secret KEY=/service/x/key": (
        "my-new-task",
        ["my_new_task_task_role", "my_new_task_execution_role"],
    ),
    "task my-new-task --like dor-import": ("my-new-task", ["dor_import_task_role"]),
    "task my-new-task --task-role dor_import_task_role": ("my-new-task", ["dor_import_task_role"]),
}


def _lay(sample: Path, starter: str, policy: str, name: str) -> None:
    text = (STARTERS[starter] + ROLE + POLICIES[policy][0]).replace("NAME", name)
    hashicorp_parses(text.encode())
    (sample / FILE).write_text(text)
    if starter in FILES:
        (sample / TEMPLATE / "it.json").write_text((STATES % FILES[starter]).replace("NAME", name))


def _is_refused(sample: Path, run: Run, command: str) -> None:
    before = tree(sample)
    result = run(command)
    assert result.exit_code and "unpassable-role: the " in result.stderr, result.output
    assert tree(sample) == before


def _passes(sample: Path, run: Run, name: str) -> bool:
    result = run("check --select unpassable-role")
    assert name in result.stdout or result.exit_code == 0, result.output
    return result.exit_code == 0


def _try(sample: Path, run: Run, starter: str, policy: str, command: str) -> None:
    name, roles = COMMANDS[command]
    _lay(sample, starter, policy, name)
    before = tree(sample)
    expected = POLICIES[policy][1]
    if expected == REFUSED:
        _is_refused(sample, run, command)
        return
    result = run(command)
    assert result.exit_code == 0, result.output
    text = (sample / FILE).read_text()
    hashicorp_parses(text.encode())
    assert [text.count(f"aws_iam_role.{role}.arn") for role in roles] == [int(expected == EXTENDED)] * len(roles)
    assert _passes(sample, run, name)
    if command == TRIGGER:
        assert run(f"untrigger {name}").exit_code == 0
        assert tree(sample) == before
    else:
        # What starts the task keeps it, with its roles; a policy alone does not.
        assert starter == "role" or "still used" in run(f"remove {name} --dry-run").stdout
        for path in (FILE, f"{TEMPLATE}/it.json"):
            if (sample / path).exists():
                (sample / path).write_text((sample / path).read_text().replace(name, "dor-import"))
        text = (sample / FILE).read_text()
        assert run(f"remove {name}").exit_code == 0
        assert not any(role in (sample / FILE).read_text() for role in roles if role.startswith("my_new"))
        assert (sample / FILE).read_text() == text or expected == EXTENDED


@pytest.mark.parametrize("starter", STARTERS)
@pytest.mark.parametrize("command", [TRIGGER, list(COMMANDS)[2]])
def test_every_starter(starter: str, command: str, sample: Path, run: Run) -> None:
    _try(sample, run, starter, "list", command)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("command", [TRIGGER, list(COMMANDS)[2]])
def test_every_policy(policy: str, command: str, sample: Path, run: Run) -> None:
    _try(sample, run, "jsonencode", policy, command)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command(command: str, sample: Path, run: Run) -> None:
    _try(sample, run, "heredoc", "heredoc, lines", command)


RUNNER = """resource "aws_iam_role" "operator" {
  name               = "operator"
  assume_role_policy = data.aws_iam_policy_document.operator.json
}

resource "aws_iam_role_policy" "operator" {
  role   = aws_iam_role.operator.id
  policy = data.aws_iam_policy_document.operator.json
}

data "aws_iam_policy_document" "operator" {
  statement {
    actions   = ["ecs:RunTask"]
    resources = ["TASKS"]
  }

  statement {
    actions   = ["iam:PassRole"]
    resources = [ROLES]
  }
}
"""
ANY = "arn:aws:ecs:*:*:task-definition/pfml-api-*"
EXECUTOR = "arn:aws:iam::123456789012:role/pfml-api-${var.environment_name}-ecs-tasks-execution-role"
RUNNERS = {
    "any task": ("*", DEFAULT, EXTENDED),
    "any task of the application": (ANY, DEFAULT, EXTENDED),
    "other tasks": ("arn:aws:ecs:*:*:task-definition/pfml-api-*-dor-import:*", DEFAULT, ENOUGH),
    "no task that it could start before": ("*", '"arn:aws:iam::123456789012:role/x"', ENOUGH),
    "all roles": ("*", '"arn:aws:iam::*:role/pfml-api-*"', ENOUGH),
}


@pytest.mark.parametrize("folder", [TEMPLATE, "infra/pfml-aws"])
@pytest.mark.parametrize("case", RUNNERS)
def test_who_may_run_any_task(case: str, folder: str, sample: Path, run: Run) -> None:
    tasks, roles, expected = RUNNERS[case]
    (sample / folder).mkdir(exist_ok=True)
    if folder != TEMPLATE:
        roles = roles.replace(DEFAULT, f'"{EXECUTOR}"')
    (sample / folder / "operator.tf").write_text(RUNNER.replace("TASKS", tasks).replace("ROLES", roles))
    before = tree(sample)
    result = run(TRIGGER)
    text = (sample / folder / "operator.tf").read_text()
    if expected == EXTENDED and folder != TEMPLATE:
        assert result.exit_code and "aws_iam_role.operator may run the task, but may not pass" in result.stderr
        assert tree(sample) == before
        return
    assert result.exit_code == 0, result.output
    assert text.count("aws_iam_role.load_employers_to_fineos_task_role.arn") == (expected == EXTENDED)
    assert run("untrigger load-employers-to-fineos").exit_code == 0
    assert tree(sample) == before
