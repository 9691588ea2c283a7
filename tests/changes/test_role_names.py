"""New roles get names that fit in every environment, and what a refusal suggests is accepted."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from scaffold.changes.parts.role_names import EXECUTION_ROLE, TASK_ROLE, default_name
from scaffold.files.checkout import Checkout
from scaffold.terraform.folder import Folder
from tests.conftest import Run
from tests.helpers import tree

IAM = "infra/ecs-tasks/template/iam.tf"
WORDS = [
    "load",
    "the",
    "wages",
    "of",
    "employers",
    "exec",
    "execution",
    "a",
    "2021",
    "quarterly",
    "import",
    "and-unbelievably",
]
CASES = 60


def _name(pick: random.Random) -> str:
    words = ["x", *(pick.choice(WORDS) for _ in range(pick.randint(1, 9)))]
    return "-".join(words)[: pick.choice([25, 33, 34, 35, 39, 40, 60, 90])].rstrip("-")


def _line(pick: random.Random) -> dict[str, str]:
    """The options of one task, each with its value."""
    options = {"NAME": _name(pick), "--task-role": "new", "--execution-role": "new", "--secret": "KEY"}
    if pick.random() < 0.4:
        options["--task-role-name"] = pick.choice([_name(pick), "ecs-tasks-dor-import", f"{_name(pick)}.", "A_b"])
    if pick.random() < 0.3:
        options["--execution-role-name"] = pick.choice([_name(pick), "ecs-tasks-execution-role"])
    if pick.random() < 0.4:
        options |= {"--schedule": "rate(1 day)"}
    if pick.random() < 0.4:
        options |= {"--s3-bucket": "reports"}
    return options


def _words(options: dict[str, str]) -> list[str]:
    rest = [word for option, value in options.items() if option != "NAME" for word in (option, value)]
    return ["task", options["NAME"], *rest]


@pytest.mark.parametrize("seed", range(8))
def test_a_command_works_or_its_suggestions_do(seed: int, sample: Path, run: Run) -> None:
    pick = random.Random(seed)
    for _ in range(CASES // 8):
        options = _line(pick)
        for _ in range(4):  # one refusal for each option whose value is wrong
            result = run(*_words(options), "--dry-run")
            if result.exit_code == 0:
                break
            suggested = re.search(
                r"error: (?:\S+:\d+: )?(NAME|--\S+) '.*(?:Use|Write) (\S+), for example", result.stderr
            )
            assert suggested, (options, result.stderr)
            assert options.get(suggested[1]) != suggested[2], (options, result.stderr)
            options[suggested[1]] = suggested[2]
        assert result.exit_code == 0, (options, result.stderr)


@pytest.mark.parametrize(
    "name", ["load-quarterly-wages-of-employers", "x-load-quarterly-wages-of-employers-and-employees-of-2021"]
)
def test_shortened_names_are_recognized(name: str, sample: Path, run: Run) -> None:
    """By a second run, by `show`, `check`, `rename` and `remove`."""
    before = (sample / IAM).read_bytes()
    line = f"task {name} --secret KEY --task-role new --execution-role new"
    made = run(line)
    assert made.exit_code == 0 and "is named ecs-tasks-" in made.stderr
    first = tree(sample)
    again = run(line)
    assert "Nothing to do" in again.stdout and "is named" not in again.stderr
    folder = Folder.of(Checkout.find(sample))
    for attribute in (TASK_ROLE, EXECUTION_ROLE):
        label = f"{name.replace('-', '_')}_{attribute}"
        role = folder.block("resource", "aws_iam_role", label)
        assert role and folder.attribute_text(role, "name").endswith(
            f'-{default_name(folder, name, attribute, label)}"'
        )
    assert "error" not in run("check").stdout
    assert run("rename", name, "my-short-task").exit_code == 0
    assert (
        name not in (sample / IAM).read_text()
        and "ecs-tasks-my-short-task-execution-role" in (sample / IAM).read_text()
    )
    renamed = run("rename", "my-short-task", name)
    assert "names of roles are shortened" in renamed.stderr
    assert tree(sample) == first
    assert run("remove", name).exit_code == 0
    assert (sample / IAM).read_bytes() == before


def test_two_tasks_with_the_same_beginning_get_different_names(sample: Path, run: Run) -> None:
    for name in ("load-quarterly-wages-of-all-employers-here", "load-quarterly-wages-of-all-employers-there"):
        assert run(f"task {name} --task-role new --execution-role new").exit_code == 0
    names = re.findall(r'^  name += "(.*)"', (sample / IAM).read_text(), re.M)
    assert len(names) == len(set(names))
    assert "duplicate-role-name" not in run("check").stdout


def test_a_name_that_is_taken_in_one_environment_only(sample: Path, run: Run) -> None:
    with (sample / IAM).open("a") as file:
        file.write('\nresource "aws_iam_role" "x" {\n  name = "PFML-api-prod-ecs-tasks-my-task"\n}\n')
    made = run("task my-task --task-role new")
    assert made.exit_code == 0 and "is another role's name" in made.stderr
    refused = run("task my-task --task-role new --task-role-name ecs-tasks-my-task --dry-run")
    assert "aws_iam_role.x already has that name" in refused.stderr


@pytest.mark.parametrize("length", [35, 40, 45, 60, 90])
def test_the_name_that_rename_suggests_is_accepted(length: int, sample: Path, run: Run) -> None:
    """Also where an affix leaves one schedule less room than the others."""
    for line in (
        "task my-new-task --schedule 'rate(1 day)' --s3-bucket reports",
        "schedule my-new-task 'rate(2 days)' --schedule-name twice-my-new-task-daily",
        "task load-the-quarterly --task-role new",
    ):
        assert run(line).exit_code == 0
    refused = run(
        "rename",
        "my-new-task",
        "load-the-quarterly-wages-of-employers-and-of-all-of-their-many-employees"[:length].rstrip("-"),
    )
    suggested = re.search(r"error: NEW '.*Use (\S+), for example", refused.stderr)
    assert suggested, refused.stderr
    assert run("rename", "my-new-task", suggested[1]).exit_code == 0
