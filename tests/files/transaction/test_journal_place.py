"""Where journals are, and whose."""

from __future__ import annotations

import json
import os
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from scaffold.files.transaction.commit import CommitError, FileTarget, check_finished, commit, discard, recover
from scaffold.files.transaction.journal_place import journal_paths, published_journals, writable_path
from tests.files.transaction.faults import half_done
from tests.files.transaction.files import JOURNAL, build, snapshot
from tests.helpers import permissions_apply

OTHER = 12345  # another user's number
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def git(folder: Path, *words: str) -> None:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    identity = ["-c", "user.name=x", "-c", "user.email=x@y", "-c", "protocol.file.allow=always"]
    subprocess.run(["git", *identity, *words], cwd=folder, env=environment, check=True, capture_output=True)


def repository(folder: Path) -> Path:
    folder.mkdir(parents=True)
    git(folder, "init", "-q")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")
    return folder


def test_a_work_tree_and_folders_in_it(tmp_path: Path) -> None:
    top = repository(tmp_path / "top")
    (top / "a/b").mkdir(parents=True)
    paths = [next(journal_paths(base)) for base in (top, top / "a", top / "a/b")]
    assert {path.parent for path in paths} == {top / ".git"}
    assert len(set(paths)) == 3
    assert paths[0].name == "pfml-scaffold-journal"


def test_a_linked_work_tree_and_a_submodule(tmp_path: Path) -> None:
    top = repository(tmp_path / "top")
    git(top, "worktree", "add", "-q", str(tmp_path / "linked"))
    git(top, "submodule", "add", "-q", str(repository(tmp_path / "other")), "sub")
    assert next(journal_paths(tmp_path / "linked")).parent == top / ".git/worktrees/linked"
    assert next(journal_paths(top / "sub")).parent == top / ".git/modules/sub"


@pytest.mark.parametrize(
    "text", ["", "gitdir: ", "gitdir: /nowhere", "gitdir: /", "nonsense", "\0", "gitdir: .\0", "x" * 9999]
)
def test_a_git_file_that_leads_nowhere(text: str, tmp_path: Path, state_folder: Path) -> None:
    (tmp_path / ".git").write_text(text)
    assert [path.parent for path in journal_paths(tmp_path)] == [state_folder.resolve() / "pfml-scaffold"]


@pytest.mark.parametrize("where", ["inside", "../outside"])
def test_a_git_file_that_leads_into_the_checkout_is_not_followed(where: str, tmp_path: Path) -> None:
    base = tmp_path / "checkout"
    base.mkdir()
    (base / where).mkdir()
    (base / where / "HEAD").write_text("ref: refs/heads/main\n")
    (base / ".git").write_text(f"gitdir: {where}\n")
    inside = [path for path in journal_paths(base) if base in path.parents]
    assert not inside
    assert next(journal_paths(base)).name != "pfml-scaffold-journal"  # it is of this checkout alone


@only_root
@pytest.mark.parametrize("path", [".git", ".git file", "git directory"])
def test_a_git_directory_of_somebody_else(path: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/nonexistent")
    root.chmod(0o755)
    if path != ".git":
        (root / ".git").rename(root / "outside")
        (root / "checkout").mkdir()
        (root / "checkout/.git").write_text("gitdir: ../outside\n")
    base = root if path == ".git" else root / "checkout"
    os.chown(root / "outside" if path == "git directory" else base / ".git", OTHER, OTHER)
    assert [place.parent for place in as_user(4321, lambda: list(journal_paths(base)))] == [
        Path("/nonexistent/pfml-scaffold")
    ]


def as_user(number: int, look):  # type: ignore[no-untyped-def]
    os.seteuid(number)
    try:
        return look()
    finally:
        os.seteuid(0)


def test_a_git_directory_that_is_read_only(root: Path, state_folder: Path) -> None:
    (root / ".git").chmod(0o555)
    with permissions_apply():
        assert writable_path(root).parent == state_folder.resolve() / "pfml-scaffold"
        commit(root, [FileTarget("a", None, b"x")])
    assert (root / "a").exists()


@pytest.mark.parametrize("state", ["relative", "", "{root}/state"])
def test_no_place(state: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / ".git").rename(root.with_name(f"{root.name}-git"))
    monkeypatch.setenv("XDG_STATE_HOME", state.replace("{root}", str(root)))
    monkeypatch.setenv("HOME", "relative" if state == "" else "/")
    with pytest.raises(
        CommitError, match=r"no place for a journal: .*; nothing was written; set XDG_STATE_HOME to a fol"
    ):
        commit(root, [FileTarget("a", None, b"x")])
    root.with_name(f"{root.name}-git").rename(root / ".git")
    assert not (root / "a").exists()


@only_root
def test_a_journal_of_another_user(root: Path) -> None:
    half_done(root)
    found = snapshot(root)
    root.chmod(0o755)
    os.chown(root / JOURNAL, OTHER, OTHER)
    os.chown(root / ".git", 4321, 4321)
    message = (
        "a run of another user was interrupted, whose journal is .*; run pfml-scaffold recover as that user, or look"
    )
    for action in (check_finished, recover, lambda root: commit(root, [FileTarget("x", None, b"")])):
        with pytest.raises(CommitError, match=message):
            as_user(4321, lambda action=action: action(root))
    assert snapshot(root) == found
    assert as_user(4321, lambda: discard(root)) is not None
    assert as_user(4321, lambda: recover(root)) is None


DIGEST = sha256(b"x").hexdigest()


@pytest.mark.parametrize(
    ("entries", "directories"),
    [
        ([[".git/HEAD", None, DIGEST]], []),
        ([["a/.GIT/x", None, DIGEST]], []),
        ([["link/x", None, DIGEST]], []),
        ([["out/x", None, DIGEST]], []),
        ([["a", None, None]], []),
        ([["a", "", DIGEST]], []),
        ([["a", DIGEST.upper(), DIGEST]], []),
        ([["a", 1, DIGEST]], []),
        ([["a", DIGEST]], []),
        ([[None, DIGEST, None]], []),
        ([["a", DIGEST, None], ["a", None, DIGEST]], []),
        ([["a/b", None, DIGEST]], ["infra"]),
        ([["a/b", None, DIGEST]], [1]),
        ([["a/b", None, DIGEST]], [".git"]),
    ],
)
def test_what_no_run_writes(entries: list[object], directories: list[object], root: Path) -> None:
    build(root)
    (root / "out").symlink_to("/tmp")
    (root / "link").symlink_to("infra")
    (root / JOURNAL).write_text(json.dumps({"files": entries, "made": directories}))
    found = snapshot(root)
    with pytest.raises(CommitError, match="is not a valid journal; look at git status, then run pfml-scaffold recover"):
        recover(root)
    assert snapshot(root) == found and (root / ".git/HEAD").exists()
    assert discard(root) == []
    assert recover(root) is None


@pytest.mark.parametrize("kind", ["fifo", "link", "folder", "huge"])
def test_a_journal_that_is_no_file(kind: str, root: Path) -> None:
    path = root / JOURNAL
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    else:
        os.truncate(os.open(path, os.O_WRONLY | os.O_CREAT), 2**40)
    with pytest.raises(CommitError, match="is not a valid journal"):
        recover(root)


def test_the_paths_of_published_journals(root: Path) -> None:
    assert published_journals(root) == []
    (root / ".pfml-scaffold-journal-complete").symlink_to("nowhere")
    assert published_journals(root) == [".pfml-scaffold-journal-complete"]
