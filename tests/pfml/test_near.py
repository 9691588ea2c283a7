"""What else starts at about the time of a schedule."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from scaffold.aws.schedules.schedule import parse
from scaffold.files.checkout import Checkout
from scaffold.pfml.near import near
from tests.helpers import change

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CLOUDWATCH = "infra/ecs-tasks/template/cloudwatch.tf"
COPY, AGENCY = "fineos-daily-export-copy", "reductions-process-agency-data"  # at 05:30 daily, at 06:00 on working days


def beside(sample: Path, standard: str, daylight: str = "", name: str = "new") -> dict[str, str]:
    return near(parse(standard), parse(daylight or standard), name, Checkout(sample), NOW)


@pytest.mark.parametrize(
    ("standard", "daylight", "expected"),
    [
        ("cron(30 10 * * ? *)", "cron(30 9 * * ? *)", {COPY: "05:30", AGENCY: "06:00"}),
        ("cron(0 10 * * ? *)", "cron(0 9 * * ? *)", {COPY: "05:30"}),
        ("cron(59 9 * * ? *)", "cron(59 8 * * ? *)", {}),
        ("cron(30 11 ? * SAT *)", "cron(30 10 ? * SAT *)", {}),  # the other one does not run on that day
        ("cron(30 11 1 * ? *)", "cron(30 10 1 * ? *)", {AGENCY: "06:00"}),  # some first of a month is a working day
        ("cron(30 9 * * ? *)", "", {COPY: "05:30", AGENCY: "06:00"}),  # in summer
        ("cron(0/15 * * * ? *)", "", {}),
        ("rate(1 day)", "", {}),
    ],
)
def test_it_starts_within_half_an_hour(sample: Path, standard: str, daylight: str, expected: dict[str, str]) -> None:
    assert beside(sample, standard, daylight) == expected


def test_not_itself(sample: Path) -> None:
    assert beside(sample, "cron(30 10 * * ? *)", "cron(30 9 * * ? *)", COPY) == {AGENCY: "06:00"}


def test_around_midnight(sample: Path) -> None:
    change(sample, CLOUDWATCH, "cron(30 10 * * ? *)", "cron(10 0 * * ? *)")
    assert beside(sample, "cron(50 23 * * ? *)", "cron(0 16 * * ? *)") == {COPY: "19:10"}


@pytest.mark.parametrize("expression", ["cron(0/10 * * * ? *)", "rate(30 minutes)", "cron(99 10 * * ? *)"])
def test_without_what_has_no_time_of_its_own(sample: Path, expression: str) -> None:
    change(sample, CLOUDWATCH, "cron(30 10 * * ? *)", expression)
    change(sample, CLOUDWATCH, "cron(30 9 * * ? *)", expression)
    assert COPY not in beside(sample, "cron(30 10 * * ? *)", "cron(30 9 * * ? *)")


def test_without_what_is_off_everywhere(sample: Path) -> None:
    change(sample, CLOUDWATCH, "is_enabled = true", "is_enabled = false")
    assert beside(sample, "cron(30 10 * * ? *)", "cron(30 9 * * ? *)") == {AGENCY: "06:00"}
