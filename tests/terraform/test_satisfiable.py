"""Which conditions can hold together, with free variables and in an environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.files.checkout import Checkout
from scaffold.pfml.environments import values_in
from scaffold.terraform.satisfiable import can_hold, implies


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([], True),
        (["var.a"], True),
        (["var.a", "!var.a"], False),
        (["var.a", "! (var.a)"], False),
        (["var.a", "var.b"], True),
        (["var.a || var.b", "!var.a", "!var.b"], False),
        (["var.a && var.b", "!var.b"], False),
        (["(var.a\n  || var.b)", "var.a"], True),
        (["var.a ? var.b : false", "!var.a"], False),
        (["true", "false"], False),
        (['var.environment_name == "prod"', 'var.environment_name != "prod"'], False),
        (['var.environment_name == "prod"', '"test" == var.environment_name'], False),
        (['var.environment_name != "prod"', 'var.environment_name != "test"'], True),
        (["var.a == var.b", "var.b != var.a"], False),
        (["length(var.list) > 0", "!(length(var.list) > 0)"], False),
        (["var.a", "this is no condition ="], True),
        ([" || ".join(f"var.a{number}" for number in range(20)), "!var.a1"], True),
    ],
)
def test_free_variables(conditions: list[str], expected: bool) -> None:
    assert can_hold(conditions) is expected


def test_implication() -> None:
    assert implies(["var.a"], "var.a || var.b")
    assert implies(["var.a && var.b"], "var.b")
    assert not implies(["var.a || var.b"], "var.a")


def test_an_environment_decides(sample: Path) -> None:
    checkout = Checkout(sample)
    toggle = "var.enable_dor_import_trigger"
    assert can_hold([toggle], values_in("prod", checkout))
    assert not can_hold([toggle], values_in("cps-preview", checkout))
    assert not can_hold(['var.environment_name == "test"'], values_in("prod", checkout))
    assert can_hold(['data.aws_region.current.name == "us-east-1"'], values_in("prod", checkout))
