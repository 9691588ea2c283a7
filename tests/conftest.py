from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import settings

from scaffold.cli.main import main
from scaffold.cli.sample import lay_out

# How long an example takes says more about the machine than about the code.
settings.register_profile("default", deadline=None)
settings.load_profile("default")

Run = Callable[..., Result]
_MEMORY = "/dev/shm"
NO_BROWSER = "Chromium is not installed"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-golden", action="store_true", help="Write the current output to golden cases and pages."
    )


def pytest_configure() -> None:
    """Put temporary folders in memory if possible, since each command syncs its files to disk."""
    if os.access(_MEMORY, os.W_OK | os.X_OK):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", _MEMORY)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which tests did not run for want of a program."""
    skipped = [report for report in terminalreporter.getreports("skipped") if NO_BROWSER in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} tests of pages were skipped: {NO_BROWSER}.")


@pytest.fixture(scope="session", autouse=True)
def plain_output() -> Iterator[None]:
    """Nothing in the user's environment changes colors or widths."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where journals are kept for checkouts without git; not the user's own."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def sample_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, int]]:
    """The files of the sample checkout, each with its mode."""
    folder = tmp_path_factory.mktemp("sample") / "checkout"
    lay_out(folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mode) for path in files}


@pytest.fixture
def sample(sample_files: dict[str, tuple[bytes, int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new sample checkout, which is the working directory."""
    folder = tmp_path / "checkout"
    for place in {path.rpartition("/")[0] for path in sample_files}:
        os.makedirs(folder / place, exist_ok=True)
    for path, (data, mode) in sample_files.items():
        with open(os.path.join(folder, path), "xb", 0, opener=partial(os.open, mode=mode)) as stream:
            stream.write(data)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="session")
def run() -> Run:
    """Run a command line such as `task my-task --db`, or words. Internal errors are raised, not turned into
    messages.
    """

    def runner(*words: str, debug: bool = True) -> Result:
        arguments = shlex.split(words[0]) if len(words) == 1 else list(words)
        result = CliRunner(env={"PFML_SCAFFOLD_DEBUG": "1" if debug else None}).invoke(
            main, arguments, prog_name="pfml-scaffold"
        )
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return runner


@pytest.fixture(scope="session")
def real_checkout() -> Path:
    path = os.environ.get("PFML_CHECKOUT")
    if not path:
        pytest.skip("PFML_CHECKOUT is not set")
    return Path(path)
