"""A commit is complete or has no effect, even if the system refuses any operation."""

import errno
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scaffold.files.transaction.commit import CommitError, FileTarget, LeftoverError, commit, recover
from tests.files.transaction.faults import (
    READING,
    all_operations,
    check_recovery,
    faults,
    raising,
)
from tests.files.transaction.files import (
    TARGETS,
    Snapshot,
    build,
    fresh,
    refused,
    snapshot,
    without_directories,
)

REASONS = [
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.EROFS, "Read-only file system"),
    PermissionError(errno.EACCES, "Permission denied"),
]


def check_failure(root: Path, before: Snapshot, after: Snapshot, error: BaseException | None, reason: str) -> None:
    """After a commit that may have failed; the fault is over."""
    now, message = snapshot(root), str(error)
    if error is None:
        # a directory that could not be removed, or a recheck that was not needed
        assert without_directories(now) == without_directories(after)
    elif isinstance(error, LeftoverError):
        assert reason in message and "everything was written" in message
        check_recovery(root, before, after)
        assert without_directories(snapshot(root)) == without_directories(after)
    elif isinstance(error, CommitError):
        assert re.search(rf"\S+: {reason}", message) or "interrupted" in message or "KeyboardInterrupt" in message, (
            message
        )
        if "then run pfml-scaffold recover" in message:
            check_recovery(root, before, after)
        else:
            assert "; nothing was written; " in message
        assert snapshot(root) == before
    else:
        assert isinstance(error, KeyboardInterrupt)
        check_recovery(root, before, after)


def attempt(root: Path) -> BaseException | None:
    try:
        commit(root, TARGETS)
    except (CommitError, KeyboardInterrupt) as error:
        return error
    return None


@pytest.mark.parametrize("reason", [*REASONS, KeyboardInterrupt()], ids=lambda reason: type(reason).__name__)
def test_an_error_at_every_operation(reason: BaseException, after: Snapshot) -> None:
    results = set()
    full = reason.args[:1] == (errno.ENOSPC,)
    spare = ("close",) if full else READING  # one reason is enough to see that reading may fail
    for at in range(len(all_operations(spare))):
        with fresh() as root:
            before = build(root)
            with faults(raising(reason), at=at, spare=spare):
                error = attempt(root)
            results.add(type(error))
            check_failure(root, before, after, error, getattr(reason, "strerror", None) or "interrupted")
    assert len(results) > 2 or isinstance(reason, KeyboardInterrupt)


def test_an_error_after_the_operation_was_done(after: Snapshot) -> None:
    """As on a network share: the operation was done, but its response is lost."""
    for at in range(20):
        with fresh() as root, pytest.MonkeyPatch.context() as patch:
            before, calls = build(root), list[Any]()
            real = os.replace

            def replace(source: Any, place: Any, calls: Any = calls, real: Any = real, at: int = at) -> None:
                real(source, place)
                calls.append(place)
                if len(calls) == at + 1:
                    raise OSError(errno.EIO, "Input/output error")

            patch.setattr(os, "replace", replace)
            error = attempt(root)
            if len(calls) <= at:
                break
            assert snapshot(root) == (after if error is None else before)
            assert recover(root) is None
    assert at == 10 and error is None


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: type(reason).__name__)
def test_a_disk_that_fails_for_good(reason: OSError, after: Snapshot) -> None:
    """Everything fails from one operation on, including the restore: the journal stays for the next run."""
    finished = 0
    total = len(all_operations(READING))
    for at in range(total):
        with fresh() as root:
            before = build(root)
            with faults(raising(reason), at=at, lasting=True, spare=READING):
                error = attempt(root)
            assert error is not None
            finished += "then run pfml-scaffold recover" in str(error)
            check_failure(root, before, after, error, str(reason.strerror))
    assert finished > 20


def test_a_disk_that_stays_full(after: Snapshot) -> None:
    """Files can still be renamed and removed, but not written: everything is restored immediately."""
    spare = (*READING, "replace", "unlink", "rmdir", "fsync", "open")
    for at in range(len(all_operations(spare))):
        with fresh() as root:
            before = build(root)
            with faults(raising(REASONS[0]), at=at, lasting=True, spare=spare):
                error = attempt(root)
            assert snapshot(root) == (before if error else after)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    options = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(place)]
    if shutil.which("mount") is None or subprocess.run(options, capture_output=True).returncode:
        pytest.skip("no file system may be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_real_full_disk(small_disk: Path) -> None:
    (small_disk / "a").write_bytes(b"a")
    (small_disk / "sub").mkdir()
    before = snapshot(small_disk)
    targets = [FileTarget("a", b"a", b"b" * 20_000), FileTarget("sub/b", None, b"b" * 60_000)]
    with pytest.raises(CommitError) as caught:
        commit(small_disk, targets)
    assert str(caught.value).startswith("sub/b: No space left on device; nothing was written")
    assert snapshot(small_disk) == before
    commit(small_disk, targets[:1])
    assert snapshot(small_disk)["a"][1] == b"b" * 20_000


def test_a_real_read_only_disk(small_disk: Path) -> None:
    (small_disk / "a").write_bytes(b"a")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert "is read-only; nothing was written" in refused(small_disk, FileTarget("a", b"a", b"b"))
