"""The files of the tests of commits, and how to compare them."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scaffold.files.transaction.commit import CommitError, FileTarget, LeftoverError, commit

Snapshot = dict[str, tuple[int, bytes | str | None]]
JOURNAL = ".git/pfml-scaffold-journal"
NAMES = ("", "-new", "-complete")

BEFORE: dict[str, tuple[int, bytes]] = {
    "pyproject.toml": (0o640, b"[tool]\nno last newline"),
    "infra/main.tf": (0o644, b'a = "1"\r\nb = "2"\r\n'),
    "infra/real.tf": (0o755, b"behind a link\n"),
    "infra/empty.tf": (0o600, b""),
    "api/pkg/sub/__init__.py": (0o644, b""),
    "api/pkg/sub/old.py": (0o644, b"old\n"),
    "api/keep.py": (0o644, b"keep\n"),
    "untouched.bin": (0o444, bytes(range(256))),
}
TARGETS = [
    FileTarget("pyproject.toml", BEFORE["pyproject.toml"][1], b"[tool]\nstill no last newline"),
    FileTarget("infra/main.tf", BEFORE["infra/main.tf"][1], b'a = "1"\r\nc = "3"\r\nb = "2"\r\n'),
    FileTarget("link.tf", BEFORE["infra/real.tf"][1], b"changed behind the link\n"),
    FileTarget("infra/empty.tf", b"", b"\xff\x00" * 40_000),
    FileTarget("api/pkg/sub/__init__.py", b"", None),
    FileTarget("api/pkg/sub/old.py", b"old\n", None),
    FileTarget("new/deep/__init__.py", None, b""),
    FileTarget("new/deep/task.py", None, b"print()\n"),
    FileTarget("untouched.bin", BEFORE["untouched.bin"][1], BEFORE["untouched.bin"][1]),
]


def build(root: Path) -> Snapshot:
    for path, (mode, data) in BEFORE.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
        (root / path).chmod(mode)
    (root / "link.tf").symlink_to("infra/real.tf")
    return snapshot(root)


def snapshot(root: Path) -> Snapshot:
    """Everything outside of the git directory: names, kinds, modes, bytes, link targets."""
    seen: Snapshot = {}
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name != ".git"]
        for name in [*folders, *files]:
            path = Path(folder, name)
            mode = path.lstat().st_mode
            link = os.readlink(path) if stat.S_ISLNK(mode) else None
            data = path.read_bytes() if stat.S_ISREG(mode) else link
            seen[path.relative_to(root).as_posix()] = (mode, data)
    return seen


@contextmanager
def fresh() -> Iterator[Path]:
    """A git work tree, in memory if possible, because of thousands of fsyncs."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as name:
        root = Path(name).resolve()
        make_git_directory(root)
        yield root


def make_git_directory(root: Path) -> None:
    (root / ".git").mkdir()
    (root / ".git/HEAD").write_text("ref: refs/heads/main\n")


def without_directories(seen: Snapshot) -> Snapshot:
    return {path: entry for path, entry in seen.items() if not stat.S_ISDIR(entry[0])}


def left_over(root: Path) -> list[str]:
    journals = [path.relative_to(root).as_posix() for path in root.glob(".git/pfml-scaffold*")]
    return [path for path in [*snapshot(root), *journals] if "pfml-scaffold" in path]


def journal_of(root: Path) -> str | None:
    """How far the commit is whose journal is there."""
    found = [name for name in NAMES if (root / f"{JOURNAL}{name}").exists()]
    assert len(found) < 2, found
    return found[0] if found else None


def refused(root: Path, *targets: FileTarget) -> str:
    before = snapshot(root)
    with pytest.raises(CommitError) as caught:
        commit(root, targets)
    assert snapshot(root) == before
    assert not isinstance(caught.value, LeftoverError)
    return str(caught.value)
