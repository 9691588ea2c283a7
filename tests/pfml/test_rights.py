from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.files.checkout import Checkout
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.iam.rights import RoleRights, may_match, may_read, secret_arns, with_wildcards
from scaffold.terraform.folder import Folder
from scaffold.terraform.values import Values

FILE = f"{TEMPLATE}/more.tf"
ROLE = 'resource "aws_iam_role" "mine" {\n  name = "mine"\n}\n'
POLICY = """
resource "aws_iam_role_policy" "mine" {
  role = aws_iam_role.mine.id
  %s
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "%s", Resource = "%s" }] })
}
"""
ANY = "arn:aws:ssm:us-east-1:123456789012:parameter"


def _reads(sample: Path, text: str, secret: str = "/service/a/key", environment: str = "test") -> bool:
    (sample / FILE).write_text(ROLE + text)
    folder = Folder.of(Checkout(sample))
    return may_read(RoleRights.of(folder).grants("mine"), secret, Values(folder, {"environment_name": environment}))


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ssm:GetParameters", f"{ANY}/service/a/*"),
        ("ssm:Get*", f"{ANY}/service/?/key"),
        ("SSM:getparameters", "*"),
        ("*", "arn:aws:ssm:*"),
        ("ssm:*", "arn:aws:ssm:*:*:parameter/service/*"),
        ("ssm:GetParameters", "${var.arn}"),
        ("ssm:GetParameters", "arn:aws:ssm:${data.aws_region.current.name}:*:parameter/*/key"),
    ],
)
def test_it_may_read(sample: Path, action: str, resource: str) -> None:
    assert _reads(sample, POLICY % ("", action, resource))


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ssm:GetParameter", "*"),
        ("ssm:GetParametersByPath", "*"),
        ("s3:*", "*"),
        ("ssm:GetParameters", f"{ANY}/service/a"),
        ("ssm:GetParameters", f"{ANY}/service/b/*"),
        ("ssm:GetParameters", "arn:aws:secretsmanager:*:*:secret:*"),
    ],
)
def test_it_may_not_read(sample: Path, action: str, resource: str) -> None:
    assert not _reads(sample, POLICY % ("", action, resource))


def test_a_role_without_policies_may_do_nothing(sample: Path) -> None:
    assert not _reads(sample, "")


@pytest.mark.parametrize(
    "text",
    [
        'resource "aws_iam_role_policy_attachment" "x" {\n  role = aws_iam_role.mine.name\n  policy_arn = var.arn\n}\n',
        'resource "aws_iam_role_policy_attachment" "x" {\n  role = each.key\n  policy_arn = var.arn\n}\n',
        'resource "aws_iam_role_policy" "x" {\n  role = aws_iam_role.mine.id\n  policy = file("x")\n}\n',
        'module "rights" {\n  source = "./rights"\n  role = aws_iam_role.mine.name\n}\n',
        'resource "aws_iam_policy_attachment" "x" {\n  roles = [aws_iam_role.mine.name]\n  policy_arn = var.arn\n}\n',
    ],
)
def test_unreadable_policies_may_allow_anything(sample: Path, text: str) -> None:
    assert _reads(sample, text)


def test_the_policy_of_aws_for_execution_roles_reads_no_secrets(sample: Path) -> None:
    arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    text = f'resource "aws_iam_role_policy_attachment" "x" {{\n  role = aws_iam_role.mine.name\n  policy_arn = "{arn}"\n}}\n'
    assert not _reads(sample, text)


@pytest.mark.parametrize(("environment", "reads"), [("test", True), ("prod", False)])
def test_a_policy_counts_where_it_is(sample: Path, environment: str, reads: bool) -> None:
    text = POLICY % ('count = var.environment_name == "prod" ? 0 : 1', "ssm:GetParameters", "*")
    assert _reads(sample, text, environment=environment) is reads


@pytest.mark.parametrize("where", ["managed_policy_arns = []", "inline_policy {\n  }", "permissions_boundary = var.x"])
def test_a_role_with_rights_of_its_own_is_not_judged(sample: Path, where: str) -> None:
    (sample / FILE).write_text(f'resource "aws_iam_role" "mine" {{\n  name = "mine"\n  {where}\n}}\n')
    assert not RoleRights.of(Folder.of(Checkout(sample))).grants("mine").is_complete


def test_a_role_that_does_not_exist_is_not_judged(sample: Path) -> None:
    assert not RoleRights.of(Folder.of(Checkout(sample))).grants("missing").is_complete


@pytest.mark.parametrize(
    ("value", "arns"),
    [
        ("/service/x", ("arn:aws:ssm:::parameter/service/x",)),
        ("x", ("arn:aws:ssm:::parameter/x",)),
        (f"{ANY}/x", ("arn:aws:ssm:::parameter/x",)),
        (
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:x:key::",
            ("arn:aws:secretsmanager:::secret:x", "arn:aws:secretsmanager:::secret:x-abcdef"),
        ),
        ("arn:aws:ssm:${data.aws_region.current.name}:*:parameter/x", ("arn:aws:ssm:::parameter/x",)),
    ],
)
def test_the_arn_of_a_secret(value: str, arns: tuple[str, ...]) -> None:
    found = secret_arns(value)
    assert found and found[1] == arns


@pytest.mark.parametrize("value", ["", "${var.x}", "/service/${var.x}/y", "arn:aws:s3:::x", "arn:aws:ssm", "x:1"])
def test_values_that_are_not_known_secrets(value: str) -> None:
    assert secret_arns(value) is None


@pytest.mark.parametrize(
    ("inner", "shown"),
    [("a${var.b}c", "a*c"), ("&{aws:username}/x", "*/x"), ("$${aws:username}", "*"), ("plain", "plain"), ("${", "*")],
)
def test_wildcards_for_unknown_parts(inner: str, shown: str) -> None:
    assert with_wildcards(inner) == shown


def test_a_pattern_is_not_a_regular_expression() -> None:
    assert may_match("a.c*", "a.cd") and not may_match("a.c", "abc") and not may_match("a+", "aa")
