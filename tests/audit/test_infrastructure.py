"""Calls, definitions, notifications, attributes and the list of monitored environments, on changes of the sample."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.audit.facts.declarations.calls import BOOTSTRAP, module_calls
from scaffold.audit.facts.declarations.definitions import definitions, outputs
from scaffold.audit.facts.declarations.unused import unused
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.monitoring import monitored
from scaffold.audit.facts.starts.notifications import destinations
from scaffold.audit.facts.tasks.attributes import attributes_read
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.files.checkout import Checkout
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.buckets import bucket_in
from scaffold.pfml.environments import environments
from scaffold.pfml.notifications import notifications
from scaffold.terraform.references import Mention


def _facts(sample: Path, *focus: str) -> Facts:
    return Facts(TolerantCheckout(Checkout(sample)), focus)


def _write(sample: Path, path: str, text: str) -> None:
    (sample / path).parent.mkdir(parents=True, exist_ok=True)
    (sample / path).write_text(text)


def test_calls(sample: Path) -> None:
    _write(sample, f"{BOOTSTRAP}/main.tf", 'module "tasks" {\n  source = "../../template"\n}\n')
    _write(sample, "infra/monitoring/a.tf", 'module "alarms_api" {\n  source = "../modules/alarms_api/"\n}\n')
    found = {(call.subject, call.folder, call.task) for call in _facts(sample).once(module_calls)}
    assert ("prod", TEMPLATE, "") in found
    assert ("bootstrap-env", TEMPLATE, "") in found
    assert ("alarms_api", "infra/modules/alarms_api", "") in found
    assert ("constants", "infra/constants", "") in found
    assert ("fineos-daily-export-copy", "infra/modules/ecs_task_scheduler", "fineos-bucket-tool") in found


def test_calls_in_focus(sample: Path) -> None:
    assert [call.subject for call in _facts(sample, "dor-import").once(module_calls)] == ["dor-import"]


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("local", "tasks", False),
        ("local", "task", True),
        ("data", "aws_s3_bucket.reports", False),
        ("data", "aws_s3_bucket.report", True),
        ("aws_iam_role", "task_executor", False),
        ("aws_sns_topic", "any", True),
        ("newrelic_alert", "any", False),
        ("statement", "value", False),
    ],
)
def test_definitions(sample: Path, kind: str, name: str, expected: bool) -> None:
    found = definitions(_facts(sample), TEMPLATE)
    assert found and found.is_undefined(Mention(kind, name, "", "", 0)) is expected


def test_nothing_is_reported_missing_in_a_folder_that_cannot_be_read_completely(sample: Path) -> None:
    _write(sample, f"{TEMPLATE}/more.tf.json", "{}")
    assert definitions(_facts(sample), TEMPLATE) is None
    assert list(unused(_facts(sample))) == []
    _write(sample, "infra/constants/more.tf", "output {")
    assert outputs(_facts(sample), "infra/constants") is None


def test_notifications(sample: Path) -> None:
    _write(sample, "infra/other/s3.tf", 'resource "aws_s3_bucket_notification" "x" {\n  bucket = var.bucket\n}\n')
    facts = _facts(sample)
    first, second = notifications(facts.checkout)
    assert (first.bucket, first.gates) == ("massgov-pfml-*-agency-transfer", ("var.enable_dor_import_trigger",))
    assert "massgov-pfml-prod-agency-transfer" in first.names()
    assert second.names() == frozenset()
    (destination,) = destinations(facts)
    assert (destination.module, destination.index, destination.condition) == ("trigger_dor_import", "", "true")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("data.aws_s3_bucket.reports.id", "massgov-pfml-prod-reports"),
        ("data.aws_s3_bucket.reports.arn", "massgov-pfml-prod-reports"),
        ('"arn:aws:s3:::massgov-pfml-${var.environment_name}-x"', "massgov-pfml-prod-x"),
        ("var.unknown", ""),
        ("aws_s3_bucket.none.id", ""),
    ],
)
def test_bucket_in_an_environment(sample: Path, text: str, expected: str) -> None:
    environment = next(one for one in environments(_facts(sample).checkout) if one.name == "prod")
    assert bucket_in(environment, text) == expected


def test_attributes_read(sample: Path) -> None:
    read = attributes_read(_facts(sample))
    assert read and {"command", "env", "cpu", "memory", "task_role", "execution_role"} <= read
    _write(sample, f"{TEMPLATE}/more.tf", 'output "all" {\n  value = local.tasks\n}\n')
    assert attributes_read(_facts(sample)) is None


@pytest.mark.parametrize(
    ("each", "name", "expected"),
    [
        ('toset(["a", "b"])', "each.key", {"a", "b"}),
        ("toset(local.names)", "each.value", {"c"}),
        ("toset(var.names)", "each.key", None),
        ('toset(["${var.a}"])', "each.key", None),
        ("toset(local.none)", "each.key", None),
        ('toset(["a"])', "var.name", None),
    ],
)
def test_monitored(sample: Path, each: str, name: str, expected: set[str] | None) -> None:
    module = f'source = "../modules/alarms_api"\n  for_each = {each}\n  environment_name = {name}'
    _write(sample, "infra/monitoring/a.tf", f'module "a" {{\n  {module}\n}}\nlocals {{\n  names = ["c"]\n}}\n')
    found = monitored(_facts(sample))
    assert (found and set(found.names)) == expected
