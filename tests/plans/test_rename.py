"""That renaming a task changes nothing but names, also where the Terraform of a checkout selects something by the task."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.plans.core import Core
from tests.plans.deployment import Deployment, deploy, environments

IN_TEMPLATE = """
locals {
  sizes   = { "TASK" = 200, load-employers-to-fineos = 3 }
  alarmed = ["TASK", "load-employers-to-fineos"]
  lists   = { all = local.alarmed }
  folders = ["TASK"]
}

resource "aws_cloudwatch_metric_alarm" "size" {
  for_each = toset(concat(local.lists.all, ["fineos-bucket-tool"]))

  alarm_name          = "size-${aws_ecs_task_definition.ecs_tasks[each.key].family}"
  alarm_description   = each.value == "TASK" ? "first" : "other"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = lookup(local.sizes, each.key, 1)
  threshold           = lookup({ TASK = 4 }, each.key, local.tasks["TASK"].cpu)
}

output "others" {
  value = [for name, task in local.tasks : "${name}" if !contains(["TASK"], name) && name != "dor"]
}
"""
IN_ALARMS = """
locals {
  periods = { "TASK" = 7 }
}

output "periods" {
  value = { for name in local.alarm_names : name => lookup(local.periods, name, 1) if name != "TASK" }
}

resource "aws_cloudwatch_metric_alarm" "period" {
  for_each = toset(local.alarm_names)

  alarm_name          = "period-${each.key}-${var.environment_name}"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = lookup(local.periods, each.key, 1)
}
"""
IN_ENVIRONMENT = """
output "of_one" {
  value = [module.tasks.ecs_task_arns["TASK"], "${module.tasks.ecs_task_arns.TASK}"]
}
"""
FILES = {
    "ecs-tasks/template/sizes.tf": IN_TEMPLATE,
    "modules/alarms_api/periods.tf": IN_ALARMS,
    "ecs-tasks/environments/test/of_one.tf": IN_ENVIRONMENT,
}


@pytest.mark.parametrize("task", ["dor-import", "reductions-process-agency-data"])
def test_only_names_change(task: str, sample: Path, run: Run, core: Core) -> None:
    for path, text in FILES.items():
        (sample / "infra" / path).write_text(text.replace("TASK", task))
    before = deploy(core, sample, sample.with_name("root"), Deployment())
    assert before.errors == []
    assert run(f"rename {task} a-new-task-name").exit_code == 0
    after = deploy(core, sample, sample.with_name("root"), before)
    assert after.errors == []
    expected = _texts(before, {task: "a-new-task-name", task.replace("-", "_"): "a_new_task_name"})
    assert _texts(after, {}) == expected
    assert f'folders = ["{task}"]' in (sample / "infra/ecs-tasks/template/sizes.tf").read_text()


def _texts(deployment: Deployment, names: dict[str, str]) -> list[str]:
    """Each value of each environment, with other names."""
    lines = []
    for name, environment in environments(deployment).items():
        text = json.dumps([environment.instances, environment.outputs])
        for old, new in names.items():
            text = text.replace(old, new)
        lines += [f"{name} {line}" for line in json.dumps(json.loads(text), indent=1, sort_keys=True).splitlines()]
    return lines
