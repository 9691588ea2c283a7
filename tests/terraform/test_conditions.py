from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.files.checkout import Checkout
from scaffold.pfml.environments import values_in
from scaffold.terraform.conditions import decide, decide_all


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("true", True),
        ("false", False),
        ("(true)", True),
        ("!false", True),
        ("var.enable_dor_import_trigger", True),
        ("!var.enable_dor_import_trigger", False),
        ("var.enable_dor_import_trigger && false", False),
        ("false || var.enable_dor_import_trigger", True),
        ("(false || true) && !(true && false)", True),
        ("false && true || true", True),
        ("false && (true || true)", False),
        ('var.environment_name == "test"', True),
        ('var.environment_name != "test"', False),
        ('contains(["test"], var.environment_name)', None),
        ("2 > 0", True),
        ("0 > 0", False),
        ("length(var.x) > 0", None),
        ("true ? false : true", False),
        ('var.environment_name == "prod" ? false : true', True),
        ("var.unknown", None),
        ("!var.unknown", None),
        # Known operands decide if they can.
        ("var.unknown && false", False),
        ("var.unknown || true", True),
        ("var.unknown || false", None),
        ("var.unknown && true", None),
        ("var.unknown ? true : true", None),
        ("local.app_name", None),
        ("not HCL )", None),
        ("", None),
    ],
)
def test_decide(condition: str, holds: bool | None, sample: Path) -> None:
    assert decide(condition, values_in("test", Checkout(sample))) is holds


def test_all(sample: Path) -> None:
    values = values_in("test", Checkout(sample))
    assert decide_all([], values) is True
    assert decide_all(["true", "var.unknown"], values) is None
    assert decide_all(["false", "var.unknown"], values) is False
