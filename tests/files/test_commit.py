"""A commit is complete or has no effect, even if it is killed, refused or interrupted before any operation."""

import errno
import fcntl
import json
import os
import random
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scaffold.files import commit as module
from scaffold.files.commit import CommitError, FileTarget, LeftoverError, commit, recover
from tests.helpers import ROOT

Snapshot = dict[str, tuple[int, bytes | str | None]]
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
    """Everything that is visible: names, kinds, modes, bytes, link targets."""
    seen: Snapshot = {}
    for folder, folders, files in os.walk(root):
        for name in [*folders, *files]:
            path = Path(folder, name)
            mode = path.lstat().st_mode
            link = os.readlink(path) if stat.S_ISLNK(mode) else None
            data = path.read_bytes() if stat.S_ISREG(mode) else link
            seen[path.relative_to(root).as_posix()] = (mode, data)
    return seen


@contextmanager
def fresh() -> Iterator[Path]:
    """A directory in memory if possible, because of thousands of fsyncs."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as name:
        yield Path(name).resolve()


@pytest.fixture
def root() -> Iterator[Path]:
    with fresh() as path:
        yield path


@pytest.fixture(scope="module")
def after() -> Snapshot:
    with fresh() as root:
        build(root)
        commit(root, TARGETS)
        return snapshot(root)


def without_directories(seen: Snapshot) -> Snapshot:
    return {path: entry for path, entry in seen.items() if not stat.S_ISDIR(entry[0])}


def left_over(root: Path) -> list[str]:
    return [path for path in snapshot(root) if "pfml-scaffold" in path]


def journal_of(root: Path) -> str | None:
    found = [name for name in NAMES if (root / f".pfml-scaffold-journal{name}").exists()]
    assert len(found) < 2, found
    return found[0] if found else None


# The seam: every call that reads or changes the file system, counted


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
        self.stream.write(data)

    def flush(self) -> None:
        self.stream.flush()

    def fileno(self) -> int:
        return int(self.stream.fileno())


MUTATING = ("open", "mkdir", "link", "replace", "unlink", "rmdir", "fsync", "chmod", "chown")
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
            # Python itself calls lstat and stat a lot: count only the calls from commit.py
            if name not in READING or sys._getframe(1).f_code.co_filename == module.__file__:
                count(name)
            return real(*args, **options)

        return call

    def opened(*args: Any, **options: Any) -> Stream:
        return Stream(open(*args, **options), count)

    for name in MUTATING + READING[:-1]:
        patch.setattr(os, name, wrapped(name, getattr(os, name)))
    patch.setattr(Path, "read_bytes", wrapped("read", Path.read_bytes))
    patch.setattr(module, "open", opened, raising=False)
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
        assert sentence == module._WAS_COMPLETE
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


# What it does


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


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o644)])
def test_a_new_file_has_0644_less_the_umask(root: Path, umask: int, mode: int) -> None:
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
    assert operations(lambda: recover(root)) == ["lstat"] * 3


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


def refused(root: Path, *targets: FileTarget) -> str:
    before = snapshot(root)
    with pytest.raises(CommitError) as caught:
        commit(root, targets)
    assert snapshot(root) == before
    assert not isinstance(caught.value, LeftoverError)
    return str(caught.value)


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


# Killed


def test_killed_before_every_operation(after: Snapshot) -> None:
    total = len(all_operations(READING))
    assert total > 70
    journals = set()
    for at in range(total):
        with fresh() as root:
            before = build(root)
            killed(lambda root=root: commit(root, TARGETS), at)  # type: ignore[misc]
            journals.add(journal_of(root))
            check_recovery(root, before, after)
    assert journals == {None, "", "-new", "-complete"}


def test_recovery_killed_before_every_operation(after: Snapshot) -> None:
    for at in range(20, len(all_operations(READING)), 17):
        recovery = 0
        while True:
            with fresh() as root:
                before = build(root)
                killed(lambda root=root: commit(root, TARGETS), at)  # type: ignore[misc]
                complete = journal_of(root) == "-complete"
                child = os.fork()
                if child == 0:
                    with faults(lambda: os._exit(9), at=recovery, spare=READING):
                        recover(root)
                    os._exit(0)
                code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                sentence = recover(root)
                assert snapshot(root) == (after if complete else before)
                assert sentence is None or ("after it was complete" in sentence) == complete
                if code == 0:
                    break
                recovery += 1
        assert recovery > 2


def test_real_signals_at_random_times(after: Snapshot) -> None:
    """Child processes that commit back and forth as fast as they can, until a signal ends them."""
    random_times = random.Random(1)
    forth = [target for target in TARGETS if target.before != target.after]
    back = [FileTarget(target.path, target.after, target.before) for target in forth]
    complete: list[str | None] = []
    for number in [signal.SIGKILL] * 50 + [signal.SIGTERM, signal.SIGHUP] * 5:
        with fresh() as root:
            build(root)
            first = without_directories(snapshot(root))
            child = os.fork()
            if child == 0:
                signal.alarm(20)  # the child ends, whatever happens to the signal
                with suppress(BaseException):
                    while True:
                        commit(root, forth)
                        commit(root, back)
                os._exit(1)
            time.sleep(random_times.uniform(0.002, 0.02))
            os.kill(child, number)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -number
            if number != signal.SIGKILL:
                assert left_over(root) == []
            complete.append(recover(root))
            now = {path: data for path, (_, data) in without_directories(snapshot(root)).items()}
            assert now in [
                {path: data for path, (_, data) in seen.items()} for seen in (first, without_directories(after))
            ]
    assert any(complete), "no kill ever hit a commit"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_every_operation(number: signal.Signals, after: Snapshot) -> None:
    """It is held until everything is restored (or complete), then it is delivered."""
    arrived: list[int] = []
    previous = signal.signal(number, lambda number, _: arrived.append(number))
    outcomes = set()
    try:
        for at in range(1, len(all_operations()), 4):
            with fresh() as root:
                before = build(root)
                message = ""
                with faults(lambda: signal.raise_signal(number), at=at):
                    try:
                        commit(root, TARGETS)
                    except CommitError as error:
                        message = str(error)
                assert arrived.pop() == number and not arrived
                assert snapshot(root) == (before if message else after)
                outcomes.add(message)
    finally:
        signal.signal(number, previous)
    assert outcomes == {
        "",
        f"interrupted by {number.name}; nothing was written; run the command again",
    }


def test_ctrl_c_is_a_keyboard_interrupt_and_handlers_come_back(root: Path) -> None:
    before = build(root)
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    with (
        faults(lambda: signal.raise_signal(signal.SIGINT), at=60),
        pytest.raises(KeyboardInterrupt),
    ):
        commit(root, TARGETS)
    assert handlers == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    assert snapshot(root) == before


# Refused by the system

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
        if "the next run of pfml-scaffold will finish that" in message:
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
            finished += "will finish that" in str(error)
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


# Changes by a person since then


def half_done(root: Path) -> None:
    """The commit is killed right before its commit point, when everything is renamed."""
    build(root)
    last = max(at for at, name in enumerate(all_operations(READING)) if name == "replace")
    killed(lambda: commit(root, TARGETS), last)
    assert journal_of(root) == ""


def test_files_changed_since_then_stay(root: Path) -> None:
    half_done(root)
    (root / "infra/main.tf").write_bytes(b"mine")
    (root / "new/deep/task.py").write_bytes(b"mine too")
    (root / "api/pkg/sub/old.py").write_bytes(b"mine again")
    sentence = recover(root) or ""
    assert "put back 5 files." in sentence
    old = root / "infra/.main.tf.pfml-scaffold-old"
    assert (
        f"infra/main.tf was changed since then and is left as it is; its previous content is kept in {old}." in sentence
    )
    assert "new/deep/task.py was changed since then and is left as it is; compare" in sentence
    assert (root / "infra/main.tf").read_bytes() == b"mine"
    assert (root / "new/deep/task.py").read_bytes() == b"mine too"
    assert (root / "api/pkg/sub/old.py").read_bytes() == b"mine again"
    assert old.read_bytes() == BEFORE["infra/main.tf"][1]
    assert sorted(left_over(root)) == [
        "api/pkg/sub/.old.py.pfml-scaffold-old",
        "infra/.main.tf.pfml-scaffold-old",
    ]
    assert (root / "pyproject.toml").read_bytes() == BEFORE["pyproject.toml"][1]
    assert recover(root) is None


def test_files_restored_by_hand(root: Path) -> None:
    half_done(root)
    (root / "infra/main.tf").write_bytes(BEFORE["infra/main.tf"][1])
    assert recover(root) == "An earlier run was interrupted before it was complete; put back 7 files."
    assert left_over(root) == []


def test_files_deleted_since_then(root: Path) -> None:
    half_done(root)
    (root / "infra/main.tf").unlink()
    shutil.rmtree(root / "new")
    sentence = recover(root) or ""
    assert "infra/main.tf was changed since" in sentence and "put back 5 files" in sentence
    assert not (root / "infra/main.tf").exists()


def test_backups_that_no_longer_exist(root: Path) -> None:
    half_done(root)
    (root / "infra/.main.tf.pfml-scaffold-old").unlink()
    sentence = recover(root) or ""
    assert "infra/main.tf was changed since then and is left as it is; compare it with Git." in sentence


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"files": [["../x", null, null]], "made": []}',
        '{"files": [], "made": ["/x"]}',
        "\x00",
    ],
)
def test_an_invalid_journal(root: Path, text: str) -> None:
    (root / ".pfml-scaffold-journal").write_text(text)
    with pytest.raises(CommitError, match="is not a valid journal; look at git status, then delete"):
        recover(root)
    assert left_over(root) == [".pfml-scaffold-journal"]


def test_a_commit_does_not_overwrite_a_journal(root: Path) -> None:
    half_done(root)
    found = snapshot(root)
    with pytest.raises(CommitError, match="an earlier run was interrupted; nothing was written"):
        commit(root, [FileTarget("x", None, b"x")])
    assert snapshot(root) == found


# Two runs at once


def test_runs_at_once(root: Path) -> None:
    """Each process adds 1 to both files, and retries after a CommitError.

    All of them have read the files before the first one writes, so that they meet.
    """
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom scaffold.files.commit import *\n"
        "root, done, busy = Path(sys.argv[1]), 0, 0\n"
        "while done < 25:\n"
        "    a, b = (root / 'a').read_bytes(), (root / 'b').read_bytes()\n"
        "    if not done + busy:\n"
        "        print('ready', flush=True)\n"
        "        sys.stdin.readline()\n"
        "    more = str(int(a) + 1).encode()\n"
        "    try:\n"
        "        commit(root, [FileTarget('a', a, more), FileTarget('b', b, more)])\n"
        "        done += 1\n"
        "    except CommitError as error:\n"
        "        assert 'another pfml-scaffold process' in str(error) or 'changed since' in str(error), error\n"
        "        busy += 1\n"
        "        time.sleep(.001)\n"
        "print(busy)\n"
    )
    for name in "ab":
        (root / name).write_bytes(b"0")
    home = ROOT
    command = [sys.executable, "-c", code, str(root)]
    pipe = subprocess.PIPE
    children = [subprocess.Popen(command, cwd=home, stdin=pipe, stdout=pipe, text=True) for _ in range(3)]
    assert [child.stdout.readline() for child in children if child.stdout] == ["ready\n"] * 3
    for child in children:
        assert child.stdin
        child.stdin.write("go\n")
        child.stdin.flush()
    refusals = [int(child.communicate()[0]) for child in children]
    assert [child.returncode for child in children] == [0, 0, 0]
    assert sum(refusals) >= 2
    assert {path: data for path, (_, data) in snapshot(root).items()} == {"a": b"75", "b": b"75"}


def test_a_living_run_is_left_alone(root: Path) -> None:
    half_done(root)
    found = snapshot(root)
    descriptor = os.open(root, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    busy = "another pfml-scaffold process is running in this checkout; wait until it ends, then run the command again"
    with pytest.raises(CommitError, match=f"^{busy}$"):
        recover(root)
    with pytest.raises(CommitError, match=f"^{busy}$"):
        commit(root, TARGETS)
    assert snapshot(root) == found
    os.close(descriptor)
    assert recover(root)


def test_a_file_system_without_locks(root: Path, after: Snapshot) -> None:
    build(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fcntl, "flock", lambda *_: raising(OSError(errno.EBADF, "no locks here"))())
        commit(root, TARGETS)
    assert snapshot(root) == after


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


def test_the_journal_names_what_it_needs(root: Path) -> None:
    half_done(root)
    journal = json.loads((root / ".pfml-scaffold-journal").read_text())
    assert [entry[0] for entry in journal["files"]][2] == "infra/real.tf"
    assert journal["made"] == ["new", "new/deep"]
