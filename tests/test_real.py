"""A copy of a real PFML checkout; skipped if PFML_CHECKOUT is not set."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scaffold.files.checkout import Checkout
from scaffold.pfml.tasks import all_tasks
from scaffold.terraform.folder import Folder
from tests.conftest import Run
from tests.helpers import changed, fmt_differences, hashicorp_parses, tree

pytestmark = pytest.mark.real
BUCKET = "--s3-bucket agency_transfer --s3-prefix my-nightly-report/"
LINES = [
    "task my-nightly-report",
    "task my-nightly-report --schedule 'rate(1 day)'",
    "task my-nightly-report --db --env emails --env-var LEVEL=${var.logging_level} --secret REPORT_KEY --cpu 2048"
    " --memory 4096 --task-role new --execution-role new --task-role-name my-nightly --schedule 'cron(0 4 ? * MON-FRI *)'"
    f" --timezone America/New_York --schedule-arg=--all {BUCKET} --toggle --enable-in test --enable-in prod",
    f"task my-nightly-report {BUCKET}",
    "task my-nightly-report --module massgov.pfml.dor.mock.generate --function another --db",
]


@pytest.fixture
def copy(real_checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "checkout"
    for part in ("api", "infra"):
        shutil.copytree(real_checkout / part, folder / part, symlinks=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("line", LINES)
def test_it_works_and_the_second_time_changes_nothing(line: str, copy: Path, run: Run) -> None:
    if "_standard" not in (copy / "infra/modules/ecs_task_scheduler/variables.tf").read_text():
        line = line.replace("--timezone America/New_York", "")  # before November 2021 a schedule had one expression
    before = tree(copy)
    result = run(line)
    assert result.exit_code == 0, result.stderr
    after = tree(copy)
    terraform = [path for path in changed(before, after) if path.endswith(".tf")]
    assert terraform
    for path in terraform:
        hashicorp_parses(after[path])
        (copy / path).write_bytes(before[path])
        clean = fmt_differences(copy / path) == ""
        (copy / path).write_bytes(after[path])
        assert not clean or fmt_differences(copy / path) == ""
    assert "Nothing to do" in run(line).stdout
    assert tree(copy) == after


def test_every_task_can_be_a_model(copy: Path, run: Run) -> None:
    names = [task.key for task in all_tasks(Folder.of(Checkout.find(copy)))]
    assert len(names) > 10
    for name in names:
        result = run(f"task my-nightly-report --like {name} --schedule 'rate(1 day)' --dry-run")
        assert result.exit_code == 0, result.stderr
