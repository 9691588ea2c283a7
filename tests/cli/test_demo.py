"""`demo`: the sample checkout and its repository, or nothing."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from scaffold.cli import sample as sample_module
from tests.conftest import Run


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_demo_follows_the_umask(umask: int, tmp_path: Path) -> None:
    previous = os.umask(umask)
    try:
        sample_module.lay_out(tmp_path / "a/sample")
    finally:
        os.umask(previous)
    for path in (tmp_path / "a").rglob("*"):
        executable = path.is_dir() or path.suffix == ".sh"
        assert stat.S_IMODE(path.stat().st_mode) == (0o777 if executable else 0o666) & ~umask, path


def test_demo_is_whole_or_not_there(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    real, count = sample_module._copy, list[Path]()

    def fails(source: Path, target: Path) -> None:
        count.append(target)
        if len(count) > 20:
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(sample_module, "_copy", fails)
    result = run(f"demo {tmp_path / 'sample'}")
    assert result.exit_code == 1 and "No space left on device" in result.stderr
    assert not (tmp_path / "sample").exists()


def _git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("inside", [False, True])
def test_demo_is_a_repository_with_one_commit_whatever_git_is_told(
    inside: bool, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the user's configuration nor the repository around it matters."""
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "pre-commit").write_text("#!/bin/sh\nexit 1\n")
    (hooks / "pre-commit").chmod(0o755)
    configuration = tmp_path / "gitconfig"
    configuration.write_text(
        "[commit]\ngpgSign = true\n[user]\nuseConfigOnly = true\n[init]\ndefaultBranch = trunk\n"
        f"templateDir = {tmp_path}\n[core]\nhooksPath = {hooks}\nexcludesFile = {tmp_path / 'ignored'}\n"
    )
    (tmp_path / "ignored").write_text("*\n")
    if inside:
        _git(tmp_path, "init", "--quiet")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(configuration))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    result = run(f"demo {tmp_path / 'sample'}")
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    assert (result.exit_code, result.stderr) == (0, "")
    assert _git(tmp_path / "sample", "log", "--format=%s %D") == "The sample checkout HEAD -> main\n"
    assert _git(tmp_path / "sample", "status", "--short", "--ignored") == ""
    assert "bin/run-ecs-task/run-task.sh" in _git(tmp_path / "sample", "ls-files")


@pytest.mark.parametrize(
    ("git", "problem"),
    [
        (None, "git is not installed"),
        ("#!/nowhere/sh\n", "git is not installed"),
        ('#!/bin/sh\n[ "$*" = "${*% commit *}" ] || { echo "fatal: disk full" >&2; exit 128; }\nmkdir -p .git\n', "git commit failed: fatal: disk full"),
    ],
)  # fmt: skip
def test_demo_without_a_working_git(
    git: str | None, problem: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    if git:
        (tmp_path / "bin/git").write_text(git)
        (tmp_path / "bin/git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/nowhere")
    mkdir = shutil.which("mkdir", path="/bin:/usr/bin")
    assert mkdir
    (tmp_path / "bin/mkdir").symlink_to(mkdir)
    result = run(f"demo {tmp_path / 'sample'}")
    assert result.exit_code == 0
    assert result.stderr == f"warning: the sample is not a Git repository: {problem}.\n"
    assert (tmp_path / "sample/api/pyproject.toml").exists() and not (tmp_path / "sample/.git").exists()


def test_demo_that_is_interrupted_leaves_nothing(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(folder: Path) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(sample_module, "commit", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sample_module.create(tmp_path / "sample")
    assert not (tmp_path / "sample").exists()
