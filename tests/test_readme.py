"""The examples in the README print what it says, one after the other in one sample checkout."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Run

ROOT = Path(__file__).parents[1]
EXAMPLE = re.compile(r"^```console\n\$ pfml-scaffold (.*)\n((?:.*\n)*?)```$", re.MULTILINE)


@pytest.mark.parametrize("page", ["README.md"])
def test_examples_print_what_the_page_says(page: str, sample: Path, run: Run) -> None:
    examples = EXAMPLE.findall((ROOT / page).read_text())
    assert examples
    for line, printed in examples:
        assert run(line).output == printed, line
