"""`remove` undoes `task` byte for byte, and removes hand-written parts unless something else uses them."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scaffold.files.checkout import Checkout
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.tasks import all_tasks, task_names
from scaffold.terraform.folder import Folder
from tests.command_lines import task_options
from tests.conftest import Run
from tests.helpers import (
    changed,
    differences,
    hashicorp_parses,
    restore,
    rewrite_line_ends,
    tree,
    unformatted,
    unresolved_references,
)

CHUNKS, EXAMPLES = 8, 25
TASKS = f"{TEMPLATE}/tasks.tf"


def _folders(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_dir()}


def _round_trip(folder: Path, words: list[str], run: Run) -> bool:
    """Create a task and remove it; False if `task` refuses it."""
    before, folders = tree(folder), _folders(folder)
    made = run(*words)
    if made.exit_code:
        assert tree(folder) == before, made.stderr
        return False
    assert tree(folder) != before
    gone = run("remove", words[1])
    assert gone.exit_code == 0, (words, gone.stderr)
    after = tree(folder)
    wrong = differences(after, before)
    assert not wrong, (words, sorted(wrong), gone.stdout, wrong)
    assert _folders(folder) == folders
    return True


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_remove_restores_the_state_before_task(chunk: int, sample: Path, run: Run) -> None:
    pick, accepted, tried = random.Random(chunk), 0, 0
    while accepted < EXAMPLES:
        accepted += _round_trip(sample, task_options(pick), run)
        tried += 1
        assert tried < 2 * EXAMPLES, "most of the command lines have to be accepted"


# --- other line endings, parts alone


@pytest.mark.parametrize("how", ["crlf", "no last newline"])
def test_other_line_endings_come_back_too(how: str, sample: Path, run: Run) -> None:
    rewrite_line_ends(sample, how)
    pick, accepted = random.Random(how), 0
    while accepted < 12:
        accepted += _round_trip(sample, task_options(pick), run)


# Each task with arguments that its program accepts.
SCHEDULED = {
    "dor-import": "--schedule-arg=--all",
    "fineos-bucket-tool": "--schedule-arg=--copy_dir=a --schedule-arg=--to_dir=b",
    "reductions-process-agency-data": "--schedule-arg=--steps=import",
}
SCHEDULES_ALONE = [
    f"schedule {task} 'rate(1 day)' --schedule-name mine {arguments}{toggle}"
    for task, arguments in SCHEDULED.items()
    for toggle in ("", " --toggle --enable-in test")
]
# The bucket tool requires arguments, and a trigger passes none.
TRIGGERS_ALONE = [
    f"trigger {task} --s3-bucket reports --s3-prefix mine/{toggle}"
    for task in ("dor-import", "reductions-process-agency-data")
    for toggle in ("", " --toggle --enable-in prod")
]


@pytest.mark.parametrize("add", [*SCHEDULES_ALONE, *TRIGGERS_ALONE])
def test_a_single_part_is_added_and_removed(add: str, sample: Path, run: Run) -> None:
    kind, task = add.split()[:2]
    remove = f"un{kind} {task} {'mine' if kind == 'schedule' else 'reports'}"
    before = tree(sample)
    assert run(add).exit_code == 0 and tree(sample) != before
    gone = run(remove)
    assert gone.exit_code == 0, gone.stderr
    assert tree(sample) == before


@pytest.mark.parametrize("gate", ["var.a ? 1 : 0", "(var.a || var.b) ? 1 : 0", "var.a || var.b ? 1 : 0", "", "1"])
@pytest.mark.parametrize("toggle", ["", "--toggle", "--toggle a"])
def test_the_notification_gets_its_old_gate_back(gate: str, toggle: str, sample: Path, run: Run) -> None:
    file, variables = sample / f"{TEMPLATE}/s3_subscriptions.tf", sample / f"{TEMPLATE}/variables.tf"
    file.write_text(re.sub(r"  count  = .*\n", f"  count  = {gate}\n" if gate else "", file.read_text()))
    for name in "ab":
        with variables.open("a") as stream:
            stream.write(f'\nvariable "{name}" {{\n  type    = bool\n  default = false\n}}\n')
    with (sample / f"{TEMPLATE}/other.tf").open("a") as stream:
        stream.write("locals {\n  uses = [var.a, var.b]\n}\n")
    before = tree(sample)
    assert run(f"task my-new-task --s3-bucket agency_transfer --s3-prefix mine/ {toggle}").exit_code == 0
    assert run("remove my-new-task").exit_code == 0
    assert tree(sample) == before


# --- hand-written and edited parts


def test_edited_code_is_kept_and_listed(sample: Path, run: Run) -> None:
    assert run("task my-new-task --db").exit_code == 0
    module = sample / "api/massgov/pfml/tasks/my_new_task.py"
    module.write_text(module.read_text().replace("Starting", "Beginning"))
    result = run("remove my-new-task")
    assert "keep  api/massgov/pfml/tasks/my_new_task.py:9" in result.stdout and "edited since" in result.stdout
    assert module.exists() and (sample / "api/tests/tasks/test_my_new_task.py").exists()
    assert "my-new-task" not in (sample / "api/pyproject.toml").read_text()


def test_an_edited_test_is_kept_and_listed(sample: Path, run: Run) -> None:
    assert run("task my-new-task").exit_code == 0
    test = sample / "api/tests/tasks/test_my_new_task.py"
    test.write_text(test.read_text() + "\n\ndef test_more():\n    pass\n")
    assert run("remove my-new-task").exit_code == 0
    assert "def test_run" not in test.read_text() and "def test_more" in test.read_text()


@pytest.mark.parametrize("use", ["run()", "assert run"])
@pytest.mark.parametrize("module", ["massgov.pfml.tasks.my_new_task", "massgov.pfml.dor.mock.generate"])
def test_code_that_hand_written_tests_use_is_kept(module: str, use: str, sample: Path, run: Run) -> None:
    assert run(f"task my-new-task --module {module} --function start").exit_code == 0
    test = sample / f"api/tests/{module.removeprefix('massgov.pfml.').replace('.', '/')}"
    test = test.with_name(f"test_{test.name}.py")
    test.write_text(test.read_text() + f"\n\ndef test_more():\n    {use}\n")
    path = test.relative_to(sample).as_posix()
    assert f"still used ({path}:" in run("remove my-new-task").stdout
    text = (sample / f"api/{module.replace('.', '/')}.py").read_text()
    assert "def start" in text and "def test_run" in test.read_text()


def test_code_that_another_module_imports_is_kept(sample: Path, run: Run) -> None:
    assert run("task my-new-task").exit_code == 0
    other = sample / "api/massgov/pfml/other.py"
    other.write_text("from massgov.pfml.tasks import my_new_task\n")
    assert "still used (api/massgov/pfml/other.py:1)" in run("remove my-new-task").stdout
    assert (sample / "api/massgov/pfml/tasks/my_new_task.py").exists()


def test_a_task_that_a_step_function_starts_is_kept_with_its_place(sample: Path, run: Run) -> None:
    assert run("task my-new-task --task-role new --schedule 'rate(1 day)'").exit_code == 0
    states = sample / f"{TEMPLATE}/step_function/etl.json"
    states.parent.mkdir()
    states.write_text('{"Next": "my-new-task",\n "TaskDefinition": "pfml-api-${environment_name}-my-new-task"}\n')
    result = run("remove my-new-task")
    place = f"{TEMPLATE}/step_function/etl.json:2"
    assert f"task definition: still used ({place})" in result.stdout
    assert '"my-new-task" = {' in (sample / TASKS).read_text()
    assert "my_new_task_task_role" in (sample / f"{TEMPLATE}/iam.tf").read_text()
    assert "my_new_task_scheduler" not in (sample / f"{TEMPLATE}/cloudwatch.tf").read_text()


def test_the_patch_is_what_git_applies(sample: Path, run: Run) -> None:
    before = tree(sample)
    assert run("task my-new-task --db --schedule 'rate(1 day)'").exit_code == 0
    patch = run("remove my-new-task --dry-run --format patch").stdout_bytes
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], input=patch, cwd=sample, check=True)
    assert tree(sample) == before


def _names(sample: Path) -> list[str]:
    return task_names(Folder.of(Checkout(sample)))


def _removed_cleanly(folder: Path, name: str, run: Run) -> str:
    """Remove a task, check what is left, and restore everything."""
    before, unresolved = tree(folder), unresolved_references(Checkout(folder))
    result = run("remove", name)
    assert result.exit_code == 0, (name, result.stderr)
    after = tree(folder)
    different = [path for path in changed(before, after) if path.endswith(".tf")]
    for path in different:
        hashicorp_parses(after[path])
    assert unresolved_references(Checkout(folder)) <= unresolved, name
    worse = unformatted(*(folder / path for path in different))
    restore(folder, before)
    assert worse <= unformatted(*(path for path in worse if path.exists())), (name, worse)
    return result.stdout


@pytest.mark.parametrize(
    "name", ["load-employers-to-fineos", "dor-import", "fineos-bucket-tool", "reductions-process-agency-data"]
)
def test_a_hand_written_task_is_removed_unless_something_uses_it(name: str, sample: Path, run: Run) -> None:
    output = _removed_cleanly(sample, name, run)
    assert "entrypoint: edited since it was generated, or written by hand" in output
    assert run("remove", name).exit_code == 0
    assert name not in _names(sample)
    assert f'"{name}"' not in (sample / "infra/modules/alarms_api/alarms-aws.tf").read_text()


@pytest.mark.real
def test_every_task_of_a_real_checkout_can_be_removed(real_checkout: Path, tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "checkout"
    for part in ("api", "infra"):
        shutil.copytree(real_checkout / part, folder / part, symlinks=True)
    for task in all_tasks(Folder.of(Checkout(folder))):
        _removed_cleanly(folder, task.key, lambda *words: run(*words, "--repo", str(folder)))
