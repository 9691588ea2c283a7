"""Every call that reads or changes the file system can fail, or be the last one."""

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from scaffold.files.transaction import disk, recovery
from scaffold.files.transaction.commit import commit, recover
from tests.files.transaction.files import TARGETS, Snapshot, build, fresh, journal_of, snapshot


class Stream:
    """A file whose write can fail half-way."""

    def __init__(self, stream: Any, strike: Callable[..., None]) -> None:
        self.stream, self.strike = stream, strike

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *args: object) -> None:
        self.stream.close()

    def write(self, data: bytes) -> None:
        def half() -> None:
            self.stream.write(data[: len(data) // 2])
            self.stream.flush()

        self.strike("write", half)
        self.stream.seek(0)  # after a strike that raises nothing, such as a signal
        self.stream.write(data)

    def flush(self) -> None:
        self.stream.flush()

    def fileno(self) -> int:
        return int(self.stream.fileno())


MUTATING = ("open", "mkdir", "link", "replace", "unlink", "rmdir", "fsync", "chmod", "chown")
_MODULES = os.path.dirname(disk.__file__)
READING = ("listdir", "lstat", "stat", "close", "access", "read")


@contextmanager
def faults(
    strike: Callable[[], None], *, at: int, lasting: bool = False, spare: tuple[str, ...] = ()
) -> Iterator[list[str]]:
    """Call strike before operation number at (from 0), and before all later ones if lasting."""
    calls: list[str] = []
    patch = pytest.MonkeyPatch()

    def count(name: str, half: Callable[[], None] = lambda: None) -> None:
        if name in spare:
            return
        calls.append(name)
        if len(calls) - 1 == at or (lasting and len(calls) - 1 > at):
            half()
            strike()

    def wrapped(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            # Python itself calls lstat and stat a lot: count only the calls from the modules of transactions
            if name not in READING or os.path.dirname(sys._getframe(1).f_code.co_filename) == _MODULES:
                count(name)
            return real(*args, **options)

        return call

    def opened(*args: Any, **options: Any) -> Stream:
        return Stream(open(*args, **options), count)

    for name in MUTATING + READING[:-1]:
        patch.setattr(os, name, wrapped(name, getattr(os, name)))
    patch.setattr(Path, "read_bytes", wrapped("read", Path.read_bytes))
    patch.setattr(disk, "open", opened, raising=False)
    try:
        yield calls
    finally:
        patch.undo()


def operations(action: Callable[[], object], spare: tuple[str, ...] = ()) -> list[str]:
    with faults(lambda: None, at=-1, spare=spare) as calls:
        action()
    return calls


def killed(action: Callable[[], object], at: int) -> None:
    """Run action in a process that ends before change number at: no finally, no handler.

    To die before something is read is to die before the change that follows.
    """
    child = os.fork()
    if child == 0:
        with faults(lambda: os._exit(9), at=at, spare=READING), suppress(BaseException):
            action()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def all_operations(spare: tuple[str, ...] = ()) -> list[str]:
    with fresh() as root:
        build(root)
        return operations(lambda: commit(root, TARGETS), spare)


def raising(error: BaseException) -> Callable[[], None]:
    def strike() -> None:
        raise error

    return strike


def check_recovery(root: Path, before: Snapshot, after: Snapshot) -> None:
    journal, found = journal_of(root), snapshot(root)
    sentence = recover(root)
    now = snapshot(root)
    if journal is None:
        assert sentence is None
        assert now in (before, after)
    elif journal == "-complete":
        assert sentence == recovery.WAS_COMPLETE
        assert now == after
    elif journal == "-new":
        assert sentence is not None and "before it changed anything" in sentence
        assert now == before
    else:
        files = {path for path in before | after if not stat.S_ISDIR((before | after)[path][0])}
        count = sum(found.get(path) != before.get(path) for path in files)
        done = f"put back {count} file{'' if count == 1 else 's'}." if count else "removed its leftovers."
        assert sentence == f"An earlier run was interrupted before it was complete; {done}"
        assert now == before
    assert recover(root) is None


def half_done(root: Path) -> None:
    """The commit is killed right before its commit point, when everything is renamed."""
    build(root)
    last = max(at for at, name in enumerate(all_operations(READING)) if name == "replace")
    killed(lambda: commit(root, TARGETS), last)
    assert journal_of(root) == ""
