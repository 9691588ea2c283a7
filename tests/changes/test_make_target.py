"""The Makefile target: how it is written, and when it is removed or renamed."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.files.layout import MAKEFILE
from tests.conftest import Run
from tests.helpers import differences, tree

VARIABLES = "PY_RUN_CMD := $(RUN_CMD) poetry run\nDECODE_LOG := 2>&1 | cat\n"
TARGET = "dor-import:\n\t$(PY_RUN_CMD) dor-import --all $(args) $(DECODE_LOG)\n"
ADD = "task dor-export --makefile"
WRITTEN = {
    "all variables": (f"{VARIABLES}\n{TARGET}", "dor-export:\n\t$(PY_RUN_CMD) dor-export $(args) $(DECODE_LOG)\n"),
    "no arguments": (f"{VARIABLES}\nx:\n\ttrue\n", "dor-export:\n\t$(PY_RUN_CMD) dor-export $(DECODE_LOG)\n"),
    "no variables": ("x:\n\ttrue\n", "dor-export:\n\tpoetry run dor-export\n"),
    "empty": ("", "dor-export:\n\tpoetry run dor-export\n"),
    "no last line break": ("x:\n\ttrue", "dor-export:\n\tpoetry run dor-export"),
    "before another": (
        f"{VARIABLES}\n{TARGET}\n# Later\nx:\n\ttrue\n",
        "dor-export:\n\t$(PY_RUN_CMD) dor-export $(args) $(DECODE_LOG)\n\n# Later\nx:\n",
    ),
    "carriage returns": ("x:\r\n\ttrue\r\n", "dor-export:\r\n\tpoetry run dor-export\r\n"),
    "not UTF-8": ("# caf\udce9\nx:\n\ttrue\n", "dor-export:\n\tpoetry run dor-export\n"),
}


def _write(sample: Path, text: str) -> None:
    (sample / MAKEFILE).write_bytes(text.encode("utf-8", "surrogateescape"))


def _text(sample: Path) -> str:
    return (sample / MAKEFILE).read_bytes().decode("utf-8", "surrogateescape")


@pytest.mark.parametrize("case", WRITTEN)
def test_what_is_written_and_removed_again(case: str, sample: Path, run: Run) -> None:
    text, expected = WRITTEN[case]
    _write(sample, text)
    before = tree(sample)
    result = run(ADD)
    assert result.exit_code == 0, result.output
    assert expected in _text(sample)
    assert "insert" not in run(ADD).stdout
    assert run("remove dor-export").exit_code == 0
    assert not differences(tree(sample), before)


@pytest.mark.parametrize(
    ("description", "help"),
    [
        ("Export it", "Export it"),
        ("Export it.", "Export it"),
        ("Costs $5 # and more", "Costs $5 # and more"),
        ("Ends in a \\", "Ends in a"),
    ],
)
def test_the_description_is_its_help(description: str, help: str, sample: Path, run: Run) -> None:
    assert run(*ADD.split(), "--description", description).exit_code == 0
    assert f"\n\ndor-export: ## {help}\n\t$(PY_RUN_CMD) dor-export" in _text(sample)


REMOVED = {
    "its form": ("fineos-bucket-tool:\n\t$(PY_RUN_CMD) fineos-bucket-tool $(DECODE_LOG)\n", True),
    "another name, variables and arguments": (
        'copy: ## Copy\n\t@A=b C="d e" poetry run fineos-bucket-tool --all\n',
        True,
    ),
    "a comment above": ("# Copies\nfineos-bucket-tool:\n\t$(PY_RUN_CMD) fineos-bucket-tool\n", True),
    "two lines": ("fineos-bucket-tool:\n\tmkdir -p x\n\t$(PY_RUN_CMD) fineos-bucket-tool\n", False),
    "two programs": ("fineos-bucket-tool:\n\t$(PY_RUN_CMD) fineos-bucket-tool && rm x\n", False),
    "prerequisites": ("fineos-bucket-tool: start\n\t$(PY_RUN_CMD) fineos-bucket-tool\n", False),
    "a condition": ("fineos-bucket-tool:\nifdef x\n\t$(PY_RUN_CMD) fineos-bucket-tool\nendif\n", False),
    "two rules": ("copy: x = 1\ncopy:\n\t$(PY_RUN_CMD) fineos-bucket-tool\n", False),
    "needed": ("copy:\n\t$(PY_RUN_CMD) fineos-bucket-tool\n\nall: copy\n", False),
    "made": ("copy:\n\t$(PY_RUN_CMD) fineos-bucket-tool\n\nall:\n\t$(MAKE) -s copy\n", False),
    "mentioned": ("copy:\n\t$(PY_RUN_CMD) fineos-bucket-tool\n\nall: ## After copy\n\techo copy\n", True),
    "another script": ("copy:\n\t$(PY_RUN_CMD) fineos-bucket-tool-2\n", None),
}


@pytest.mark.parametrize("case", REMOVED)
def test_which_targets_are_removed(case: str, sample: Path, run: Run) -> None:
    text, removed = REMOVED[case]
    _write(sample, f"{VARIABLES}\n{text}")
    result = run("remove fineos-bucket-tool --keep-code")
    assert result.exit_code == 0, result.output
    assert ("remove  api/Makefile" in result.stdout) is (removed is True)
    assert ("keep  api/Makefile" in result.stdout) is (removed is False)
    if removed is not True:
        assert _text(sample) == f"{VARIABLES}\n{text}"
    elif case != "mentioned":
        assert _text(sample) == VARIABLES


def test_phony_targets_are_removed_and_renamed(sample: Path, run: Run) -> None:
    text = f".PHONY: login fineos-bucket-tool test\n{VARIABLES}"
    _write(sample, f"{text}\nfineos-bucket-tool:\n\t$(PY_RUN_CMD) fineos-bucket-tool\n")
    assert run("rename fineos-bucket-tool fineos-bucket-copy").exit_code == 0
    new = text.replace("bucket-tool", "bucket-copy")
    assert _text(sample) == f"{new}\nfineos-bucket-copy:\n\t$(PY_RUN_CMD) fineos-bucket-copy\n"
    assert run("remove fineos-bucket-copy --keep-code").exit_code == 0
    assert _text(sample) == text.replace(" fineos-bucket-tool", "")


def test_a_name_that_is_taken(sample: Path, run: Run) -> None:
    _write(sample, f"{VARIABLES}\nfineos-bucket-tool:\n\t$(PY_RUN_CMD) fineos-bucket-tool\n\nfineos-copy:\n\ttrue\n")
    result = run("rename fineos-bucket-tool fineos-copy")
    assert result.exit_code == 1 and "a Makefile target has that name" in result.stderr


def test_without_a_makefile(sample: Path, run: Run) -> None:
    (sample / MAKEFILE).unlink()
    result = run(ADD)
    assert result.exit_code == 1
    assert result.stderr == "error: api/Makefile: --makefile: this checkout has no such file. Omit --makefile.\n"


def test_a_target_that_another_one_needs_is_listed_with_what_it_does_without_the_script(sample: Path, run: Run) -> None:
    text = f"{VARIABLES}\ncopy: fineos-bucket-tool\n\nfineos-bucket-tool:\n\t$(PY_RUN_CMD) fineos-bucket-tool\n"
    _write(sample, text)
    result = run("remove fineos-bucket-tool")
    assert "fineos-bucket-tool is still used, and fails without the script (api/Makefile:4)" in result.stdout
    assert _text(sample) == text
