"""The sample checkout that ships with the package, and its first commit in Git."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "sample"
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info", ".pytest_cache", ".mypy_cache")
_SECONDS = 60
# Whatever the user's configuration says: it is not read, and no hook runs.
_GIT = (
    *("git", "-c", "user.name=pfml-scaffold", "-c", "user.email=pfml-scaffold@localhost", "-c", "commit.gpgSign=false"),
    *("-c", "init.defaultBranch=main", "-c", f"core.hooksPath={os.devnull}", "-c", "core.autocrlf=false"),
    *("-c", f"core.excludesFile={os.devnull}"),
)
_COMMANDS = (
    ("init", "--quiet", "--template="),
    ("add", "--all"),
    ("commit", "--quiet", "--no-verify", "--message=The sample checkout"),
)


def create(folder: Path) -> str:
    """Create the sample in a folder that does not exist yet, as a Git repository with one commit, or nothing.

    Returns why it is not a repository, "" if it is one. Raises OSError.
    """
    lay_out(folder)
    with _nothing_left(folder):
        return commit(folder)


def lay_out(folder: Path) -> None:
    """Copy the sample into a folder that does not exist yet, or nothing. Raises OSError."""
    folder.mkdir(parents=True)
    with _nothing_left(folder):
        _copy_into(folder, SAMPLE)


@contextmanager
def _nothing_left(folder: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def commit(folder: Path) -> str:
    """Make a folder a Git repository with one commit of all its files. Returns why it is left without one, or ""."""
    problem = _problem(folder)
    if problem:
        shutil.rmtree(folder / ".git", ignore_errors=True)
    return problem


def _problem(folder: Path) -> str:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    variables |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
    try:
        for words in _COMMANDS:
            subprocess.run(
                [*_GIT, *words],
                cwd=folder,
                env=variables,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=True,
            )
    except FileNotFoundError:
        return "git is not installed"
    except OSError as error:
        return f"git cannot be run: {error.strerror}"
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode("utf-8", "replace").strip().splitlines()
        return f"git {error.cmd[len(_GIT)]} failed{f': {reason[-1]}' if reason else ''}"
    except subprocess.TimeoutExpired:
        return f"git took longer than {_SECONDS} seconds"
    return ""


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
