"""`list NOUN` and its formats."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from scaffold.inventory.lists.contents import Listing
from scaffold.inventory.lists.formats import as_csv, as_markdown, as_text
from tests.conftest import Run
from tests.helpers import append, change

TEMPLATE = "infra/ecs-tasks/template"
NOUNS = ("buckets", "environments", "groups", "roles", "schedules", "tasks")
RULE = """
resource "aws_cloudwatch_event_rule" "nightly" {
  name                = "nightly-${var.environment_name}-rule"
  schedule_expression = "cron(0 9 * * ? *)"
}

resource "aws_cloudwatch_event_target" "nightly" {
  rule     = aws_cloudwatch_event_rule.nightly.name
  arn      = aws_sfn_state_machine.nightly.arn
  role_arn = aws_iam_role.dor_import_task_role.arn
}
"""


def listed(run: Run, noun: str) -> dict[str, dict[str, Any]]:
    """What `--format json` has, by name."""
    document = json.loads(run(f"list {noun} --format json").stdout)
    key = {"roles": "resource", "buckets": "address"}.get(noun, "name")
    return {entry[key]: entry for entry in document[noun]}


# --- formats


@pytest.mark.parametrize("noun", NOUNS)
def test_csv_has_a_row_for_each_entry_of_the_json(noun: str, sample: Path, run: Run) -> None:
    document = json.loads(run(f"list {noun} --format json").stdout)
    header, *rows = csv.reader(io.StringIO(run(f"list {noun} --format csv").stdout))
    assert len(rows) == len(document[noun]) > 0
    assert all(len(row) == len(header) for row in rows)
    entry = document[noun][0]
    assert rows[0][0] == entry.get("resource", entry.get("address", entry.get("name")))
    assert rows[0][-1] == entry["place"]


@pytest.mark.parametrize("noun", NOUNS)
def test_every_place_exists(noun: str, sample: Path, run: Run) -> None:
    places = re.findall(r'"([\w./-]+):(\d+)"', run(f"list {noun} --format json").stdout)
    assert places
    for path, line in places:
        assert len((sample / path).read_text().splitlines()) >= int(line)


@pytest.mark.parametrize("columns", [50, 60, 80, 120, 200])
@pytest.mark.parametrize("noun", NOUNS)
def test_text_is_as_wide_as_asked_for(
    noun: str, columns: int, sample: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert max(map(len, run(f"list {noun}").stdout.splitlines())) <= columns


HOSTILE = [
    '=cmd|"/c calc"!A0',
    "+1",
    "-1",
    "@SUM(A1)",
    " =1",
    "\t=1",
    "\uff1d1",
    'a"b,c',
    "a\nb",
    "a|b",
    "<b>*_`[x](y)",
    "\x1b[31m",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_stays_in_its_cell(text: str) -> None:
    contents = Listing({}, ("name", "more"), [([text], ["x", text])], "caption", ("NAME", "MORE"), [([text], [text])])
    (_, row) = csv.reader(io.StringIO(as_csv(contents)))
    assert len(row) == 2 and row[0].isprintable() and not re.match(r"[\s=+\-@\uff1d]", row[0])
    head, rule, line = as_markdown(contents).splitlines()
    assert line.startswith("| ") and line.endswith(" |") and line.isprintable()
    assert len(re.findall(r"(?<!\\)\|", line)) == len(re.findall(r"\|", head)) == len(re.findall(r"\|", rule))
    assert not re.search(r"(?<!\\)[<*`\[]", line.replace("<br>", ""))
    assert as_text(contents, 80).replace("\n", "").isprintable()


def test_columns_of_csv_are_not_in_markdown() -> None:
    contents = Listing({}, ("a", "b"), [(["1"], ["2"])], of_csv=frozenset(["b"]))
    assert as_markdown(contents) == "| a |\n| --- |\n| 1 |\n"
    assert as_csv(contents) == "a,b\n1,2\n"


# --- schedules


def test_rules_of_eventbridge_are_schedules_too(sample: Path, run: Run) -> None:
    append(sample, f"{TEMPLATE}/cloudwatch.tf", RULE)
    change(
        sample,
        "infra/modules/alarms_api/alarms-aws.tf",
        '"fineos-daily-export-copy",',
        '"fineos-daily-export-copy", "nightly",',
    )
    rule = listed(run, "schedules")["nightly-*-rule"]
    assert (rule["task"], rule["target"]) == ("", "aws_sfn_state_machine.nightly")
    assert rule["on"] == ["cps-preview", "prod", "test"] and rule["alarm"]
    text = " ".join(run("list schedules").stdout.split())
    assert "At 04:00 in winter, at 05:00 in summer, every day" in text


@pytest.mark.parametrize(
    ("attribute", "on"),
    [
        ("is_enabled = false", 0),
        ("is_enabled = true", 3),
        ('state = "DISABLED"', 0),
        ('state = "ENABLED"', 3),
        ("count = var.enable_dor_import_trigger ? 1 : 0", 2),
    ],
)
def test_a_rule_may_be_off(attribute: str, on: int, sample: Path, run: Run) -> None:
    append(
        sample,
        f"{TEMPLATE}/cloudwatch.tf",
        RULE.replace('"nightly" {\n  name', f'"nightly" {{\n  {attribute}\n  name', 1),
    )
    assert len(listed(run, "schedules")["nightly-*-rule"]["on"]) == on


def test_a_schedule_of_no_task_is_listed(sample: Path, run: Run) -> None:
    change(sample, f"{TEMPLATE}/cloudwatch.tf", 'ecs_tasks["fineos-bucket-tool"]', 'ecs_tasks["gone"]')
    assert listed(run, "schedules")["fineos-daily-export-copy"]["task"] == "gone"


# --- buckets


@pytest.mark.parametrize(
    ("value", "is_used"),
    [
        ('"s3://${data.aws_s3_bucket.agency_transfer.id}/in"', True),
        ('"s3://massgov-pfml-${var.environment_name}-agency-transfer/in"', True),
        ('"massgov-pfml-prod-agency-transfer"', True),
        ("data.aws_s3_bucket.agency_transfer.bucket", True),
        ("local.inbox", True),
        ('var.logging_level == "x" ? "s3://massgov-pfml-${var.environment_name}-agency-transfer" : ""', True),
        ('"s3://massgov-pfml-${var.environment_name}-agency-transfer-archive/in"', False),
        ('"s3://old-massgov-pfml-${var.environment_name}-agency-transfer/in"', False),
        ("data.aws_s3_bucket.agency_transfer_2.bucket", False),
        ('"agency_transfer"', False),
    ],
)
def test_tasks_that_are_given_a_bucket(value: str, is_used: bool, sample: Path, run: Run) -> None:
    change(
        sample,
        f"{TEMPLATE}/task_config.tf",
        "  fineos_api_access = [",
        f'  inbox = "s3://${{data.aws_s3_bucket.agency_transfer.id}}/x"\n  fineos_api_access = [\n    {{ name : "X", value : {value} }},',
    )
    tasks = listed(run, "buckets")["data.aws_s3_bucket.agency_transfer"]["tasks"]
    assert ("load-employers-to-fineos" in tasks) == is_used


def test_what_a_bucket_serves(sample: Path, run: Run) -> None:
    bucket = listed(run, "buckets")["data.aws_s3_bucket.agency_transfer"]
    assert bucket["name"] == "massgov-pfml-*-agency-transfer"
    assert [(trigger["name"], trigger["task"]) for trigger in bucket["triggers"]] == [("dor-import", "dor-import")]
    assert bucket["roles"] == ["dor_import_task_role", "reductions_workflow_task_role"]
    assert run("trigger fineos-bucket-tool --s3-bucket reports --trigger-name by-report").exit_code == 0
    (trigger,) = listed(run, "buckets")["data.aws_s3_bucket.reports"]["triggers"]
    assert (trigger["name"], trigger["task"]) == ("by-report", "fineos-bucket-tool")


def test_a_bucket_that_only_a_trigger_names(sample: Path, run: Run) -> None:
    path = f"{TEMPLATE}/s3_subscriptions.tf"
    change(sample, path, "data.aws_s3_bucket.agency_transfer.arn", '"arn:aws:s3:::elsewhere"')
    change(sample, path, "data.aws_s3_bucket.agency_transfer.id", '"elsewhere"')
    known = listed(run, "buckets")
    assert known["data.aws_s3_bucket.agency_transfer"]["triggers"] == []
    others = [bucket for bucket in known.values() if not bucket["place"]]
    assert others and all(bucket["triggers"] for bucket in others)
    assert "not declared in the template" in run("list buckets").stdout


def test_a_notification_elsewhere(sample: Path, run: Run) -> None:
    folder = sample / "infra/other"
    folder.mkdir()
    (folder / "main.tf").write_text(
        'resource "aws_s3_bucket_notification" "n" {\n  bucket = "massgov-pfml-${var.environment_name}-reports"\n}\n'
    )
    assert listed(run, "buckets")["data.aws_s3_bucket.reports"]["notifications"] == ["infra/other/main.tf:1"]


# --- groups, roles, environments


def test_a_group_has_its_tasks_and_the_groups_around_it(sample: Path, run: Run) -> None:
    groups = listed(run, "groups")
    assert groups["emails"]["used_by"] == ["local.emails_reductions"]
    assert groups["emails_reductions"]["includes"] == ["emails"]
    assert groups["emails"]["tasks"] == groups["emails_reductions"]["tasks"] == ["reductions-process-agency-data"]
    assert len(groups["common"]["tasks"]) == 4
    assert [secret["name"] for secret in groups["db_access"]["secrets"]] == ["DB_PASSWORD"]


def test_a_group_of_a_task_definition_outside_of_the_tasks(sample: Path, run: Run) -> None:
    append(
        sample,
        f"{TEMPLATE}/tasks.tf",
        'resource "aws_ecs_task_definition" "other" {\n  container_definitions = jsonencode([{ name = "other", environment = local.emails }])\n}\n',
    )
    assert "aws_ecs_task_definition.other" in listed(run, "groups")["emails"]["used_by"]
    change(sample, f"{TEMPLATE}/tasks.tf", "environment = local.emails }", "environment = local.reductions_folders }")
    buckets = listed(run, "buckets").values()
    assert any("aws_ecs_task_definition.other" in bucket["tasks"] for bucket in buckets)


def test_who_has_and_passes_a_role(sample: Path, run: Run) -> None:
    append(sample, f"{TEMPLATE}/cloudwatch.tf", RULE)
    roles = listed(run, "roles")
    role = roles["dor_import_task_role"]
    assert (role["task_role_of"], role["execution_role_of"]) == (["dor-import"], [])
    assert (role["triggers"], role["schedules"]) == (["dor-import"], [])
    assert role["used_by"] == ["aws_cloudwatch_event_target.nightly"]
    assert roles["task_executor"]["default"] and len(roles["task_executor"]["execution_role_of"]) == 3
    assert roles["reductions_workflow_task_role"]["schedules"] == ["reductions-process-agency-data"]


def test_a_step_function_passes_the_roles_of_its_tasks(sample: Path, run: Run) -> None:
    append(
        sample,
        f"{TEMPLATE}/cloudwatch.tf",
        """
resource "aws_sfn_state_machine" "nightly" {
  name     = "nightly"
  role_arn = aws_iam_role.fineos_bucket_tool_role.arn
  definition = jsonencode({
    States = {
      Import = {
        Type       = "Task"
        Resource   = "arn:aws:states:::ecs:runTask.sync"
        Parameters = { TaskDefinition = aws_ecs_task_definition.ecs_tasks["dor-import"].family }
      }
    }
  })
}
""",
    )
    roles = listed(run, "roles")
    assert roles["dor_import_task_role"]["step_functions"] == roles["task_executor"]["step_functions"] == ["nightly"]
    assert roles["fineos_bucket_tool_role"]["step_functions"] == []
    assert roles["fineos_bucket_tool_role"]["used_by"] == ["aws_sfn_state_machine.nightly"]


def test_what_an_environment_has(sample: Path, run: Run) -> None:
    path = sample / "infra/ecs-tasks/environments/test/main.tf"
    path.write_text(re.sub(r"\n  enable_dor_import_trigger += true", "", path.read_text()))
    (sample / "infra/ecs-tasks/environments/new").mkdir()
    (sample / "infra/ecs-tasks/environments/new/main.tf").write_text("locals {}\n")
    environments = listed(run, "environments")
    assert environments["new"] == {
        "name": "new", "place": "", "tasks": 0, "schedules": [], "triggers": [], "undecided": [], "toggles": []
    }  # fmt: skip
    test = environments["test"]
    assert (test["tasks"], len(test["schedules"]), test["triggers"]) == (4, 2, [])
    toggles = {toggle["variable"]: toggle for toggle in test["toggles"]}
    unset, on = (
        toggles[f"enable_{name}"] for name in ("dor_import_trigger", "reductions_process_agency_data_schedule")
    )
    assert (unset["value"], unset["place"], unset["on"]) == ("false", "", False)
    assert (on["value"], bool(on["place"]), on["on"]) == ("true", True, True)
    assert "false by default: enable_dor_import_trigger" in " ".join(run("list environments").stdout.split())


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("format", ["text", "json", "markdown", "csv"])
def test_a_real_checkout(noun: str, format: str, real_checkout: Path, run: Run) -> None:
    result = run("list", noun, "--repo", str(real_checkout), "--format", format)
    assert result.exit_code == 0 and len(result.stdout.splitlines()) > 3
