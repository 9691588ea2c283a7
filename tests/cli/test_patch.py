"""`--format patch` writes nothing, and `git apply` does with its output what the same command would have written."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.helpers import restore, tree

COMMANDS = (
    "task my-new-task --db --task-role new --schedule 'rate(1 day)' --toggle --enable-in test",
    "schedule dor-import 'rate(1 day)'",
    "trigger load-employers-to-fineos --s3-bucket agency_transfer --s3-prefix mine/",
    "remove dor-import",
    "change dor-import --cpu 4096 --memory 8192",
    "rename dor-import dor-imports",
    "unschedule reductions-process-agency-data",
    "untrigger dor-import",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_patch(command: str, sample: Path, run: Run) -> None:
    before = tree(sample)
    result = run(f"{command} --format patch")
    assert (result.exit_code, tree(sample)) == (0, before)
    assert "Nothing was written: --format patch" in result.stderr
    assert run(command).exit_code == 0
    after = tree(sample)
    restore(sample, before)
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], input=result.stdout_bytes, cwd=sample, check=True)
    assert tree(sample) == after


def test_with_dry_run_there_is_nothing_to_explain(sample: Path, run: Run) -> None:
    both = run("schedule dor-import 'rate(1 day)' --dry-run --format patch")
    alone = run("schedule dor-import 'rate(1 day)' --format patch")
    assert (both.stdout, "Nothing was written" in both.stderr) == (alone.stdout, False)


@pytest.mark.parametrize("format", ["json", "markdown"])
def test_the_other_formats_write(format: str, sample: Path, run: Run) -> None:
    before = tree(sample)
    assert run(f"task my-new-task --format {format}").exit_code == 0
    assert tree(sample) != before
