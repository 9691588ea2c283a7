"""What a commit changes, and what it refuses."""

import errno
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scaffold.files.transaction.commit import CommitError, FileTarget, commit, recover
from tests.files.transaction.faults import (
    READING,
    check_recovery,
    killed,
    operations,
    raising,
)
from tests.files.transaction.files import (
    BEFORE,
    TARGETS,
    Snapshot,
    build,
    fresh,
    left_over,
    refused,
    snapshot,
    without_directories,
)


def test_a_commit_changes_creates_and_deletes(root: Path, after: Snapshot) -> None:
    before = build(root)
    commit(root, TARGETS)
    expected = {path: data for path, (_, data) in BEFORE.items()}
    expected |= {target.path: target.after for target in TARGETS if target.after is not None}
    expected["infra/real.tf"] = expected.pop("link.tf")
    gone = {target.path for target in TARGETS if target.after is None}
    files = {path: data for path, (mode, data) in snapshot(root).items() if stat.S_ISREG(mode)}
    assert files == {path: data for path, data in expected.items() if path not in gone}
    for path in set(before) & set(snapshot(root)):
        assert snapshot(root)[path][0] == before[path][0], path
    assert not (root / "api/pkg").exists() and (root / "api/keep.py").exists()
    assert os.readlink(root / "link.tf") == "infra/real.tf"
    assert recover(root) is None


def test_a_file_that_moves_keeps_its_mode(root: Path) -> None:
    build(root)
    file = root / "api/pkg/sub/old.py"
    file.chmod(0o750)
    commit(
        root,
        [
            FileTarget("api/pkg/sub/old.py", b"old\n", None),
            FileTarget("x/new.py", None, b"new\n", "api/pkg/sub/old.py"),
        ],
    )
    assert not file.exists() and (root / "x/new.py").read_bytes() == b"new\n"
    assert stat.S_IMODE((root / "x/new.py").stat().st_mode) == 0o750


def test_a_move_is_whole_or_not_at_all(root: Path) -> None:
    before = build(root)
    targets = [
        FileTarget("api/pkg/sub/old.py", b"old\n", None),
        FileTarget("x/new.py", None, b"new\n", "api/pkg/sub/old.py"),
    ]
    with pytest.raises(CommitError):
        commit(root, [*targets, FileTarget("api/keep.py", b"something else\n", b"")])
    assert snapshot(root) == before


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664), (0o000, 0o666)])
def test_new_files_and_folders_follow_the_umask(root: Path, umask: int, mode: int) -> None:
    previous = os.umask(umask)
    try:
        commit(root, [FileTarget("a/b", None, b"x")])
    finally:
        os.umask(previous)
    assert stat.S_IMODE((root / "a/b").stat().st_mode) == mode
    assert stat.S_IMODE((root / "a").stat().st_mode) == 0o777 & ~umask


def test_everything_is_flushed_before_it_is_relied_on(root: Path) -> None:
    """No test can cut the power, so check what is flushed to disk, and in which order."""
    build(root)
    calls = " ".join(operations(lambda: commit(root, TARGETS), READING))
    journal = "open open write fsync replace open fsync( mkdir)+"
    beside = "( open( chown chmod)? write fsync( link)?)+( open fsync)+"
    renames, commit_point = "( replace){8}( open fsync)+", " replace open fsync"
    assert re.fullmatch(f"{journal}{beside}{renames}{commit_point}( unlink| rmdir)+", calls), calls


def test_nothing_to_do_costs_nothing(root: Path) -> None:
    assert operations(lambda: commit(root, [FileTarget("absent", b"x", b"x")])) == []
    assert operations(lambda: recover(root)) == ["lstat", "lstat", "stat"] + ["lstat"] * 7


def test_an_owner_stays(root: Path) -> None:
    (root / "a").write_bytes(b"a")
    try:
        os.chown(root / "a", 1234, 2345)
    except PermissionError:
        pytest.skip("only root can give a file away")
    commit(root, [FileTarget("a", b"a", b"b")])
    assert ((root / "a").stat().st_uid, (root / "a").stat().st_gid) == (1234, 2345)


def test_a_dangling_link_inside_the_root_is_filled(root: Path) -> None:
    (root / "link").symlink_to("sub/real")
    commit(root, [FileTarget("link", None, b"x")])
    assert (root / "link").is_symlink() and (root / "sub/real").read_bytes() == b"x"


def test_a_file_system_without_hard_links_works(root: Path, after: Snapshot) -> None:
    before = build(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "link", lambda *_: raising(OSError(errno.EPERM, "no links here"))())
        calls = operations(lambda: commit(root, TARGETS), READING)
        assert snapshot(root) == after
    last = max(at for at, name in enumerate(calls) if name == "replace")
    with fresh() as other, pytest.MonkeyPatch.context() as patch:
        build(other)
        patch.setattr(os, "link", lambda *_: raising(OSError(errno.EPERM, "no links here"))())
        killed(lambda: commit(other, TARGETS), last)
        check_recovery(other, before, after)


# What it refuses


@pytest.mark.parametrize(
    "target",
    [
        FileTarget("a", b"other", b"x"),
        FileTarget("a", None, b"x"),
        FileTarget("gone", b"a", b"x"),
        FileTarget("gone", b"a", None),
    ],
)
def test_a_file_that_changed_since_it_was_read(root: Path, target: FileTarget) -> None:
    (root / "a").write_bytes(b"a")
    expected = f"{target.path} changed since it was read; nothing was written; run the command again"
    assert refused(root, FileTarget("first", None, b"1"), target) == expected


@pytest.mark.parametrize("path", ["", ".", "/etc/x", "../x", "a/../../x", "a/../b", "a\0b"])
def test_path_tricks(root: Path, path: str) -> None:
    assert "is not a path inside the checkout; nothing was written" in refused(root, FileTarget(path, None, b"x"))


def test_links_that_lead_out(root: Path) -> None:
    with fresh() as outside:
        (outside / "file").write_bytes(b"a")
        (root / "link").symlink_to(outside / "file")
        (root / "folder").symlink_to(outside)
        assert "link points outside the checkout" in refused(root, FileTarget("link", b"a", b"b"))
        assert "folder/x points outside the checkout" in refused(root, FileTarget("folder/x", None, b"b"))
        assert snapshot(outside).keys() == {"file"}


def test_a_link_is_not_deleted(root: Path) -> None:
    (root / "a").write_bytes(b"a")
    (root / "link").symlink_to("a")
    assert "link is a symbolic link" in refused(root, FileTarget("link", b"a", None))


def test_two_names_of_one_file(root: Path) -> None:
    (root / "a").write_bytes(b"a")
    (root / "link").symlink_to("a")
    assert "link would be written twice" in refused(root, FileTarget("a", b"a", b"b"), FileTarget("link", b"a", b"c"))


@pytest.mark.parametrize("place", ["sub/a", "sub", "."])
def test_read_only_places(root: Path, place: str) -> None:
    (root / "sub").mkdir()
    (root / "sub/a").write_bytes(b"a")
    mode = (root / place).stat().st_mode
    (root / place).chmod(mode & ~0o222)
    message = refused(root, FileTarget("sub/a", b"a", b"b"))
    (root / place).chmod(mode)
    assert message.startswith(f"{place} is read-only; nothing was written; make it writable (chmod u+w {place})")


@pytest.mark.parametrize("after", [b"x", None])
def test_a_directory_is_not_a_file(root: Path, after: bytes | None) -> None:
    (root / "sub").mkdir()
    assert refused(root, FileTarget("sub", b"a", after)).startswith("sub: Is a directory; nothing was written")


def test_a_file_is_not_a_directory(root: Path) -> None:
    (root / "a").write_bytes(b"a")
    message = refused(root, FileTarget("c", None, b"x"), FileTarget("a/b", None, b"x"))
    assert message.startswith("a is not a directory; nothing was written")


def test_a_backup_that_was_kept_is_not_overwritten(root: Path) -> None:
    (root / "a").write_bytes(b"a")
    (root / ".a.pfml-scaffold-old").write_bytes(b"precious")
    assert "is in the way" in refused(root, FileTarget("a", b"a", b"b"))


def test_a_missing_root(root: Path) -> None:
    with pytest.raises(CommitError, match="No such file"):
        commit(root / "absent", TARGETS)


@pytest.mark.parametrize("number", [0, 3, 7])
def test_a_file_that_changes_during_the_commit(root: Path, number: int) -> None:
    """The second check: somebody saves a file between the first check and its rename."""
    before = build(root)
    real, target = (
        os.replace,
        [target for target in TARGETS if target.before != target.after][number],
    )
    file = (root / target.path).resolve()
    looks: list[str] = []

    def replace(source: Any, place: Any) -> None:
        if not looks:
            looks.append("now")
            file.write_bytes(b"saved in an editor")
        real(source, place)

    # on the first replace: that of the journal
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", replace)
        if target.before is None:
            file.parent.mkdir(parents=True)
        with pytest.raises(CommitError) as caught:
            commit(root, TARGETS)
    assert f"{target.path.replace('link.tf', 'infra/real.tf')} changed since it was read" in str(caught.value)
    assert file.read_bytes() == b"saved in an editor"
    relative = file.relative_to(root).as_posix()
    now = snapshot(root)
    assert {path: now[path] for path in before if path != relative} == {
        path: before[path] for path in before if path != relative
    }
    assert left_over(root) == []


# Any set of changes

PATHS = ["a", "b.tf", "d/a", "d/e/a", "d/e/b", "f/g/h/a", "f/b", "ü/ a"]
CONTENT = st.none() | st.sampled_from([b"", b"\r\n", b"x\r\n\n\r", b"\xff\xfe\x00"]) | st.binary(max_size=20)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    files=st.dictionaries(st.sampled_from(PATHS), st.tuples(CONTENT, CONTENT), min_size=1),
    death=st.floats(0, 0.999),
    mode=st.sampled_from([0o644, 0o755, 0o600, 0o640]),
)
def test_any_creates_changes_and_deletes(
    files: dict[str, tuple[bytes | None, bytes | None]], death: float, mode: int
) -> None:
    def start(root: Path) -> Snapshot:
        for path, (data, _) in files.items():
            if data is not None:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_bytes(data)
                (root / path).chmod(mode)
        return snapshot(root)

    targets = [FileTarget(path, *pair) for path, pair in files.items()]
    with fresh() as root:
        before = start(root)
        calls = operations(lambda: commit(root, targets), READING)
        after = snapshot(root)
    contents = {path: data for path, (_, data) in without_directories(after).items()}
    assert contents == {path: data for path, (_, data) in files.items() if data is not None}
    kept = set(before) & set(after)
    assert {path: after[path][0] for path in kept} == {path: before[path][0] for path in kept}
    used = {parent.as_posix() for path in contents for parent in Path(path).parents}
    assert {path for path, (found, _) in after.items() if stat.S_ISDIR(found)} == used - {"."}
    if calls:
        with fresh() as root:
            start(root)
            killed(lambda: commit(root, targets), int(death * len(calls)))
            check_recovery(root, before, after)
