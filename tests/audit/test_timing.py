from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.timing import timings
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.files.checkout import Checkout
from tests import hunks

TEMPLATE, PROD = "infra/ecs-tasks/template", "infra/ecs-tasks/environments/prod/main.tf"
LITERAL = '"cron(30 10 * * ? *)"'
VARIABLE = """
@@ infra/ecs-tasks/template/variables.tf
+
+variable "copy_schedule" {
+  default = "cron(30 10 * * ? *)"
+}
@@ infra/ecs-tasks/environments/prod/main.tf
   enable_dor_import_trigger                      = true
+  copy_schedule                                  = "cron(15 10 * * ? *)"
"""


def _timings(sample: Path, expression: str, more: str = "") -> list[tuple[tuple[str, ...], str | None, str | None]]:
    """The environments, the winter expression and the file that it is written in, for the first schedule."""
    hunks.apply(
        sample,
        f"""
@@ infra/ecs-tasks/template/cloudwatch.tf
-  schedule_expression_standard         = {LITERAL}
+  schedule_expression_standard         = {expression}
{more}""",
    )
    facts = Facts(TolerantCheckout(Checkout(sample)))
    return [
        (one.environments, one.winter.text if one.winter else None, one.winter.path if one.winter else None)
        for one in facts.once(timings)
        if one.name == "fineos-daily-export-copy"
    ]


def test_a_literal_is_the_same_everywhere(sample: Path) -> None:
    assert _timings(sample, '"rate(1 day)"') == [((), "rate(1 day)", f"{TEMPLATE}/cloudwatch.tf")]


def test_a_variable_leads_to_its_default_and_to_the_environments(sample: Path) -> None:
    assert _timings(sample, "var.copy_schedule", VARIABLE) == [
        (("cps-preview", "test"), "cron(30 10 * * ? *)", f"{TEMPLATE}/variables.tf"),
        (("prod",), "cron(15 10 * * ? *)", PROD),
    ]


def test_a_condition_is_decided_by_environment(sample: Path) -> None:
    expression = 'var.environment_name == "prod" ? "rate(1 day)" : local.copy'
    more = '@@ infra/ecs-tasks/template/rds.tf\n+locals {\n+  copy = "rate(2 days)"\n+}\n'
    assert _timings(sample, expression, more) == [
        (("cps-preview", "test"), "rate(2 days)", f"{TEMPLATE}/rds.tf"),
        (("prod",), "rate(1 day)", f"{TEMPLATE}/cloudwatch.tf"),
    ]


@pytest.mark.parametrize("expression", ["var.nowhere", "lower(var.nowhere)", '"cron(0 ${var.nowhere} * * ? *)"'])
def test_values_from_the_deployment_are_unknown(sample: Path, expression: str) -> None:
    assert _timings(sample, expression) == [((), None, None)]


def test_a_local_value_that_refers_to_itself_is_unknown(sample: Path) -> None:
    more = "@@ infra/ecs-tasks/template/rds.tf\n+locals {\n+  copy = local.other\n+  other = local.copy\n+}\n"
    assert _timings(sample, "local.copy", more) == [((), None, None)]


def test_before_november_2021_there_is_one_expression(sample: Path) -> None:
    hunks.apply(
        sample,
        f"""
@@ infra/ecs-tasks/template/cloudwatch.tf
-  schedule_expression_standard         = {LITERAL}
-  schedule_expression_daylight_savings = "cron(30 9 * * ? *)"
+  schedule_expression                  = {LITERAL}
""",
    )
    (timing, _) = Facts(TolerantCheckout(Checkout(sample))).once(timings)
    assert (timing.winter, timing.paired) == (timing.summer, False)


def test_a_rule_of_the_template_depends_on_daylight_saving_time(sample: Path) -> None:
    hunks.apply(
        sample,
        """
@@ infra/ecs-tasks/template/rds.tf
+resource "aws_cloudwatch_event_rule" "etl" {
+  schedule_expression = local.is_daylight_savings ? "rate(1 day)" : "rate(2 days)"
+}
""",
    )
    timing = Facts(TolerantCheckout(Checkout(sample))).once(timings)[-1]
    assert timing.winter and timing.summer
    assert (timing.name, timing.winter.text, timing.summer.text) == ("etl", "rate(2 days)", "rate(1 day)")


def test_with_a_focus_only_its_schedules_are_included(sample: Path) -> None:
    facts = Facts(TolerantCheckout(Checkout(sample)), ["fineos-bucket-tool"])
    assert [one.task for one in facts.once(timings)] == ["fineos-bucket-tool"]
