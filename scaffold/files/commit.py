"""Writes the files of one command to disk: all of them or none. The order of the steps guarantees it:

1. write the journal, which lists every file and directory that will be touched;
2. next to each target, write its new bytes and link its old ones;
3. rename the new files into place;
4. commit, by renaming the journal itself to ``...-complete``;
5. remove the old bytes, and the journal last.

A run that finds a journal restores everything; one that finds a complete journal removes the
leftovers. This run and the next use the same code, which may be interrupted and repeated at any point.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple

_JOURNAL = ".pfml-scaffold-journal"
_DRAFT = _JOURNAL + "-new"
_COMPLETE = _JOURNAL + "-complete"
_AGAIN = "run the command again"
_WAS_COMPLETE = "An earlier run was interrupted after it was complete; removed its leftovers."
_Entry = tuple[str, str | None, str | None]  # path, and SHA-256 before and after; None for no file


class FileTarget(NamedTuple):
    """One file of a commit.

    path is relative to the root, POSIX. before: the bytes that were read, None if there was no
    file. after: the bytes to write, None if the file is removed. like: for a file that moves, the
    path of the one whose mode and owner it keeps; else "".
    """

    path: str
    before: bytes | None
    after: bytes | None
    like: str = ""


class CommitError(Exception):
    """States the file, the problem, whether anything was written, and the remedy."""


class LeftoverError(CommitError):
    """The change is complete, but some backups could not be removed; the next run will remove them."""


class _Problem(CommitError):
    """args: the problem and the remedy. It is raised from commit() only if everything is as it was before."""

    def __str__(self) -> str:
        return f"{self.args[0]}; nothing was written; {self.args[1]}"


def commit(root: Path, targets: Sequence[FileTarget]) -> None:
    """Write all targets, or raise CommitError and leave the checkout as it was.

    A file keeps its mode, and its owner if the system permits; of several hard links only the named
    one changes. Signals are delivered once everything is either restored or complete. LeftoverError
    is the only error after which everything is written.
    """
    base = Path(os.path.realpath(root))
    changed = [target for target in targets if target.before != target.after]
    if not changed:
        return
    with _only_run(base), _signals_held() as stop_if_signalled:
        if _interrupted(base):
            raise _Problem("an earlier run was interrupted", _AGAIN)
        plan = _plan(base, changed)
        try:
            _apply(base, plan, stop_if_signalled)
        except BaseException as error:
            if _undone(base, error) or not isinstance(error, CommitError):
                raise
        try:
            _finish(base)
        except _Problem as error:
            what = f"everything was written, but not all backups could be removed: {error.args[0]}"
            raise LeftoverError(f"{what}; the next run of pfml-scaffold will remove them") from error


def check(root: Path, targets: Sequence[FileTarget]) -> None:
    """Raise the CommitError that a commit of these targets would raise before it writes anything."""
    base = Path(os.path.realpath(root))
    with _only_run(base):
        _plan(base, [target for target in targets if target.before != target.after])


def recover(root: Path) -> str | None:
    """Clean up after an interrupted run and report it; None if there was nothing to do.

    Raises CommitError while another process is committing: half of its change could be read now.
    """
    base = Path(os.path.realpath(root))
    if not _interrupted(base):
        return None
    with _only_run(base):
        try:
            return " ".join(_finish(base)) or None
        except _Problem as error:
            what = f"an earlier run was interrupted, and cleaning up after it failed: {error.args[0]}"
            raise CommitError(f"{what}; {error.args[1]}") from error


def _interrupted(base: Path) -> bool:
    return any(_exists(base / name) for name in (_COMPLETE, _JOURNAL, _DRAFT))


def _undone(base: Path, error: BaseException) -> bool:
    """Put everything back; False if the commit was already complete."""
    what = error.args[0] if isinstance(error, _Problem) else repr(error)
    try:
        report = _finish(base)
    except _Problem as failure:
        what = f"{what}; not everything could be put back ({failure.args[0]})"
        raise CommitError(f"{what}; the next run of pfml-scaffold will finish that") from error
    if report[1:]:
        raise CommitError(f"{what}; {' '.join(report[1:])}") from error
    return report != [_WAS_COMPLETE]


def _plan(base: Path, targets: Sequence[FileTarget]) -> list[FileTarget]:
    """The targets under their real paths, after a check that each is unchanged since it was read, and writable."""
    plan: dict[Path, FileTarget] = {}
    for target in targets:
        with _blaming(target.path):
            file = _file_at(base, target.path)
            if target.after is None and (base / target.path).is_symlink():
                raise _Problem(f"{target.path} is a symbolic link", "delete it by hand")
            if file in plan:
                raise _Problem(f"{target.path} would be written twice", "list it once")
            _check_unchanged(file, target)
            _check_writable(base, file)
        plan[file] = target._replace(path=file.relative_to(base).as_posix())
    return list(plan.values())


def _file_at(base: Path, path: str) -> Path:
    pure = PurePosixPath(path)
    if "\0" in path or not pure.parts or pure.is_absolute() or ".." in pure.parts:
        raise _Problem(f"{path!r} is not a path inside the checkout", "use one that is")
    file = Path(os.path.realpath(base / path))
    if base not in file.parents:
        raise _Problem(f"{path} points outside the checkout, to {file}", "edit it by hand")
    return file


def _check_unchanged(file: Path, target: FileTarget) -> None:
    if _content(file) != target.before:
        raise _Problem(f"{target.path} changed since it was read", _AGAIN)


def _check_writable(base: Path, file: Path) -> None:
    """Check the mode as well: a rename replaces read-only files, and root is allowed everything."""
    directory = next(parent for parent in file.parents if _exists(parent))
    if not directory.is_dir():
        name = directory.relative_to(base).as_posix()
        raise _Problem(f"{name} is not a directory", f"move it elsewhere, {_AGAIN}")
    for place in [base, directory, *([file] if _exists(file) else [])]:
        if not os.stat(place).st_mode & 0o222 or not os.access(place, os.W_OK):
            name = place.relative_to(base).as_posix()
            raise _Problem(f"{name} is read-only", f"make it writable (chmod u+w {name}), {_AGAIN}")
    longest = max(len(os.fsencode(kept.name)) for kept in _beside(file))
    if longest > 255:  # the limit of nearly all file systems
        excess = longest - 255
        raise _Problem(f"the name {file.name[:40]}… is too long by {excess} characters", "use a shorter one")
    for kept in _beside(file):
        if _exists(kept):  # perhaps the only copy of what an earlier run could not restore
            raise _Problem(f"{kept} is in the way", f"move it elsewhere, {_AGAIN}")


def _apply(base: Path, targets: Sequence[FileTarget], stop_if_signalled: Callable[[], None]) -> None:
    files = [base / target.path for target in targets]
    directories = sorted({parent for file in files for parent in file.parents if not _exists(parent)})
    _write_journal(base, targets, directories)
    for directory in directories:
        with _blaming(directory):
            os.mkdir(directory)
    for exchange in (partial(_prepare, base), _exchange):
        for file, target in zip(files, targets, strict=True):
            with _blaming(target.path):
                stop_if_signalled()
                exchange(file, target)
        _sync(path.parent for path in files + directories)
    stop_if_signalled()
    with _blaming(_JOURNAL):
        os.replace(base / _JOURNAL, base / _COMPLETE)


def _prepare(base: Path, file: Path, target: FileTarget) -> None:
    if target.after is None:
        return  # the file itself will be its backup
    model = base / target.like if target.like else None if target.before is None else file
    (new, old), like = _beside(file), os.stat(model) if model else None
    _write(new, target.after, like)
    if target.before is not None:
        try:
            os.link(file, old)  # the file itself, with its metadata
        except OSError:  # not every file system has hard links
            _write(old, target.before, like)


def _exchange(file: Path, target: FileTarget) -> None:
    _check_unchanged(file, target)
    new, old = _beside(file)
    if target.after is None:
        os.replace(file, old)
    else:
        os.replace(new, file)


def _finish(base: Path) -> list[str]:
    """Finish or undo a commit. Returns a sentence on what was done, and one for each file not restored."""
    if _exists(base / _COMPLETE):
        _tidy(base, _read_journal(base, _COMPLETE)[0])
        return [_WAS_COMPLETE]
    if _exists(base / _JOURNAL):
        return _put_back(base, *_read_journal(base, _JOURNAL))
    if not _exists(base / _DRAFT):
        return []
    with _blaming(_DRAFT):
        os.unlink(base / _DRAFT)
    return ["An earlier run was interrupted before it changed anything; removed its leftovers."]


def _tidy(base: Path, entries: Sequence[_Entry]) -> None:
    _sync([base])  # the commit must be on disk before the backups are removed
    for path, _, after in entries:
        with _blaming(path):
            _remove(_beside(base / path)[1])
        with suppress(OSError):  # not empty; or not allowed, but Git sees no empty directory
            for directory in list((base / path).parents)[: path.count("/") if after is None else 0]:
                with suppress(FileNotFoundError):
                    os.rmdir(directory)
    with _blaming(_COMPLETE):
        os.unlink(base / _COMPLETE)


def _put_back(base: Path, entries: Sequence[_Entry], directories: Sequence[str]) -> list[str]:
    remarks: list[str | None] = []
    for path, before, after in reversed(entries):
        with _blaming(path):
            remarks.append(_restore(base / path, before, after))
    for name in reversed(directories):
        with _blaming(name), suppress(FileNotFoundError, NotADirectoryError):
            if not os.listdir(base / name):
                os.rmdir(base / name)
    places = [(base / path).parent for path in [*directories, *(entry[0] for entry in entries)]]
    _sync(place for place in places if _exists(place))
    with _blaming(_JOURNAL):
        os.unlink(base / _JOURNAL)
    count = remarks.count("")
    done = f"put back {count} file{'s' * (count > 1)}" if count else "removed its leftovers"
    what = f"An earlier run was interrupted before it was complete; {done}."
    return [what, *(remark for remark in remarks if remark)]


def _restore(file: Path, before: str | None, after: str | None) -> str | None:
    """Put one file back. Returns "" if it was, None if there was no need, or why it could not be."""
    (new, old), now, remark = _beside(file), _digest(_content(file)), None
    saved = _exists(old)
    if _exists(new) or now == before:  # never touched, or put back already
        _remove(old)  # before new: old without new means that file was replaced
    elif now == after and (saved or before is None):
        os.replace(old, file) if saved else os.unlink(file)
        remark = ""
    elif saved or before is None or now == after:
        kept = f"its previous content is kept in {old}" if saved else "compare it with Git"
        remark = f"{file} was changed since then and is left as it is; {kept}."
    _remove(new)
    return remark


def _write_journal(base: Path, targets: Sequence[FileTarget], directories: Sequence[Path]) -> None:
    files = [(target.path, _digest(target.before), _digest(target.after)) for target in targets]
    names = [directory.relative_to(base).as_posix() for directory in directories]
    with _blaming(_JOURNAL):
        _write(base / _DRAFT, json.dumps({"files": files, "made": names}).encode(), None)
        os.replace(base / _DRAFT, base / _JOURNAL)
    _sync([base])


def _read_journal(base: Path, name: str) -> tuple[list[_Entry], list[str]]:
    with _blaming(name):
        data = (base / name).read_bytes()
    try:
        journal = json.loads(data)
        entries = [(path, before, after) for path, before, after in journal["files"]]
        for path in [*journal["made"], *(entry[0] for entry in entries)]:
            _file_at(base, path)  # a checkout from elsewhere may contain a journal
    except (ValueError, TypeError, KeyError, _Problem) as error:
        remedy = f"look at git status, then delete {name}"
        raise _Problem(f"{name} is not a valid journal", remedy) from error
    return entries, journal["made"]


def _beside(file: Path) -> tuple[Path, Path]:
    """Where the new and the old bytes are kept: in the same directory, since a rename requires that."""
    hidden = f".{file.name}.pfml-scaffold"
    return file.with_name(f"{hidden}-new"), file.with_name(f"{hidden}-old")


def _write(file: Path, data: bytes, like: os.stat_result | None) -> None:
    with open(file, "xb", opener=partial(os.open, mode=0o600 if like else 0o644)) as stream:
        if like:
            with suppress(OSError, AttributeError):  # only root may change owners, and Windows has none
                os.chown(file, like.st_uid, like.st_gid)
            os.chmod(file, stat.S_IMODE(like.st_mode))
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(directories: Iterable[Path]) -> None:
    """Flush directories, so that renames reach the disk. Windows cannot open directories."""
    if sys.platform == "win32":
        return
    for directory in sorted(set(directories)):
        with _blaming(directory), _descriptor(directory) as descriptor:
            try:
                os.fsync(descriptor)
            except OSError as error:
                if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network shares cannot
                    raise


def _exists(path: Path) -> bool:
    """Unlike os.path.lexists, raises errors other than absence: an overlooked backup would be lost."""
    with _blaming(path), suppress(FileNotFoundError, NotADirectoryError):
        return bool(os.lstat(path))
    return False


def _remove(file: Path) -> None:
    with suppress(FileNotFoundError, NotADirectoryError):
        os.unlink(file)


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if _exists(file) else None


def _digest(data: bytes | None) -> str | None:
    return None if data is None else hashlib.sha256(data).hexdigest()


@contextmanager
def _blaming(name: str | Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _Problem(f"{name}: {error.strerror or error}", f"fix that, {_AGAIN}") from error


@contextmanager
def _descriptor(directory: Path) -> Iterator[int]:
    with _blaming(directory):
        descriptor = os.open(directory, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _only_run(base: Path) -> Iterator[None]:
    """Lock the root directory itself: that leaves no lock file, and ends with the process.

    Windows and some network shares have no such lock; there, only each file's content is checked again.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with _descriptor(base) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            busy = "another pfml-scaffold process is running in this checkout"
            raise CommitError(f"{busy}; wait until it ends, then {_AGAIN}") from None
        except OSError:
            pass
        yield


@contextmanager
def _signals_held() -> Iterator[Callable[[], None]]:
    """Hold signals back, and deliver the first at the end; yields a function that raises if there was one."""
    received: list[int] = []
    previous = {}

    def stop_if_any() -> None:
        if received:
            raise _Problem(f"interrupted by {signal.Signals(received[0]).name}", _AGAIN)

    try:
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)  # Windows has no SIGHUP; nohup ignores it
            if number and signal.getsignal(number) not in (signal.SIG_IGN, None):
                with suppress(ValueError):  # only the main thread can handle signals
                    previous[number] = signal.signal(number, lambda number, _: received.append(number))
        yield stop_if_any
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        for number in received[:1]:
            signal.raise_signal(number)
