"""What an execution role that was written by hand may read, when secrets are added to its task and taken out again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.helpers import differences, tree

TEMPLATE = "infra/ecs-tasks/template"
ROLE = """
resource "aws_iam_role" "dor_import_execution_role" {
  name               = "${local.app_name}-${var.environment_name}-ecs-tasks-dor-import-execution-role"
  assume_role_policy = data.aws_iam_policy_document.ecs_tasks_assume_role_policy.json
}

resource "aws_iam_role_policy" "dor_import_execution_role_extras" {
  name   = "${local.app_name}-${var.environment_name}-dor-import-extras"
  role   = aws_iam_role.dor_import_execution_role.id
  policy = data.aws_iam_policy_document.dor_import_execution_role_extras.json
}

data "aws_iam_policy_document" "dor_import_execution_role_extras" {
  statement {
    actions   = ["ssm:GetParameter", "ssm:GetParameters"]
    resources = ["arn:aws:ssm:*:*:parameter/own/*"]
  }
}
"""
NEXT = """
# ------------------------
# Next to it
# ------------------------

data "aws_iam_policy_document" "next" {
}
"""


@pytest.fixture
def by_hand(sample: Path) -> Path:
    """The template's iam.tf, in which dor-import has an execution role of its own."""
    tasks, iam = sample / TEMPLATE / "tasks.tf", sample / TEMPLATE / "iam.tf"
    role = "task_role      = aws_iam_role.dor_import_task_role.arn"
    text = tasks.read_text()
    start = text.index("\n", text.index("aws_iam_role.dor_import_task_role.arn"))
    execution = "\n      execution_role = aws_iam_role.dor_import_execution_role.arn"
    tasks.write_text(
        text[:start].replace("task_role = aws_iam_role.dor_import_task_role.arn", role) + execution + text[start:]
    )
    iam.write_text(iam.read_text() + ROLE + NEXT)
    return iam


def test_a_path_that_the_role_may_read_needs_no_policy(by_hand: Path, run: Run) -> None:
    before = by_hand.read_bytes()
    assert run("change dor-import --secret A=/own/a").exit_code == 0
    assert by_hand.read_bytes() == before


def test_the_policy_stands_behind_those_of_the_role(by_hand: Path, run: Run) -> None:
    before = by_hand.read_text()
    assert run("change dor-import --secret A=/other/a").exit_code == 0
    text = by_hand.read_text()
    assert text.startswith(before.removesuffix(NEXT)) and text.endswith(NEXT)
    assert "dor_import_execution_role_secrets" in text


def test_secrets_that_are_taken_out_leave_no_right(sample: Path, by_hand: Path, run: Run) -> None:
    states = [tree(sample)]
    for name in ("a", "b"):
        assert run(f"change dor-import --secret {name.upper()}=/other/{name}").exit_code == 0
        states.append(tree(sample))
    assert "/other/b" in by_hand.read_text()
    for name in ("b", "a"):
        assert run(f"change dor-import --remove-secret {name.upper()}").exit_code == 0
        states.pop()
        assert not differences(tree(sample), states[-1])


def test_a_path_that_is_still_read_stays(by_hand: Path, run: Run) -> None:
    assert run("change dor-import --secret A=/other/a --secret B=/other/a").exit_code == 0
    before = by_hand.read_bytes()
    assert run("change dor-import --remove-secret A").exit_code == 0
    assert by_hand.read_bytes() == before
    assert run("change dor-import --remove-secret B").exit_code == 0
    assert b"/other/a" not in by_hand.read_bytes()
