"""The journal of a commit: every file and directory that it touches, and how far it is."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from scaffold.files.transaction.disk import beside, digest, exists, file_at, remove, sync, write
from scaffold.files.transaction.journal_place import is_own, journal_paths, writable_path
from scaffold.files.transaction.problems import CommitError, Problem, blaming

_LARGEST = 2**24  # bytes
_DIGEST = re.compile(r"[0-9a-f]{64}")
_GIVE_UP = "look at git status, then run pfml-scaffold recover --discard"


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


class JournalEntry(NamedTuple):
    """A file of a commit, and the SHA-256 of its content before and after; None for no file."""

    path: str
    before: str | None
    after: str | None


class Contents(NamedTuple):
    entries: list[JournalEntry]
    directories: list[str]


class Journal(NamedTuple):
    """The journal of one checkout. Its name tells how far the commit is; there is one file at a time."""

    base: Path
    path: Path

    @property
    def draft(self) -> Path:
        return self.path.with_name(f"{self.path.name}-new")

    @property
    def complete(self) -> Path:
        return self.path.with_name(f"{self.path.name}-complete")

    @property
    def files(self) -> tuple[Path, Path, Path]:
        return self.complete, self.path, self.draft

    @property
    def file(self) -> Path | None:
        """The file that is there, if any. Raises CommitError if somebody else wrote it."""
        for path in self.files:
            if exists(path):
                self._check_own(path)
                return path
        return None

    def _check_own(self, path: Path) -> None:
        with blaming(path):
            status = os.lstat(path)
        if not is_own(status):
            what = f"a run of another user was interrupted, whose journal is {path}"
            raise CommitError(f"{what}; run pfml-scaffold recover as that user, or {_GIVE_UP}")
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
            raise Problem(f"{path} is not a valid journal", _GIVE_UP)

    def write(self, targets: Sequence[FileTarget], directories: Sequence[Path]) -> None:
        files = [JournalEntry(target.path, digest(target.before), digest(target.after)) for target in targets]
        names = [directory.relative_to(self.base).as_posix() for directory in directories]
        self._make_folder()
        with blaming(self.path):
            write(self.draft, json.dumps({"files": files, "made": names}).encode(), None)
            os.replace(self.draft, self.path)
        sync([self.path.parent])

    def _make_folder(self) -> None:
        missing = [folder for folder in self.path.parents if not exists(folder)]
        for folder in reversed(missing):
            with blaming(folder):
                os.mkdir(folder, 0o700)
        sync(folder.parent for folder in missing)

    def mark_complete(self) -> None:
        with blaming(self.path):
            os.replace(self.path, self.complete)

    def read(self, path: Path) -> Contents:
        """What the journal in this file says. Raises Problem if no run can have written that."""
        with blaming(path):
            data = path.read_bytes()
        try:
            journal = json.loads(data)
            entries = [JournalEntry(*entry) for entry in journal["files"]]
            contents = Contents(entries, list(journal["made"]))
            self._check(contents)
        except (ValueError, TypeError, KeyError, RecursionError, Problem) as error:
            raise Problem(f"{path} is not a valid journal", _GIVE_UP) from error
        return contents

    def _check(self, contents: Contents) -> None:
        paths = [entry.path for entry in contents.entries]
        above = {parent.as_posix() for path in paths for parent in Path(path).parents}
        for path in [*paths, *contents.directories]:
            if file_at(self.base, path) != self.base / path:
                raise ValueError(path)
        if len({*paths}) < len(paths) or not above.issuperset(contents.directories):
            raise ValueError("directories")
        for entry in contents.entries:
            _check_digests(entry.before, entry.after)

    def copies(self, path: Path) -> list[str]:
        """The temporary files that are there of those that the journal in this file names, as far as it is valid."""
        try:
            entries = [] if path == self.draft else self.read(path).entries
        except Problem:
            return []
        files = [copy for entry in entries for copy in beside(self.base / entry.path)]
        return [file.relative_to(self.base).as_posix() for file in files if exists(file)]

    def delete(self, path: Path) -> None:
        with blaming(path):
            remove(path)


def _check_digests(*digests: Any) -> None:
    present = [digest for digest in digests if digest is not None]
    if not present or not all(_DIGEST.fullmatch(digest) for digest in present):
        raise ValueError(digests)


def interrupted(base: Path) -> Journal | None:
    """The journal that an interrupted run left. Raises CommitError if it cannot be trusted."""
    return next((journal for journal in journals(base) if journal.file), None)


def journals(base: Path) -> list[Journal]:
    return [Journal(base, path) for path in journal_paths(base)]


def new_journal(base: Path) -> Journal:
    """Where the journal of a new commit goes. Raises Problem."""
    return Journal(base, writable_path(base))
