"""That the stand-in providers refuse what AWS, or the provider for it, would refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plans.core import Core

ROLE = 'resource "aws_iam_role" "role" {{\n  name = "{name}"\n  assume_role_policy = {policy}\n}}\n'
OTHER = ROLE.format(name="renamed", policy="jsonencode({})")
ROLE = ROLE.format(name="a-role", policy="jsonencode({})")
SECOND = ROLE.replace('"role"', '"second"')
LOOK_UP = 'data "aws_iam_role" "role" {\n  name = "a-role"\n}\n'
BY_REFERENCE = 'data "aws_iam_role" "role" {\n  name = aws_iam_role.role.name\n}\n'
COUNTED = 'resource "aws_s3_bucket" "one" {\n  count = aws_iam_role.role.arn == "" ? 0 : 1\n  bucket = "bucket"\n}\n'
MISSING = "no aws_iam_role named a-role"


@pytest.mark.parametrize(
    ("deployed", "problems"),
    [
        ([ROLE], []),
        ([ROLE, ROLE + LOOK_UP], []),
        ([ROLE + BY_REFERENCE], []),
        ([ROLE, OTHER + BY_REFERENCE], []),
        ([ROLE + LOOK_UP], [MISSING]),
        ([ROLE, ROLE + LOOK_UP, OTHER + LOOK_UP], [f"{MISSING} at the next plan"]),
        ([ROLE, ROLE + LOOK_UP, LOOK_UP], [f"{MISSING} at the next plan"]),
        ([ROLE + SECOND], ["aws_iam_role a-role is created 2 times: aws_iam_role.role[], aws_iam_role.second[]"]),
        ([ROLE, SECOND], ["aws_iam_role.second[] is created while aws_iam_role.role[], which is deleted, still has"]),
        ([ROLE, ROLE.replace("{}", "[]")], []),
        ([ROLE, ROLE + COUNTED], []),
        ([ROLE + COUNTED], ["Invalid count argument"]),
        ([ROLE.replace("a-role", "a" * 65)], ["invalid name: 65 characters, but at most 64 are allowed"]),
        ([ROLE.replace("jsonencode({})", '"{"')], ["invalid assume_role_policy: not JSON"]),
        ([ROLE.replace('"a-role"', "var.name")], ["Reference to undeclared input variable"]),
    ],
)
def test_errors(deployed: list[str], problems: list[str], tmp_path: Path, core: Core) -> None:
    state, errors = "", [""]
    for text in deployed:
        (tmp_path / "main.tf").write_text('provider "aws" {\n  region = "us-east-1"\n}\n' + text)
        answer = core.apply(tmp_path, state)
        state, errors = answer.get("state", ""), answer["errors"]
    assert [error[: len(problem)] for error, problem in zip(errors, problems, strict=True)] == problems


def test_what_is_replaced(tmp_path: Path, core: Core) -> None:
    (tmp_path / "main.tf").write_text(ROLE)
    state = core.apply(tmp_path)["state"]
    (tmp_path / "main.tf").write_text(OTHER)
    assert core.apply(tmp_path, state)["replaced"] == ["aws_iam_role.role"]
    (tmp_path / "main.tf").write_text(ROLE.replace("{}", "[]"))
    assert core.apply(tmp_path, state)["replaced"] == []
