"""What `change` makes of tasks and schedules that were written by hand, in any layout."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path
from shutil import rmtree

import pytest

from tests.conftest import Run
from tests.helpers import fmt_differences

TASKS = "infra/ecs-tasks/template/tasks.tf"
SCHEDULES = "infra/ecs-tasks/template/cloudwatch.tf"
ONE_LINE = '"fineos-bucket-tool" = { command = ["fineos-bucket-tool"] }'
COMMENTED = """"fineos-bucket-tool" = {
      command = ["fineos-bucket-tool"] # the script
      # a size
      cpu       = "1024" # units
      memory    = "2048" # MiB
      task_role = null
      env       = [local.fineos_s3_access] # groups
    }"""
LISTED = """"fineos-bucket-tool" = {
      command = ["fineos-bucket-tool"]
      env = [
        # the groups
        local.fineos_s3_access, # s3
        /* a */ { name : "A", value : "x" }, // first
        {
          name  = "B"
          value = var.logging_level
        },
        var.logging_level == "x" ? { name : "C", value : "1" } : { name : "C", value : "2" },
        # last
        { "name" = "S", "valueFrom" = "/admin/s" },
      ]
    }"""
COMPUTED = """"fineos-bucket-tool" = {
      command = ["fineos-bucket-tool"]
      cpu     = local.size
      env     = concat(local.fineos_s3_access, [{ name : "A", value : "x" }])
    }"""
SIZE = "--cpu 512 --memory 1024"
TABLE = [
    (ONE_LINE, SIZE, ['+    "fineos-bucket-tool" = { command = ["fineos-bucket-tool"], cpu = 512, memory = 1024 }']),
    (COMMENTED, SIZE, ['+      cpu       = "512"  # units', '+      memory    = "1024" # MiB']),
    (COMMENTED, "--cpu default --memory default", ['+      command   = ["fineos-bucket-tool"] # the script']),
    (
        COMMENTED,
        "--env-var A=b",
        ['+      env       = [local.fineos_s3_access, { name : "A", value : "b" }] # groups'],
    ),
    (COMMENTED, "--task-role fineos_bucket_tool_role", ["+      task_role = aws_iam_role.fineos_bucket_tool_role.arn"]),
    (LISTED, "--env-var A=b", ['+        /* a */ { name : "A", value : "b" }, // first']),
    (LISTED, "--secret S=/admin/t", ['+        { "name" = "S", "valueFrom" = "/admin/t" },']),
    (
        LISTED,
        "--secret T --env-var N=1 --env emails",
        [
            "+        local.emails,",
            '+        { name : "N", value : "1" },',
            '+        { name : "T", valueFrom : "/service/${local.app_name}/${var.environment_name}/t" },',
        ],
    ),
    (LISTED, "--remove-env-var A --remove-env-var B", []),
]
REFUSED = [
    (LISTED, "--env-var B=b", "the value of B is var.logging_level, not a literal value"),
    (LISTED, "--env-var C=b", "a condition sets C"),
    (COMPUTED, "--cpu 512 --memory 1024", "cpu of the task 'fineos-bucket-tool' is local.size, not a literal value"),
    (COMPUTED, "--env emails", "the environment of 'fineos-bucket-tool' is not a plain list"),
    (COMPUTED, "--env-var A=b", "the environment of 'fineos-bucket-tool' is not a plain list"),
]


def _write(sample: Path, entry: str) -> str:
    text = (sample / TASKS).read_text()
    start, end = text.index('"fineos-bucket-tool" = {'), text.index('    "reductions-process')
    text = f"{text[:start]}{entry}\n\n{text[end:]}"
    (sample / TASKS).write_text(text)
    # The schedule passes no role that the entry does not have.
    schedules = (sample / SCHEDULES).read_text()
    line = "  ecs_task_role              = aws_iam_role.fineos_bucket_tool_role.arn\n"
    (sample / SCHEDULES).write_text(schedules.replace(line, ""))
    return text


@pytest.mark.parametrize(("entry", "options", "added"), TABLE)
def test_layout(entry: str, options: str, added: list[str], sample: Path, run: Run) -> None:
    before = _write(sample, entry)
    clean = fmt_differences(sample / TASKS) == ""
    result = run(f"change fineos-bucket-tool {options}")
    assert result.exit_code == 0, result.stderr
    after = (sample / TASKS).read_text()
    lines = unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    assert [line for line in lines if line.startswith("+") and not line.startswith("+++")] == added
    assert not clean or fmt_differences(sample / TASKS) == ""


@pytest.mark.parametrize(("entry", "options", "message"), REFUSED)
def test_refused(entry: str, options: str, message: str, sample: Path, run: Run) -> None:
    before = _write(sample, entry)
    result = run(f"change fineos-bucket-tool {options}")
    assert result.exit_code == 1
    assert message in result.stderr
    assert (sample / TASKS).read_text() == before


MODULES = {
    "ecs_task_scheduler": ("schedule dor-import 'rate(1 day)'", "--schedule: ", "Schedules"),
    "s3_ecs_trigger": ("trigger dor-import --s3-bucket reports", "--s3-bucket: ", "Triggers"),
}


@pytest.mark.parametrize("module", MODULES)
def test_without_the_module(module: str, sample: Path, run: Run) -> None:
    command, option, kind = MODULES[module]
    rmtree(sample / f"infra/modules/{module}")
    result = run(command)
    assert result.exit_code == 1
    assert f"{option}this checkout has no module {module}" in result.stderr
    assert f". {kind} need a revision that has it.\n" in result.stderr
