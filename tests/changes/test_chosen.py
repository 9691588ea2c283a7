"""`unschedule` and `untrigger` remove what was chosen, and choose nothing themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.files.checkout import Checkout
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.schedules import schedules_of
from scaffold.pfml.triggers import triggers_of
from scaffold.terraform.folder import Folder
from tests.conftest import Run
from tests.helpers import tree

SUBSCRIPTIONS = f"{TEMPLATE}/s3_subscriptions.tf"
COPY = "fineos-bucket-tool"
LATE = "trigger dor-import --s3-bucket agency_transfer --s3-prefix dor/late/"
MORE = (LATE, "trigger dor-import --s3-bucket reports --s3-suffix .xml --s3-event s3:ObjectRemoved:*")


def destinations(root: Path, task: str = "dor-import") -> set[tuple[str, str, str]]:
    """The bucket, prefix and suffix of each destination that starts the task; "-" for a trigger without one."""
    triggers = triggers_of(Folder.of(Checkout.find(root)), task)
    pairs = [(trigger, destination) for trigger in triggers for destination in trigger.destinations]
    called = {(trigger.bucket_label, destination.prefix, destination.suffix) for trigger, destination in pairs}
    return called | {(trigger.bucket_label, "-", "-") for trigger in triggers if not trigger.destinations}


FIRST = ("agency_transfer", "dor/received/", ".csv")
SECOND = ("agency_transfer", "dor/late/", "")
THIRD = ("reports", "", ".xml")


@pytest.fixture
def three(sample: Path, run: Run) -> Path:
    """The sample, in which dor-import has three triggers, two of them of one bucket."""
    for command in MORE:
        assert run(command).exit_code == 0
    assert destinations(sample) == {FIRST, SECOND, THIRD}
    return sample


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ("reports", {FIRST, SECOND}),
        ("aws_s3_bucket.reports", {FIRST, SECOND}),
        ("--trigger-name dor-import-reports", {FIRST, SECOND}),
        ("--trigger-name trigger_dor_import_reports", {FIRST, SECOND}),
        ("--s3-event s3:ObjectRemoved:*", {FIRST, SECOND}),
        ("--s3-prefix dor/late/", {FIRST, THIRD}),
        ("agency_transfer --s3-prefix dor/late/", {FIRST, THIRD}),
        ("agency_transfer --s3-suffix ''", {FIRST, THIRD}),
        ("--s3-suffix .csv", {SECOND, THIRD}),
        ("agency_transfer --all", {THIRD}),
        ("--s3-suffix '' --all", {FIRST, THIRD}),
        ("--s3-event s3:ObjectCreated:* --all", {THIRD}),
        ("--all", set()),
    ],
)
def test_a_trigger_is_chosen_by_what_it_has(
    options: str, left: set[tuple[str, str, str]], three: Path, run: Run
) -> None:
    result = run(f"untrigger dor-import {options}")
    assert result.exit_code == 0, result.stderr
    assert destinations(three) == left


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ("", 3),
        ("agency_transfer", 2),
        ("--trigger-name dor-import", 2),
        ("--s3-event s3:ObjectCreated:*", 2),
        ("--s3-prefix dor/", 3),
        ("reports --s3-prefix dor/late/", 1),
        ("reports --s3-prefix dor/late/ --all", 1),
    ],
)
def test_several_triggers_are_listed_and_none_is_removed(options: str, shown: int, three: Path, run: Run) -> None:
    before = tree(three)
    result = run(f"untrigger dor-import {options}")
    assert (result.exit_code, tree(three)) == (1, before)
    _, *choices, last = result.stderr.splitlines()
    assert len(choices) == shown and all(line.startswith("  dor-import") for line in choices)
    assert not any(word in last for word in ("agency_transfer", "reports", "dor/"))


def test_what_a_trigger_is_chosen_by_is_shown(three: Path, run: Run) -> None:
    lines = run("untrigger dor-import").stderr.splitlines()
    assert (
        "bucket agency_transfer, prefix dor/received/, suffix .csv, s3:ObjectCreated:*; "
        "off in cps-preview, on in prod and test" in lines[1]
    )
    assert "  dor-import-reports  bucket reports, suffix .xml, s3:ObjectRemoved:*; on in all 3 environ" in lines[3]


@pytest.mark.parametrize("options", ["", "--toggle", "--toggle enable_dor_import_trigger"])
def test_a_destination_that_was_added_is_removed_byte_for_byte(options: str, sample: Path, run: Run) -> None:
    before = tree(sample)
    assert run(f"{LATE} {options}").exit_code == 0
    assert run("untrigger dor-import --s3-prefix dor/late/").exit_code == 0
    assert tree(sample) == before


def test_a_trigger_that_no_notification_calls_can_be_chosen(three: Path, run: Run) -> None:
    path = three / SUBSCRIPTIONS
    text = path.read_text()
    path.write_text(text.replace("module.trigger_dor_import_reports.lambda_arn", '"arn:aws:lambda:other"'))
    assert "bucket reports, no notification calls it" in run("untrigger dor-import").stderr
    assert run("untrigger dor-import reports").exit_code == 0
    assert destinations(three) == {FIRST, SECOND}


def test_a_prefix_is_chosen_as_it_is_shown_or_as_it_is_written(sample: Path, run: Run) -> None:
    before = tree(sample)
    for typed in ("year=2022/", "year%3D2022/"):
        assert run("trigger dor-import --s3-bucket agency_transfer --s3-prefix year=2022/").exit_code == 0
        assert "prefix year=2022/" in run("untrigger dor-import").stderr
        assert run("untrigger", "dor-import", "--s3-prefix", typed).exit_code == 0
        assert tree(sample) == before


# --- schedules


def names(root: Path) -> list[str]:
    return [schedule.name for schedule in schedules_of(Folder.of(Checkout.find(root)), COPY)]


@pytest.mark.parametrize(
    "choice", ["second-copy", "--schedule-name second-copy", "second-copy --schedule-name second-copy"]
)
def test_a_schedule_is_chosen_by_its_name(choice: str, sample: Path, run: Run) -> None:
    before = tree(sample)
    assert run(f"schedule {COPY} 'rate(1 day)' --schedule-name second-copy").exit_code == 0
    assert run(f"unschedule {COPY} {choice}").exit_code == 0
    assert tree(sample) == before


def test_several_schedules_are_listed_with_their_local_times(sample: Path, run: Run) -> None:
    assert run(f"schedule {COPY} 'cron(0 9 * * ? *)' --schedule-name second-copy").exit_code == 0
    before = tree(sample)
    result = run(f"unschedule {COPY}")
    assert (result.exit_code, tree(sample)) == (1, before)
    first, daily, second, last = result.stderr.splitlines()
    assert first.endswith("the task has 2 schedules (local times in America/New_York):")
    assert daily == "  fineos-daily-export-copy  At 05:30, every day; on in all 3 environments"
    assert second.startswith("  second-copy               At 04:00 in winter, at 05:00 in summer, every day; on in")
    assert "fineos-daily-export-copy" not in last and "second-copy" not in last


def test_two_names_are_refused(sample: Path, run: Run) -> None:
    before = tree(sample)
    result = run(f"unschedule {COPY} a-name --schedule-name b-name")
    assert (result.exit_code, tree(sample)) == (1, before)
    assert "--schedule-name 'b-name': NAME is 'a-name'" in result.stderr


def test_schedules_of_one_name_are_chosen_by_their_modules(sample: Path, run: Run) -> None:
    assert run(f"schedule {COPY} 'rate(1 day)' --schedule-name second-copy").exit_code == 0
    path = sample / TEMPLATE / "cloudwatch.tf"
    path.write_text(path.read_text().replace('"second-copy"', '"fineos-daily-export-copy"'))
    for command in ("unschedule fineos-bucket-tool", "unschedule fineos-bucket-tool fineos-daily-export-copy"):
        assert "  second_copy_scheduler " in run(command).stderr
    result = run("unschedule fineos-bucket-tool second_copy_scheduler")
    assert "alarm: it watches another rule" in result.stdout
    assert names(sample) == ["fineos-daily-export-copy"]
    assert '"fineos-daily-export-copy"' in (sample / "infra/modules/alarms_api/alarms-aws.tf").read_text()
