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

import os
import stat
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from scaffold.files.transaction.disk import beside, content, exists, file_at, sync, write
from scaffold.files.transaction.journal import FileTarget, Journal, interrupted, journals, new_journal
from scaffold.files.transaction.lock import only_run, signals_held
from scaffold.files.transaction.problems import (
    AGAIN,
    CommitError,
    InterruptedRunError,
    LeftoverError,
    LeftoversRemain,
    Problem,
    blaming,
)
from scaffold.files.transaction.recovery import WAS_COMPLETE, finish

__all__ = [
    "CommitError",
    "FileTarget",
    "InterruptedRunError",
    "LeftoverError",
    "check",
    "check_finished",
    "commit",
    "discard",
    "recover",
    "signals_held",
]

_RECOVER = "fix that, then run pfml-scaffold recover (with --discard to leave everything as it is)"
Difference = Callable[[], str | None]


def _none() -> str | None:
    return None


def commit(root: Path, targets: Sequence[FileTarget], difference: Difference = _none) -> None:
    """Write all targets, or raise CommitError and leave the checkout as it was.

    difference: the path of something that was read for this change and is different now; it is called when no other
    run can commit. A file keeps its mode, and its owner if the system permits; of several hard links only the named
    one changes. Signals are delivered once everything is either restored or complete. LeftoverError is the only error
    after which everything is written.
    """
    base = Path(os.path.realpath(root))
    changed = [target for target in targets if target.before != target.after]
    if not changed:
        return
    with only_run(base), signals_held() as stop_if_signalled:
        if interrupted(base):
            raise Problem("an earlier run was interrupted", AGAIN)
        plan, journal = _plan(base, changed, difference), new_journal(base)
        try:
            _apply(journal, plan, stop_if_signalled)
        except BaseException as error:
            if _undone(journal, error) or not isinstance(error, CommitError):
                raise
        try:
            finish(journal)
        except Problem as error:
            what = f"everything was written, but not all backups could be removed: {error.args[0]}"
            raise LeftoverError(f"{what}; {_RECOVER}") from error


def check(root: Path, targets: Sequence[FileTarget], difference: Difference = _none) -> None:
    """Raise the CommitError that a commit of these targets would raise before it writes anything."""
    base = Path(os.path.realpath(root))
    changed = [target for target in targets if target.before != target.after]
    with only_run(base):
        _plan(base, changed, difference)
        if changed:
            new_journal(base)


def check_finished(root: Path) -> None:
    """Raise InterruptedRunError if a run left a part of its changes, CommitError if another process is committing."""
    base = Path(os.path.realpath(root))
    if interrupted(base):
        with only_run(base):
            if interrupted(base):
                raise InterruptedRunError("an earlier run was interrupted and may have left a part of its changes")


def recover(root: Path) -> str | None:
    """Clean up after an interrupted run and report it; None if there was nothing to do.

    Raises CommitError while another process is committing: half of its change could be read now.
    """
    base = Path(os.path.realpath(root))
    if not interrupted(base):
        return None
    with only_run(base):
        journal = interrupted(base)
        try:
            return " ".join(finish(journal, give_up=True)) if journal else None
        except Problem as error:
            what = f"an earlier run was interrupted, and cleaning up after it failed: {error.args[0]}"
            raise CommitError(f"{what}; {error.args[1] if 'discard' in error.args[1] else _RECOVER}") from error


def discard(root: Path) -> list[str] | None:
    """Delete the journal of an interrupted run, whoever wrote it; None if there is none.

    The files of the checkout stay as they are. Returns which of them are copies, from before and after the change.
    """
    base = Path(os.path.realpath(root))
    with only_run(base):
        present = [(journal, file) for journal in journals(base) for file in journal.files if exists(file)]
        copies = [copy for journal, file in present for copy in journal.copies(file)]
        for journal, file in present:
            journal.delete(file)
    return copies if present else None


def _undone(journal: Journal, error: BaseException) -> bool:
    """Put everything back; False if the commit was already complete."""
    what = error.args[0] if isinstance(error, Problem) else repr(error)
    try:
        report = finish(journal)
    except LeftoversRemain as failure:
        what = f"{what}; nothing was written, but not all temporary files could be removed ({failure.args[0]})"
        raise CommitError(f"{what}; {_RECOVER}") from error
    except Problem as failure:
        what = f"{what}; not everything could be put back ({failure.args[0]})"
        raise CommitError(f"{what}; {_RECOVER}") from error
    if report[1:]:
        raise CommitError(f"{what}; {' '.join(report[1:])}") from error
    return report != [WAS_COMPLETE]


def _plan(base: Path, targets: Sequence[FileTarget], difference: Difference) -> list[FileTarget]:
    """The targets under their real paths, after a check that all that was read is as it was, and they are writable."""
    plan: dict[Path, FileTarget] = {}
    for target in targets:
        with blaming(target.path):
            file = file_at(base, target.path)
            if target.after is None and (base / target.path).is_symlink():
                raise Problem(f"{target.path} is a symbolic link", "delete it by hand")
            if file in plan:
                raise Problem(f"{target.path} would be written twice", "list it once")
            _check_unchanged(file, target)
            _check_writable(base, file)
        plan[file] = target._replace(path=file.relative_to(base).as_posix())
    different = difference()
    if different is not None:
        raise _changed(different)
    return list(plan.values())


def _changed(path: str) -> Problem:
    return Problem(f"{path} changed since it was read", AGAIN)


def _check_unchanged(file: Path, target: FileTarget) -> None:
    if content(file) != target.before:
        raise _changed(target.path)


def _check_writable(base: Path, file: Path) -> None:
    """Check the mode as well: a rename replaces read-only files, and root is allowed everything."""
    directory = next(parent for parent in file.parents if exists(parent))
    if not directory.is_dir():
        name = directory.relative_to(base).as_posix()
        raise Problem(f"{name} is not a directory", f"move it elsewhere, {AGAIN}")
    for place in [base, directory, *([file] if exists(file) else [])]:
        if not os.stat(place).st_mode & 0o222 or not os.access(place, os.W_OK):
            name = place.relative_to(base).as_posix()
            raise Problem(f"{name} is read-only", f"make it writable (chmod u+w {name}), {AGAIN}")
    if exists(file):
        _check_replaceable(base, file)
    longest = max(len(os.fsencode(kept.name)) for kept in beside(file))
    if longest > 255:  # the limit of nearly all file systems
        excess = longest - 255
        raise Problem(f"the name {file.name[:40]}… is too long by {excess} characters", "use a shorter one")
    for kept in beside(file):
        if exists(kept):  # perhaps the only copy of what an earlier run could not restore
            raise Problem(f"{kept} is in the way", f"move it elsewhere, {AGAIN}")


def _check_replaceable(base: Path, file: Path) -> None:
    """In a sticky directory only the owner of a file or of the directory can rename or remove it (rename(2))."""
    directory = os.stat(file.parent)
    if not directory.st_mode & stat.S_ISVTX or not hasattr(os, "geteuid") or _acts_as_any_owner():
        return
    if os.geteuid() not in (directory.st_uid, os.lstat(file).st_uid):
        names = [path.relative_to(base).as_posix() for path in (file, file.parent)]
        what = f"{names[0]} belongs to another user, and {names[1]} has the sticky bit, so it cannot be replaced"
        raise Problem(what, f"take ownership of the file, or remove the bit (chmod -t {names[1]}), {AGAIN}")


def _acts_as_any_owner() -> bool:
    """Whether this process has CAP_FOWNER (capabilities(7)), as root usually does."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return os.geteuid() == 0
    effective = status.partition("CapEff:")[2].split()[0]
    return bool(int(effective, 16) & 1 << 3)


def _apply(journal: Journal, targets: Sequence[FileTarget], stop_if_signalled: Callable[[], None]) -> None:
    base = journal.base
    files = [base / target.path for target in targets]
    directories = sorted({parent for file in files for parent in file.parents if not exists(parent)})
    journal.write(targets, directories)
    for directory in directories:
        with blaming(directory):
            os.mkdir(directory)
    for exchange in (partial(_prepare, base), _exchange):
        for file, target in zip(files, targets, strict=True):
            with blaming(target.path):
                stop_if_signalled()
                exchange(file, target)
        sync(path.parent for path in files + directories)
    stop_if_signalled()
    journal.mark_complete()


def _prepare(base: Path, file: Path, target: FileTarget) -> None:
    if target.after is None:
        return  # the file itself will be its backup
    model = base / target.like if target.like else None if target.before is None else file
    (new, old), like = beside(file), os.stat(model) if model else None
    write(new, target.after, like)
    if target.before is not None:
        try:
            os.link(file, old)  # the file itself, with its metadata
        except OSError:  # not every file system has hard links
            write(old, target.before, like)


def _exchange(file: Path, target: FileTarget) -> None:
    _check_unchanged(file, target)
    new, old = beside(file)
    if target.after is None:
        os.replace(file, old)
    else:
        os.replace(new, file)
