"""Where journals are kept: where nothing that somebody publishes can bring one.

That is the git directory of the work tree, which `git clone` creates, if it is the user's own; else a folder of the
user's state. As with git's safe.directory, owners tell what is whose.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from scaffold.files.transaction.disk import exists
from scaffold.files.transaction.problems import AGAIN, Problem, blaming

_NAME = "pfml-scaffold-journal"
_LONGEST_LINK = 5000  # bytes of a `.git` file, which holds one path


def journal_paths(base: Path) -> Iterator[Path]:
    """Where the journal of a checkout can be, the preferred place first. base: the real path of the checkout."""
    git = _git_journal(base)
    if git:
        yield git
    state = _state_folder()
    if state.is_absolute() and base not in (state, *state.parents) and _can_look(state / "journal"):
        yield _named(state, str(base))


def writable_path(base: Path) -> Path:
    """Where a new journal can be written. Raises Problem."""
    paths = list(journal_paths(base))
    for path in paths:
        folder = next(folder for folder in path.parents if exists(folder))
        with blaming(folder):
            status = os.stat(folder)
            if status.st_mode & 0o222 and os.access(folder, os.W_OK | os.X_OK) and is_own(status):
                return path
    tried = " and ".join(str(path.parent) for path in paths) or "the user's state folder"
    remedy = f"set XDG_STATE_HOME to a folder of yours that is writable and outside the checkout, {AGAIN}"
    raise Problem(f"no place for a journal: {tried} cannot be written", remedy)


def published_journals(base: Path) -> list[str]:
    """Journals in the checkout itself, where anybody can publish one; earlier versions kept theirs there."""
    names = (f".{_NAME}{state}" for state in ("", "-new", "-complete"))
    return [name for name in names if os.path.lexists(base / name)]


def is_own(status: os.stat_result) -> bool:
    """Whether a file belongs to the user or to root, who can do anything anyway. For root, everything is its own."""
    return sys.platform == "win32" or os.geteuid() == 0 or status.st_uid in (0, os.geteuid())


def _git_journal(base: Path) -> Path | None:
    for folder in (base, *base.parents):
        link = folder / ".git"
        try:
            if is_own(os.lstat(link)) and stat.S_ISDIR(os.lstat(link).st_mode) and _is_git(link):
                return _named(link, "" if folder == base else base.relative_to(folder).as_posix())
            directory = _linked(link)
            if is_own(os.lstat(link)) and base not in directory.parents and _is_git(directory):
                return _named(directory, str(base))
        except (FileNotFoundError, NotADirectoryError, PermissionError, ValueError):
            continue
        except OSError as error:  # an overlooked journal would be worse
            raise Problem(f"{link}: {error.strerror}", f"fix that, {AGAIN}") from error
    return None


def _is_git(directory: Path) -> bool:
    return is_own(os.stat(directory)) and os.path.lexists(directory / "HEAD")


def _linked(link: Path) -> Path:
    """The git directory that a `.git` file or link leads to. Raises OSError or ValueError."""
    if link.is_symlink() or not link.is_file():
        return Path(os.path.realpath(link))
    with open(link, "rb") as stream:
        text = os.fsdecode(stream.read(_LONGEST_LINK))
    if not text.startswith("gitdir: "):
        raise ValueError(text)
    return Path(os.path.realpath(link.parent / text.removeprefix("gitdir: ").rstrip("\r\n")))


def _named(folder: Path, key: str) -> Path:
    """A journal in a folder that several checkouts may share. key: what tells them apart, "" if nothing has to."""
    if not key:
        return folder / _NAME
    import hashlib

    return folder / f"{_NAME}-{hashlib.sha256(os.fsencode(key)).hexdigest()[:16]}"


def _can_look(path: Path) -> bool:
    """Whether a file could be seen; not in a home folder of somebody else, as after sudo -u."""
    try:
        os.lstat(path)
    except PermissionError:
        return False
    except OSError:
        pass
    return True


def _state_folder() -> Path:
    if sys.platform in ("win32", "darwin"):
        from platformdirs import user_state_path

        return Path(user_state_path("pfml-scaffold", appauthor=False))
    # What platformdirs returns, whose import every command would have to wait for.
    home = os.environ.get("XDG_STATE_HOME", "").strip() or os.path.expanduser("~/.local/state")
    return Path(os.path.realpath(home), "pfml-scaffold") if os.path.isabs(home) else Path("pfml-scaffold")
