from __future__ import annotations

from pathlib import Path

from scaffold.audit.facts.declarations.lengths import EACH_KEY, Lengths
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.files.checkout import Checkout
from scaffold.terraform.folder import Folder


def _lengths(sample: Path) -> Lengths:
    return Lengths(Facts(TolerantCheckout(Checkout(sample))))


def test_the_names_of_a_module_have_marks_for_its_variables(sample: Path) -> None:
    names = _lengths(sample).names(Folder.of(Checkout(sample), "infra/modules/ecs_task_scheduler"))
    assert {name.type: name.variables for name in names} == {
        "aws_cloudwatch_event_target": {"task_name"},
        "aws_cloudwatch_event_rule": {"task_name"},
        "aws_iam_role": {"task_name"},
        "aws_iam_role_policy": {"task_name"},
    }


def test_a_name_is_spelled_out_in_the_environment_where_it_is_longest(sample: Path) -> None:
    lengths = _lengths(sample)
    (name,) = lengths.of_template("aws_ecs_task_definition")
    given = {name: {EACH_KEY: "x" * 240} for name in ("cps-preview", "prod", "test")}
    long = lengths.long(name, given, EACH_KEY, ())
    assert long
    assert (long.text, long.environments) == ("pfml-api-cps-preview-" + "x" * 240, ("cps-preview",))
    assert (long.over, long.room) == (6, 234)


def test_unknown_names_are_not_measured(sample: Path) -> None:
    lengths = _lengths(sample)
    (name,) = lengths.of_template("aws_ecs_task_definition")
    assert lengths.long(name, {"prod": {EACH_KEY: "${var.nowhere}" + "x" * 300}}, EACH_KEY, ()) is None
    assert lengths.long(name, {}, EACH_KEY, ()) is None


def test_a_name_counts_where_it_is_created(sample: Path) -> None:
    lengths = _lengths(sample)
    (name,) = lengths.of_template("aws_ecs_task_definition")
    given = {name: {EACH_KEY: "x" * 300} for name in ("cps-preview", "prod", "test")}
    long = lengths.long(name, given, EACH_KEY, ['var.environment_name == "test"'])
    assert long and long.environments == ("test",)


def test_a_module_from_elsewhere_is_not_measured(sample: Path) -> None:
    lengths = _lengths(sample)
    constants = next(lengths.facts.template.modules("constants"))
    assert lengths.of_module(constants) is None
