"""The sample checkout that ships with the package."""

from __future__ import annotations

import os
import shutil
from functools import partial
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "sample"
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info", ".pytest_cache", ".mypy_cache")


def lay_out(folder: Path) -> None:
    """Copy the sample into a folder that does not exist yet, or nothing. Raises OSError."""
    folder.mkdir(parents=True)
    try:
        _copy_into(folder, SAMPLE)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _copy_into(folder: Path, source: Path) -> None:
    names = os.listdir(source)
    for name in sorted(set(names) - _LEFT_OUT(str(source), names)):
        if (source / name).is_dir():
            (folder / name).mkdir()
            _copy_into(folder / name, source / name)
        else:
            _copy(source / name, folder / name)


def _copy(source: Path, target: Path) -> None:
    """Copy a file as the umask says, whatever the mode of the installed one; what can be executed still can."""
    mode = 0o777 if source.stat().st_mode & 0o100 else 0o666
    with open(target, "xb", opener=partial(os.open, mode=mode)) as stream:
        stream.write(source.read_bytes())
