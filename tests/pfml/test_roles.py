from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.files.checkout import Checkout
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.iam.roles import Roles, links_of

MORE = """
locals {
  by_name   = "arn:aws:iam::123456789012:role/pfml-api-${var.environment_name}-ecs-tasks-dor-import"
  by_local  = aws_iam_role.dor_import_task_role.arn
  by_either = var.environment_name == "prod" ? aws_iam_role.task_executor.arn : local.by_local
}

data "aws_iam_role" "by_data" {
  name = "${local.app_name}-${var.environment_name}-ecs-tasks-dor-import"
}

data "aws_iam_role" "foreign" {
  name = "foreign"
}

variable "role_arn" {
  default = "arn:aws:iam::123456789012:role/service/pfml-api-test-ecs-tasks-dor-import"
}
"""
DOR = "aws_iam_role.dor_import_task_role"


@pytest.fixture
def facts(sample: Path) -> Facts:
    (sample / TEMPLATE / "more.tf").write_text(MORE)
    return Facts(TolerantCheckout(Checkout(sample)))


@pytest.fixture
def roles(facts: Facts) -> Roles:
    return Roles.of(facts.template)


@pytest.mark.parametrize(
    "expression",
    [
        f"{DOR}.arn",
        f"{DOR}[0].arn",
        f"{DOR}.0.arn",
        f"{DOR}.*.arn",
        f"{DOR}.*.arn[0]",
        f"{DOR}[*].arn[0]",
        f"{DOR}.name",
        "local.by_local",
        "local.by_name",
        "data.aws_iam_role.by_data.arn",
        "data.aws_iam_role.by_data[0].arn",
        '"arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/${local.app_name}-${var.environment_name}-ecs-tasks-dor-import"',
        f"var.unknown ? {DOR}.arn : local.by_local",
    ],
)
def test_one_role_written_in_many_ways(roles: Roles, expression: str) -> None:
    assert roles.identity(expression) == DOR
    assert roles.label(expression) == "dor_import_task_role"


@pytest.mark.parametrize(
    ("expression", "identity"),
    [
        ("", ""),
        ("null", ""),
        ("aws_iam_role.many[each.key].arn", None),
        ('aws_iam_role.many["a"].arn', 'aws_iam_role.many["a"]'),
        ("aws_iam_role.many.*.arn[0]", "aws_iam_role.many"),
        ("aws_iam_role.missing.arn", "aws_iam_role.missing"),
        ("var.unknown", None),
        ("each.value.role", None),
        ("data.aws_iam_role.missing.arn", None),
        ("local.by_either", None),
        ('"no ARN"', None),
    ],
)
def test_expressions_that_are_not_roles_of_the_template(roles: Roles, expression: str, identity: str | None) -> None:
    assert roles.identity(expression) == identity
    assert roles.label(expression) == ""


def test_of_two_definitions_of_a_role_the_first_counts(sample: Path) -> None:
    (sample / TEMPLATE / "more.tf").write_text(
        'resource "aws_iam_role" "dor_import_task_role" {\n  name = "second"\n}\n'
    )
    role = Roles.of(Facts(TolerantCheckout(Checkout(sample))).template).get(f"{DOR}.arn")
    assert role and role.placed.path == f"{TEMPLATE}/iam.tf"


@pytest.mark.parametrize("index", ["", "[0]", ".0", ".*", "[*]"])
def test_the_role_of_a_policy_is_found_through_any_index(sample: Path, index: str) -> None:
    path = sample / TEMPLATE / "iam.tf"
    path.write_text(path.read_text().replace(f"{DOR}.id", f"{DOR}{index}.id{'[0]' if '*' in index else ''}"))
    folder = Facts(TolerantCheckout(Checkout(sample))).template
    assert [link.block.labels[1] for link in links_of(folder, "dor_import_task_role")] == [
        "dor_import_task_role_policy"
    ]


def test_what_differs_between_environments(facts: Facts, roles: Roles) -> None:
    found = {
        name: roles.identity("local.by_either", values)
        for name, values in values_by_environment(facts.checkout).items()
    }
    assert found == {"cps-preview": DOR, "prod": "aws_iam_role.task_executor", "test": DOR}
    found = {
        name: roles.identity("var.role_arn", values) for name, values in values_by_environment(facts.checkout).items()
    }
    assert found["test"] == DOR
    assert found["prod"] == "pfml-api-test-ecs-tasks-dor-import"


def test_the_name_of_a_role_that_is_created_elsewhere(facts: Facts, roles: Roles) -> None:
    assert roles.identity("data.aws_iam_role.foreign.arn", values_by_environment(facts.checkout)["test"]) == "foreign"


@pytest.mark.parametrize(
    ("expression", "is_no_arn"),
    [(f"{DOR}.id", True), (f"{DOR}[0].name", True), (f"{DOR}.arn", False), ("local.by_name", False), ("null", False)],
)
def test_a_name_is_not_an_arn(roles: Roles, expression: str, is_no_arn: bool) -> None:
    assert roles.is_no_arn(expression) is is_no_arn
