"""A second run with more options leaves what one run with all of them does, and roles stand under their banner."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.helpers import differences, restore, tree

TASK = "task x-y-task"
IAM = "infra/ecs-tasks/template/iam.tf"


@pytest.mark.parametrize(
    ("first", "more"),
    [
        ("", "--db"),
        ("", "--cpu 2048 --memory 4096"),
        ("--db", "--env emails --env-var A=b"),
        ("--cpu 2048 --memory 4096", "--task-role new --execution-role new"),
        ("--schedule 'rate(1 day)'", "--task-role new"),
        ("--task-role new", "--execution-role new --db"),
        ("--task-role new", "--s3-bucket reports --s3-prefix a/"),
    ],
)
def test_a_second_run_leaves_what_one_run_does(first: str, more: str, sample: Path, run: Run) -> None:
    before = tree(sample)
    assert run(f"{TASK} {first} {more}").exit_code == 0
    at_once = {path: data for path, data in tree(sample).items() if path.endswith(".tf")}
    restore(sample, before)
    assert run(f"{TASK} {first}").exit_code == 0
    assert run(f"{TASK} {first} {more}").exit_code == 0
    assert differences({path: data for path, data in tree(sample).items() if path.endswith(".tf")}, at_once) == {}


@pytest.mark.parametrize("end", ["", "# end\n", "\n# About x-y-task.\n"])
def test_a_banner_comes_and_goes_with_the_roles(end: str, sample: Path, run: Run) -> None:
    (sample / IAM).write_text((sample / IAM).read_text() + end)
    before = tree(sample)
    assert run(f"{TASK} --task-role new").exit_code == 0
    assert run("task x-z-task --task-role new").exit_code == 0
    assert run(f"{TASK} --task-role new --execution-role new").exit_code == 0
    text = (sample / IAM).read_text()
    assert text.index("# ===== x-y-task") < text.index('"x_y_task_execution_role"') < text.index("# ===== x-z-task")
    assert run("remove x-z-task").exit_code == run("remove x-y-task").exit_code == 0
    assert differences(tree(sample), before) == {}
