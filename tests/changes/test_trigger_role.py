"""`untrigger` takes the task role that `trigger` brought, and leaves the bytes that were there before."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.files.layout import TEMPLATE
from tests.conftest import Run
from tests.helpers import differences, hashicorp_parses, tree

TASK = "load-employers-to-fineos"
TRIGGER = f"trigger {TASK} --s3-bucket reports --s3-prefix x/"
ROLE = "load_employers_to_fineos_task_role"
ENTRIES = {
    "as it is": None,
    "one line": '    "load-employers-to-fineos" = { command = ["load-employers-to-fineos"] },\n',
    "two lines": '    "load-employers-to-fineos" = {\n      command = ["load-employers-to-fineos"]\n    },\n',
    "commas": '    "load-employers-to-fineos" = {\n      command = ["load-employers-to-fineos"],\n      cpu     = 512,\n'
    "      memory  = 1024,\n    },\n",
    "comments": '    "load-employers-to-fineos" = { # daily\n      command = ["load-employers-to-fineos"] # the script\n'
    "      # Nothing else.\n    },\n",
    "brace": '    "load-employers-to-fineos" = {\n      command = ["load-employers-to-fineos"] },\n',
    "no comma": '    "load-employers-to-fineos" = {\n      command = ["load-employers-to-fineos"]\n      env = []\n    }\n\n',
}
BEFORE = {
    "no schedule": [],
    "schedule": [f"schedule {TASK} 'rate(1 day)'"],
    "two schedules": [f"schedule {TASK} 'rate(1 day)'", f"schedule {TASK} 'rate(2 days)' --schedule-name extra-load"],
}


def _with_entry(sample: Path, text: str | None) -> None:
    path = sample / TEMPLATE / "tasks.tf"
    tasks = path.read_text()
    start = tasks.index('    "load-employers-to-fineos"')
    end = tasks.index('    "dor-import"')
    if text is not None:
        path.write_text(tasks[:start] + text + ("" if text.endswith("\n\n") else "\n") + tasks[end:])
    hashicorp_parses(path.read_bytes())


@pytest.mark.parametrize("options", ["", " --toggle --enable-in test", " --s3-write"])
@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("schedules", BEFORE)
def test_the_same_bytes(entry: str, schedules: str, options: str, sample: Path, run: Run) -> None:
    _with_entry(sample, ENTRIES[entry])
    for command in BEFORE[schedules]:
        assert run(command).exit_code == 0, command
    before = tree(sample)
    added = run(TRIGGER + options)
    assert added.exit_code == 0, added.output
    schedule = (sample / TEMPLATE / "cloudwatch.tf").read_text()
    assert schedule.count(f"= aws_iam_role.{ROLE}.arn") == len(BEFORE[schedules])
    removed = run(f"untrigger {TASK}")
    assert removed.exit_code == 0, removed.output
    assert not differences(tree(sample), before)


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


KEPT = {
    "policy edited": ("iam.tf", 'values   = ["x/*"]', 'values   = ["x/*", "y/*"]', "edited since it was generated"),
    "role edited": (
        "iam.tf",
        f'resource "aws_iam_role" "{ROLE}" {{\n',
        f'resource "aws_iam_role" "{ROLE}" {{\n  max_session_duration = 7200\n',
        "edited",
    ),
    "another policy": (
        "iam.tf",
        "# What load-",
        f'resource "aws_iam_role_policy" "more" {{\n  role   = aws_iam_role.{ROLE}.id\n  policy = data.aws_iam_policy_document.dor_import_task_role_policy.json\n}}\n\n# What load-',
        "it has another policy",
    ),
    "another use": (
        "iam.tf",
        "# What load-",
        f"locals {{\n  x = aws_iam_role.{ROLE}.name\n}}\n\n# What load-",
        "still used",
    ),
    "looked up": (
        "iam.tf",
        "# What load-",
        f'data "aws_iam_role" "x" {{\n  name = "${{local.app_name}}-${{var.environment_name}}-ecs-tasks-{TASK}"\n}}\n\n# What load-',
        "still used",
    ),
}


@pytest.mark.parametrize("case", KEPT)
def test_a_role_that_stays_is_listed(case: str, sample: Path, run: Run) -> None:
    name, old, new, reason = KEPT[case]
    assert run(TRIGGER).exit_code == 0
    path = sample / TEMPLATE / name
    _edit(path, old, new)
    before = path.read_bytes()
    result = run(f"untrigger {TASK}")
    assert result.exit_code == 0 and "IAM role: load_employers" in result.stdout and reason in result.stdout, (
        result.output
    )
    assert path.read_bytes() == before
    assert f"task_role = aws_iam_role.{ROLE}.arn" in (sample / TEMPLATE / "tasks.tf").read_text()


def test_the_role_stays_until_the_last_trigger(sample: Path, run: Run) -> None:
    before = tree(sample)
    assert run(TRIGGER).exit_code == 0
    assert run(f"trigger {TASK} --s3-bucket agency_transfer --s3-prefix y/ --trigger-name second").exit_code == 0
    result = run(f"untrigger {TASK} reports")
    assert "keep" in result.stdout and "still used" in result.stdout, result.output
    assert run(f"untrigger {TASK} agency_transfer").exit_code == 0
    assert not differences(tree(sample), before)


def test_a_role_by_hand_is_not_of_the_trigger(sample: Path, run: Run) -> None:
    result = run("untrigger dor-import")
    assert result.exit_code == 0 and "IAM role" not in result.stdout


@pytest.mark.parametrize("later", [False, True])
def test_rights_to_write_are_renamed_and_removed(later: bool, sample: Path, run: Run) -> None:
    before = tree(sample)
    command = "task nightly-files --s3-bucket reports --s3-prefix x/"
    assert run(command if later else f"{command} --s3-write").exit_code == 0
    if later:
        added = run(f"{command} --s3-write")
        assert added.exit_code == 0 and "insert  infra/ecs-tasks/template/iam.tf" in added.stdout, added.output
    text = (sample / TEMPLATE / "iam.tf").read_text()
    assert text.count('sid = "WriteObjects"') == 1
    assert "Nothing to do" in run(f"{command} --s3-write").stdout
    assert "may read, write and delete s3://massgov-pfml-<environment>-reports/x/" in run(command).stdout
    assert run("rename nightly-files weekly-files").exit_code == 0
    assert (sample / TEMPLATE / "iam.tf").read_text() == text.replace("nightly", "weekly")
    assert run("remove weekly-files").exit_code == 0
    assert not differences(tree(sample), before)


def test_rights_to_write_are_taken_back(sample: Path, run: Run) -> None:
    assert run(TRIGGER).exit_code == 0
    before = tree(sample)
    for options in ("--s3-write", "--no-s3-write --s3-write", "--s3-write --no-s3-write"):
        assert run(f"change {TASK} {options}").exit_code == 0
    assert not differences(tree(sample), before)
    assert run(f"change {TASK} --s3-write").exit_code == 0
    result = run(f"change {TASK} --no-s3-write --s3-prefix y/")
    assert f"Role {ROLE} may no longer write or delete s3://massgov-pfml-<environment>-reports/x/\n" in result.stdout
    assert f"Role {ROLE} may read s3://massgov-pfml-<environment>-reports/y/\n" in result.stdout
    assert run(f"change {TASK} --s3-prefix x/").exit_code == 0
    assert not differences(tree(sample), before)
    assert "Nothing to do" in run(f"change {TASK} --no-s3-write").stdout


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"s3:DeleteObject"', '"s3:DeleteObject*"', f"the policy of the task role {ROLE} was edited since"),
        ("arn}/x/*", "arn}/*", f"the policy of the task role {ROLE} is about other objects"),
    ],
)
def test_rights_by_hand_are_not_taken_back(old: str, new: str, message: str, sample: Path, run: Run) -> None:
    assert run(f"{TRIGGER} --s3-write").exit_code == 0
    path = sample / TEMPLATE / "iam.tf"
    path.write_text(path.read_text().replace(old, new))
    before, lines = tree(sample), path.read_text().splitlines()
    result = run(f"change {TASK} --no-s3-write")
    place = lines.index(f'data "aws_iam_policy_document" "{ROLE}_s3" {{') + 1
    assert result.exit_code == 1 and f"iam.tf:{place}: --no-s3-write: {message}" in result.stderr, result.output
    assert "Take s3:PutObject and s3:DeleteObject out of its policies by hand." in result.stderr
    assert not differences(tree(sample), before)


def test_rights_of_another_role_or_trigger_are_not_taken_back(sample: Path, run: Run) -> None:
    second = f"trigger {TASK} --s3-bucket agency_transfer --s3-prefix y/ --trigger-name second"
    assert run(f"{TRIGGER} --s3-write").exit_code == run(second).exit_code == 0
    assert "Nothing to do" in run(f"change {TASK} --no-s3-write --trigger-name second").stdout
    result = run("change dor-import --no-s3-write")
    assert "--no-s3-write: the task role dor_import_task_role has no policy that the tool wrote" in result.stderr


def test_rights_to_write_are_not_added_to_an_edited_policy(sample: Path, run: Run) -> None:
    assert run(TRIGGER).exit_code == 0
    path = sample / TEMPLATE / "iam.tf"
    _edit(path, 'values   = ["x/*"]', 'values   = ["x/*", "y/*"]')
    before = path.read_bytes()
    result = run(f"{TRIGGER} --s3-write")
    assert result.exit_code == 0 and path.read_bytes() == before
    assert "has no policy that allows s3:PutObject and s3:DeleteObject on s3://massgov" in result.stderr
