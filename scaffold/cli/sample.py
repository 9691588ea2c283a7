"""The sample checkout that ships with the package."""

from __future__ import annotations

import shutil
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "sample"
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info", ".pytest_cache", ".mypy_cache")


def lay_out(folder: Path) -> None:
    """Copy the sample into a folder that does not exist yet. Raises OSError."""
    shutil.copytree(SAMPLE, folder, ignore=_LEFT_OUT)
