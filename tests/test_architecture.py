"""The packages of `scaffold`: their imports, and unique class names."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import scaffold

ROOT = Path(__file__).parents[1]
PACKAGE = Path(scaffold.__file__).parent
# A top-level module next to the packages needs a reason.
MODULES_WITHOUT_A_ROOM = {"__init__", "__main__", "errors"}


def test_the_contracts_of_pyproject_hold() -> None:
    """Imports only go down and have no cycles, including those for types and inside functions."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_no_two_public_classes_have_the_same_name() -> None:
    paths = [path for path in PACKAGE.rglob("*.py") if not path.is_relative_to(PACKAGE / "sample")]
    nodes = [node for path in paths for node in ast.parse(path.read_text()).body]
    names = Counter(node.name for node in nodes if isinstance(node, ast.ClassDef) and not node.name.startswith("_"))
    assert len(names) > 50
    assert [name for name, count in names.items() if count > 1] == []


def test_modules_are_in_rooms() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} == MODULES_WITHOUT_A_ROOM
