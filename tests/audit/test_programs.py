from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.audit.facts.tasks.programs import is_other_program, tools
from scaffold.files.checkout import Checkout


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("dor-import", False),
        ("dor_import", False),
        ("pytest", True),
        ("pytest-watch", True),
        ("flake8_alfred", True),
        ("pytestwatch", False),
        ("python3.9", True),
        ("sh", True),
        ("./bin/x", True),
        ("-c", True),
        ("a b", True),
        ("x=1", True),
    ],
)
def test_programs_that_are_not_scripts_of_the_project(word: str, other: bool, sample: Path) -> None:
    assert is_other_program(word, tools(Checkout(sample))) is other


def test_dependencies_of_groups_count(sample: Path) -> None:
    path = sample / "api/pyproject.toml"
    path.write_text(path.read_text() + '\n[tool.poetry.group.test.dependencies]\nMy_Tool = "*"\n')
    assert is_other_program("my-tool-run", tools(Checkout(sample)))


def test_a_file_that_does_not_parse_has_none(sample: Path) -> None:
    (sample / "api/pyproject.toml").write_text("[")
    assert tools(Checkout(sample)) == frozenset()
