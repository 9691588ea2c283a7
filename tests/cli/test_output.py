"""Outputs that fail: the command does its work all the same, and says what was written."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.files.plan import Plan
from scaffold.files.transaction import commit
from scaffold.files.transaction.journal import Journal
from scaffold.files.transaction.recovery import finish
from tests.conftest import Run
from tests.helpers import restore, tree

PROGRAM = [sys.executable, "-c", "from scaffold.cli.main import run; run()"]
WRITERS = (
    "task x-y-task",
    "task x-y-task --format json",
    "task x-y-task --format patch",
    "task x-y-task --format markdown",
)
READERS = (
    "list",
    "check",
    "runbook dor-import --environment test --author a.b",
    "completion bash",
    "--help",
)
PATCH = "Nothing was written: --format patch only shows the changes. Apply them with git apply."
FULL = "the output could not be written: No space left on device."


def shell(command: str, redirection: str, **environment: str) -> tuple[int, str]:
    """The exit status of the command, and what is on standard error."""
    program = " ".join(shlex.quote(word) for word in PROGRAM)
    script = f"{program} {command} {redirection}; exit ${{PIPESTATUS[0]}}"
    result = subprocess.run(
        ["bash", "-c", script], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    return result.returncode, result.stderr


@pytest.mark.parametrize("command", WRITERS)
def test_what_writes(command: str, sample: Path, run: Run) -> None:
    before = tree(sample)
    assert run(command).exit_code == 0
    after = tree(sample)
    for redirection, status, message in (
        (">/dev/full", 3, f"error: everything was written, but {FULL}"),
        (">/dev/full 2>/dev/full", 3, ""),
        (">&- 2>&- <&-", 0, ""),
        ("| head -0", 0, ""),
    ):
        restore(sample, before)
        if after == before:
            message = message.replace("everything was written, but ", "")
        actual, error = shell(command, redirection)
        assert (actual, tree(sample) == after) == (status, True), (redirection, error)
        lines = [line for line in error.splitlines() if line != PATCH and not line.startswith("warning: ")]
        assert lines == ([message] if message else []), redirection


@pytest.mark.parametrize("command", READERS)
def test_what_only_reads(command: str, sample: Path) -> None:
    before = tree(sample)
    assert shell(command, ">/dev/full") == (3, f"error: {FULL}\n")
    for redirection in (">&-", "| head -0"):
        assert shell(command, redirection) == (0, ""), redirection
    assert tree(sample) == before


def test_an_error_keeps_its_status(sample: Path) -> None:
    assert shell("task Bad_Name", "2>/dev/full") == (1, "")
    assert shell("task Bad_Name", "2>&-") == (1, "")
    assert shell("list --repo nowhere", ">/dev/full 2>&-") == (1, "")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1:strict", "utf-16"])
@pytest.mark.parametrize("format", ["text", "json", "patch", "markdown"])
def test_an_encoding_that_cannot_say_a_word(encoding: str, format: str, sample: Path) -> None:
    words = ["task", "x-y-task", "--env-var", "NAME=\u00e9\u2026\u201c\U0001f600\u0416", "--format", format]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    result = subprocess.run([*PROGRAM, *words], env=environment, capture_output=True, check=False)
    assert result.returncode == 0
    assert result.stderr.decode(encoding.partition(":")[0]) == (f"{PATCH}\n" if format == "patch" else "")
    assert (sample / "api/massgov/pfml/tasks/x_y_task.py").exists() == (format != "patch")
    if format == "json":
        changes = json.loads(result.stdout.decode(encoding.partition(":")[0]))["changes"]
        assert any("\u00e9\u2026\u201c\U0001f600\u0416" in change["text"] for change in changes)


def test_a_descriptor_that_is_closed_is_not_taken_by_a_file(sample: Path) -> None:
    """Else what is printed would end in the first file that is opened."""
    for closed in ("2>&-", "<&- >&- 2>&-"):
        before = tree(sample)
        assert shell("list --repo nowhere", closed)[0] == 1
        assert shell("list", closed)[0] == 0
        assert tree(sample) == before


@pytest.mark.parametrize("error", [RuntimeError("oops"), OSError(28, "oops"), KeyboardInterrupt()])
@pytest.mark.parametrize("before", [True, False])
def test_an_error_of_our_own(
    error: BaseException, before: bool, sample: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message does not say that nothing was written if something was."""

    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr("scaffold.cli.write.write" if before else "scaffold.cli.console.show", fails)
    monkeypatch.delenv("PFML_SCAFFOLD_DEBUG", raising=False)
    result = run("task", "x-y-task", debug=False)
    assert (sample / "api/massgov/pfml/tasks/x_y_task.py").exists() == (not before)
    assert result.exit_code == (3 if not before else 130 if isinstance(error, KeyboardInterrupt) else 1)
    if isinstance(error, KeyboardInterrupt):
        assert ("everything was written, but the command was interrupted" in result.stderr) == (not before)
    else:
        done = "nothing was written" if before else "everything was written"
        assert f"internal error in pfml-scaffold, {done}: {type(error).__name__}: " in result.stderr


@pytest.mark.parametrize(("name", "format"), [("diff", "patch"), ("changes", "text"), ("changes", "json")])
def test_what_is_printed_is_made_before_the_write(
    name: str, format: str, sample: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(sample)
    monkeypatch.setattr(Plan, name, lambda _: 1 / 0)
    result = run("task", "x-y-task", f"--format={format}", debug=False)
    assert "internal error in pfml-scaffold, nothing was written: ZeroDivisionError" in result.stderr
    assert tree(sample) == before


def test_an_interrupt_in_the_commit(sample: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It arrives after the commit was complete."""

    def interrupted(journal: Journal) -> list[str]:
        signal.raise_signal(signal.SIGINT)
        return finish(journal)

    monkeypatch.setattr(commit, "finish", interrupted)
    result = run("task x-y-task")
    assert (result.exit_code, result.stderr) == (3, "error: everything was written, but the command was interrupted\n")
    assert (sample / "api/massgov/pfml/tasks/x_y_task.py").exists()
