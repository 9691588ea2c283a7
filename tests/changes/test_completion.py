"""`--db`, `--args` and a trigger for a task that exists: what the tool wrote is completed, anything else is described."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.changes.parts.api import earlier
from scaffold.changes.parts.api.context import Origin, origin_of
from scaffold.spec.specs import TaskSpec
from tests.conftest import Run
from tests.helpers import tree

CODE, TEST = "api/massgov/pfml/tasks/my_task.py", "api/tests/tasks/test_my_task.py"
EXISTING = "--module massgov.pfml.dor.mock.generate --function start"
ALL = "--db --args --s3-bucket reports --s3-prefix mine/ --toggle"


def _run_tests(sample: Path, path: str) -> None:
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", path]
    ran = subprocess.run(words, cwd=sample / "api", capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("first", ["", "--db", "--args", "--db --args"])
def test_a_new_module_becomes_what_all_options_at_once_make(first: str, sample: Path, run: Run) -> None:
    before = tree(sample)
    assert run(f"task my-task --module massgov.pfml.tasks.my_task {ALL}").exit_code == 0
    made = tree(sample)
    assert run("remove my-task").exit_code == 0 and tree(sample) == before
    assert run(f"task my-task --module massgov.pfml.tasks.my_task {first}").exit_code == 0
    assert run(f"task my-task --module massgov.pfml.tasks.my_task {ALL}").exit_code == 0
    after = tree(sample)
    assert (after[CODE], after[TEST]) == (made[CODE], made[TEST])
    assert "Nothing to do" in run(f"task my-task --module massgov.pfml.tasks.my_task {ALL}").stdout
    _run_tests(sample, "tests/tasks/test_my_task.py")
    assert run("remove my-task").exit_code == 0 and tree(sample) == before


@pytest.mark.parametrize("more", ["--db", "--args", ALL])
def test_a_function_in_an_existing_module(more: str, sample: Path, run: Run) -> None:
    before = tree(sample)
    assert run(f"task my-task {EXISTING}").exit_code == 0
    assert run(f"task my-task {EXISTING} {more}").exit_code == 0
    assert "Nothing to do" in run(f"task my-task {EXISTING} {more}").stdout
    _run_tests(sample, "tests/dor")
    assert run("remove my-task").exit_code == 0 and tree(sample) == before


def test_edited_code_stays_and_the_output_says_what_to_write(sample: Path, run: Run) -> None:
    run("task my-task --module massgov.pfml.tasks.my_task")
    code = sample / CODE
    code.write_text(code.read_text().replace('"Starting"', '"Working"'))
    before = tree(sample)
    result = run("task my-task --module massgov.pfml.tasks.my_task --db --args")
    after = tree(sample)
    assert (after[CODE], after[TEST]) == (before[CODE], before[TEST])
    assert f"For --db, write `from massgov.pfml import db` at {CODE}:2 and `with db.session_scope(" in result.stderr
    assert f"For --args, write `import argparse` at {CODE}:1 and " in result.stderr


def test_a_worker_that_other_code_uses_keeps_its_parameters(sample: Path, run: Run) -> None:
    run("task my-task --module massgov.pfml.tasks.my_task")
    other = sample / "api/massgov/pfml/tasks/other.py"
    other.write_text("from massgov.pfml.tasks.my_task import run\n\nrun()\n")
    before = tree(sample)
    assert "For --db, write" in run("task my-task --module massgov.pfml.tasks.my_task --db").stderr
    assert tree(sample)[CODE] == before[CODE]


# --- what version 0.1.0 wrote


def _origin(options: str) -> Origin:
    spec = TaskSpec(
        name="my-task",
        module="massgov.pfml.tasks.my_task",
        description="Make a report",
        database="--db" in options,
        arguments="--args" in options,
    )
    return origin_of(spec, "run")._replace(earlier=True)


@pytest.fixture(params=["", "--db", "--args", "--db --args"])
def old(request: pytest.FixtureRequest, sample: Path, run: Run) -> str:
    """A task with the code and the test of version 0.1.0; its options."""
    options = f"--module massgov.pfml.tasks.my_task --description 'Make a report' {request.param}"
    run(f"task my-task {options}")
    (sample / CODE).write_text(earlier.module(_origin(options)))
    (sample / TEST).write_text(earlier.test_module(_origin(options)))
    return options


def test_an_older_task_is_removed(old: str, sample: Path, run: Run) -> None:
    assert "Nothing to do" in run(f"task my-task {old}").stdout
    assert run("remove my-task").exit_code == 0
    assert CODE not in tree(sample) and TEST not in tree(sample)


def test_an_older_task_keeps_its_form_under_a_new_name(old: str, sample: Path, run: Run) -> None:
    assert run("rename my-task your-task").exit_code == 0
    spec = TaskSpec(
        name="your-task",
        module="massgov.pfml.tasks.your_task",
        description="Make a report",
        database="--db" in old,
        arguments="--args" in old,
    )
    renamed = origin_of(spec, "run")._replace(earlier=True)
    after = tree(sample)
    assert after[CODE.replace("my_task", "your_task")].decode() == earlier.module(renamed)
    assert after[TEST.replace("my_task", "your_task")].decode() == earlier.test_module(renamed)
    assert run("remove your-task").exit_code == 0 and CODE.replace("my_task", "your_task") not in tree(sample)


def test_an_older_task_gets_more_in_the_new_form(old: str, sample: Path, run: Run) -> None:
    assert run(f"task my-task {old} {ALL}").exit_code == 0
    assert "def run(db_session: db.Session, path: str, args: argparse.Namespace)" in (sample / CODE).read_text()
    _run_tests(sample, "tests/tasks/test_my_task.py")
