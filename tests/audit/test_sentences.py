"""The rules of `check` find nothing wrong with the sentences above schedules, whatever the schedule is.

They read the times of a comment on their own, and know nothing of how the sentence was written.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from scaffold.aws.schedules.expression import Cron, Rate, ScheduleError
from scaffold.aws.schedules.schedule import parse
from scaffold.aws.schedules.sentence import sentence
from scaffold.aws.schedules.timezone import local_pair
from tests.conftest import Run

ZONES = ["America/New_York"] * 4 + ["America/Chicago", "America/Phoenix", "Europe/London", "Asia/Kolkata", "UTC"]
MINUTES = ["0", "30", "5,20", "0/15", "0/7", "59"]
HOURS = ["4", "19", "23", "0", "7,19", "9-17", "20-23,0-3", "0/6", "0/2", "*", "1,5,9,13,18", "3,12"]
DAYS = ["* * ?", "? * MON-FRI", "? * 1", "1 * ?", "L * ?", "? * 6L", "? * 3#2", "15W * ?", "* 7 ?", "1,15 1,6 ?"]
COUNT = 200


def _schedule(pick: random.Random) -> tuple[Rate | Cron, Rate | Cron, str, bool]:
    """Two expressions, and how they are meant."""
    local = parse(f"cron({pick.choice(MINUTES)} {pick.choice(HOURS)} {pick.choice(DAYS)} *)")
    if pick.random() < 0.3:
        return local, local, "", True
    zone = pick.choice(ZONES)
    try:
        return *local_pair(local, zone), zone, False
    except ScheduleError:  # not one expression in UTC
        return _schedule(pick)


def _module(number: int, standard: Rate | Cron, daylight: Rate | Cron, comment: str) -> str:
    return f"""
# Run some-task {comment}
module "schedule_{number}" {{
  source = "../../modules/ecs_task_scheduler"
  task_name = "schedule-{number}"
  schedule_expression_standard = "{standard}"
  schedule_expression_daylight_savings = "{daylight}"
}}
"""


@pytest.mark.parametrize("seed", range(3))
def test_sentences(sample: Path, run: Run, seed: int) -> None:
    pick = random.Random(seed)
    schedules = [_schedule(pick) for _ in range(COUNT)]
    text = "".join(
        _module(number, standard, daylight, sentence(standard, daylight, zone, utc))
        for number, (standard, daylight, zone, utc) in enumerate(schedules)
    )
    file = sample / "infra/ecs-tasks/template/cloudwatch.tf"
    file.write_text(file.read_text() + text)
    result = run("check --format json --select schedule-comment --select daylight-pair")
    own = [finding for finding in json.loads(result.stdout)["findings"] if finding["subject"].startswith("schedule-")]
    assert own == [], text
