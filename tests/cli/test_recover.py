"""After a crash: what reads is refused, what writes recovers first, `recover` does only that."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import click
import pytest

from scaffold.cli import completion
from scaffold.cli.main import main
from scaffold.files.transaction import commit as transaction
from scaffold.files.transaction.journal import Journal
from tests.conftest import Run
from tests.helpers import permissions_apply, tree

READERS = (
    "list",
    "list --format json",
    "list schedules",
    "task x-y-task --format patch",
    "show dor-import",
    "runbook dor-import --environment test --author a.b",
    "task x-y-task --dry-run",
    "schedule dor-import 'rate(1 day)' --dry-run",
    "trigger dor-import --s3-bucket agency_transfer --s3-prefix x/ --dry-run",
    "unschedule dor-import --dry-run",
    "untrigger dor-import --dry-run",
    "remove dor-import --dry-run",
    "rename dor-import dor-imports --dry-run --format json",
)
CHECKS = ("check", "check --format github", "check --fix --dry-run")
WRITERS = ("task x-y-task", "remove dor-import", "rename dor-import dor-imports", "check --fix")
ADVICE = "an earlier run was interrupted and may have left a part of its changes; run pfml-scaffold recover first"


def crash(run: Run, step: str) -> None:
    """Run `task crashed-task` in a process that ends before a step of its commit."""
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            setattr(transaction, step, lambda *_: os._exit(9))
            run("task crashed-task --schedule 'rate(1 day)'")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.fixture(params=["git", "state"])
def crashed(request: pytest.FixtureRequest, sample: Path, run: Run) -> Iterator[Path]:
    """A checkout with a part of the changes of a task; its journal is in a git directory or in the state folder."""
    if request.param == "git":
        (sample / ".git").mkdir()
        (sample / ".git/HEAD").write_text("ref: refs/heads/main\n")
    before = tree(sample)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "mark_complete", lambda _: os._exit(9))
        crash(run, "none")
    assert tree(sample) != before
    assert not list(sample.glob(".pfml-scaffold*"))
    yield sample
    run("recover --discard")


@pytest.mark.parametrize("command", [*READERS, *CHECKS])
def test_what_changes_nothing_is_refused(command: str, crashed: Path, run: Run) -> None:
    before = tree(crashed)
    result = run(command)
    assert (result.exit_code, result.stdout) == (2 if command in CHECKS else 1, "")
    assert result.stderr == f"error: {ADVICE}\n"
    assert run(f"{command} --repo .").stderr == f"error: {ADVICE.replace('recover', 'recover --repo .')}\n"
    assert tree(crashed) == before


@pytest.mark.parametrize("command", WRITERS)
def test_what_changes_the_checkout_recovers_first(command: str, crashed: Path, run: Run) -> None:
    result = run(command)
    assert "An earlier run was interrupted before it was complete; put back " in result.stderr
    assert "crashed-task" not in run("list").stdout
    assert run("recover").stdout == "Nothing to recover.\n"


def test_recover(crashed: Path, run: Run) -> None:
    result = run("recover")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("An earlier run was interrupted before it was complete; put back ")
    assert not [path for path in tree(crashed) if "crashed" in path or "pfml-scaffold" in path]
    assert run("recover").stdout == "Nothing to recover.\n"
    assert run("list").exit_code == 0


def test_discard(crashed: Path, run: Run) -> None:
    before = tree(crashed)
    result = run("recover --discard")
    assert result.exit_code == 0
    assert "  infra/ecs-tasks/template/.tasks.tf.pfml-scaffold-old: a file before the change" in result.stdout
    assert tree(crashed) == before
    assert "crashed-task" in run("list").stdout
    assert run("recover --discard").stdout == "Nothing to discard.\n"
    assert "is in the way" in run("task x-y-task").stderr


def test_completion_is_silent(crashed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert "dor-import" in completion.tasks(click.Context(main), main.params[0], "dor")
    assert capfd.readouterr() == ("", "")


def test_a_step_before_anything_changed(sample: Path, run: Run) -> None:
    before = tree(sample)
    crash(run, "_prepare")
    assert run("list").stderr == f"error: {ADVICE}\n"
    assert run("recover").stdout == "An earlier run was interrupted before it was complete; removed its leftovers.\n"
    assert tree(sample) == before


@pytest.mark.parametrize("state", ["", "-new", "-complete"])
@pytest.mark.parametrize("command", ["list", "check", "task x-y-task", "recover", "task x-y-task --dry-run"])
def test_a_journal_that_a_repository_brings(state: str, command: str, sample: Path, run: Run) -> None:
    """It is not acted on, does not block anything, and the message says what to do."""
    victim = sample / "api/pyproject.toml"
    entry = ["api/pyproject.toml", None, sha256(victim.read_bytes()).hexdigest()]
    name = f".pfml-scaffold-journal{state}"
    (sample / name).write_text(json.dumps({"files": [entry, [".git/HEAD", None, entry[2]]], "made": []}))
    result = run(command)
    advice = "is ignored, because it may come from somebody else. Look at git status, then delete it."
    assert (result.exit_code, f"warning: {name} {advice}\n" in result.stderr) == (0, True)
    assert victim.exists() and (sample / name).exists()


def test_an_undo_that_is_not_permitted(crashed: Path, run: Run) -> None:
    """The message says what to do, and the checkout can be used again without it."""
    folder = crashed / "infra/ecs-tasks/template"
    folder.chmod(0o555)
    with permissions_apply():
        result = run("recover")
        again = run("task x-y-task")
    folder.chmod(0o755)
    assert result.exit_code == again.exit_code == 1
    assert "cleaning up after it failed: infra/ecs-tasks/template/" in result.stderr
    assert "then run pfml-scaffold recover (with --discard to leave everything as it is)" in result.stderr
    assert again.stderr == result.stderr
    assert run("recover").stdout.startswith("An earlier run was interrupted before it was complete; put back ")


def test_a_copy_of_a_crashed_checkout(crashed: Path, tmp_path: Path, run: Run) -> None:
    """The git directory goes with it, and so does the journal."""
    shutil.copytree(crashed, tmp_path / "copy", symlinks=True)
    result = run(f"recover --repo {tmp_path / 'copy'}")
    assert ("put back" in result.stdout) == (crashed / ".git").exists()
