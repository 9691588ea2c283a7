"""A second run with more options leaves what one run with all of them does, and roles stand under their banner."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.helpers import differences, restore, tree

TASK = "task x-y-task"
IAM = "infra/ecs-tasks/template/iam.tf"
ATTRIBUTES = ("--task-role new", "--execution-role new", "--cpu 512", "--memory 4096", "--env emails")


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
    _same_at_once([first, f"{first} {more}"], sample, run)


@pytest.mark.parametrize(("first", "second"), [*permutations(ATTRIBUTES, 2)])
def test_the_order_of_two_attributes_does_not_matter(first: str, second: str, sample: Path, run: Run) -> None:
    _same_at_once([first, f"{first} {second}"], sample, run)


@pytest.mark.parametrize("order", [ATTRIBUTES, ATTRIBUTES[::-1], (*ATTRIBUTES[2:], *ATTRIBUTES[:2])])
def test_attributes_may_come_one_by_one(order: tuple[str, ...], sample: Path, run: Run) -> None:
    _same_at_once(["", *(" ".join(order[: number + 1]) for number in range(len(order)))], sample, run)


def _same_at_once(runs: list[str], sample: Path, run: Run) -> None:
    """Check that the last one of several runs alone leaves the same infrastructure, byte for byte."""
    before = tree(sample)
    assert run(f"{TASK} {runs[-1]}").exit_code == 0
    at_once = {path: data for path, data in tree(sample).items() if path.endswith(".tf")}
    restore(sample, before)
    for options in runs:
        assert run(f"{TASK} {options}").exit_code == 0
    assert at_once and differences({path: tree(sample)[path] for path in at_once}, at_once) == {}


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
