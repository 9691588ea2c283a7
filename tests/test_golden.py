"""tests/golden: one folder per case, with the command lines, their output, and the files that they change.

A case may bring files of its own in a folder `given`, which is laid over the sample checkout first. Its `plan` is what
Terraform would do after it (tests/plans).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.helpers import changed, fmt_differences, hashicorp_parses, tree

GOLDEN = Path(__file__).with_name("golden")
GIVEN = "given"
OTHER_FILES = {"command", "plan"}
CASES = sorted(path.name for path in GOLDEN.iterdir() if path.is_dir())


def commands(case: str) -> list[str]:
    lines = (GOLDEN / case / "command").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def lay_given(case: str, sample: Path) -> None:
    """Copy the files that a case brings over the sample checkout."""
    if (GOLDEN / case / GIVEN).is_dir():
        shutil.copytree(GOLDEN / case / GIVEN, sample, dirs_exist_ok=True)


def _outcome(case: str, sample: Path, run: Run) -> dict[str, bytes]:
    """The current result of a case: the files that changed in the checkout, and the output."""
    lay_given(case, sample)
    before = tree(sample)
    printed = []
    for line in commands(case):
        result = run(line.removeprefix("pfml-scaffold "))
        printed.append(f"$ {line}\n{result.output}" + (f"[exit {result.exit_code}]\n" if result.exit_code else ""))
    return changed(before, tree(sample)) | {"output": "\n".join(printed).encode()}


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str, sample: Path, run: Run, request: pytest.FixtureRequest) -> None:
    outcome = _outcome(case, sample, run)
    if request.config.getoption("--rewrite-golden"):
        _rewrite(GOLDEN / case, outcome)
    written = (path for path in tree(GOLDEN / case) if path not in OTHER_FILES and not path.startswith(f"{GIVEN}/"))
    expected = {path: (GOLDEN / case / path).read_bytes() for path in written}
    assert outcome == expected
    terraform = [sample / path for path in outcome if path.endswith(".tf")]
    for path in terraform:
        hashicorp_parses(path.read_bytes())
    assert not terraform or fmt_differences(*terraform) == ""


def _rewrite(folder: Path, outcome: dict[str, bytes]) -> None:
    for path in folder.iterdir():
        if path.is_dir() and path.name != GIVEN:
            shutil.rmtree(path)
    for name, data in outcome.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def test_every_part_has_a_case() -> None:
    outputs = "".join((GOLDEN / case / "output").read_text() for case in CASES)
    parts = (
        "entrypoint",
        "Poetry script",
        "task definition",
        "IAM role",
        "schedule",
        "alarm",
        "toggle",
        "S3 trigger",
        "test",
    )
    assert [part for part in parts if f"  {part}\n" not in outputs] == []
