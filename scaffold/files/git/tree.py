"""The files of a checkout as they are in a commit, or as they are staged."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from hashlib import sha1, sha256
from typing import NamedTuple

from scaffold.errors import Refusal
from scaffold.files.git.blobs import Blobs, TooLarge
from scaffold.files.git.command import GitError
from scaffold.files.reading import LARGEST, Source, is_text, joined, leads_out, too_large

LINK, SUBMODULE = 0o120000, 0o160000
_MOST_LINKS = 40  # as Linux
_LFS = b"version https://git-lfs.github.com/spec/"
_INSTEAD_OF_LFS = "Take it out of Git LFS, as text files are."


class GitEntry(NamedTuple):
    """A file, link or submodule. id: its object, in the repository of `blobs`."""

    mode: int
    id: str
    blobs: Blobs


class _Circle(Refusal):
    """A link that leads to itself."""


class GitTree:
    """Files by path. They are read from git or, if they are the same there, from another source."""

    def __init__(
        self, entries: Mapping[str, GitEntry], other: Source | None = None, changed: Collection[str] = ()
    ) -> None:
        self.entries = entries
        self._other = other
        self.changed = frozenset(changed)
        self._folders: dict[str, tuple[list[str], list[str]]] = {"": ([], [])}
        for path, entry in entries.items():
            self._list(path, is_folder=entry.mode == SUBMODULE)

    def _list(self, path: str, is_folder: bool) -> None:
        folder, _, name = path.rpartition("/")
        if folder not in self._folders:
            self._list(folder, is_folder=True)
        if is_folder:
            self._folders.setdefault(path, ([], []))
        self._folders[folder][0 if is_folder else 1].append(name)

    def is_same(self, path: str) -> bool:
        """Whether a file is known to be the same in the other source."""
        return self._other is not None and path in self.entries and path not in self.changed

    def has(self, path: str, data: bytes | None) -> bool:
        """Whether a file has these bytes; with None, whether there is no such file. Raises Refusal."""
        entry = self.entries.get(path)
        if entry is None or data is None:
            return entry is None and data is None
        return entry.id == _id(data, len(entry.id)) or self.read(path) == data

    def read(self, path: str) -> bytes | None:
        real = self._real(path)
        if real is None:
            return None
        if real in self._folders:
            raise Refusal("a folder, not a file", place=path, instead="Replace it with a file, or remove it.")
        if self._other and self.is_same(real):
            data = self._other.read(real)
            if data is not None:
                return data
        return self._blob(self.entries[real], path)

    def is_kind(self, path: str, kind: int) -> bool:
        real = self._real(path)
        if real is None:
            return False
        return kind == (stat.S_IFDIR if real in self._folders else stat.S_IFREG)

    def exists(self, path: str) -> bool:
        try:
            return self._real(path) is not None
        except _Circle:
            return False
        except Refusal:
            return True  # on disk it leads somewhere

    def is_link(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        entry = self.entries.get(joined(self._real(folder) or "", name))
        return entry is not None and entry.mode == LINK

    def check_inside(self, folder: str) -> None:
        self._real(folder)

    def names(self, folder: str) -> list[str]:
        return [name for names in self._folders.get(self._real(folder) or "", ()) for name in names]

    def walk(
        self, top: str, onerror: Callable[[Refusal], object] = lambda error: None
    ) -> Iterator[tuple[str, list[str], list[str]]]:
        stack = [top]
        while stack:
            parent = stack.pop()
            real = self._real(parent)
            if real is None or real not in self._folders:
                continue
            names, files = ([name for name in names if is_text(name)] for names in self._folders[real])
            linked = [name for name in files if self._is_linked_folder(joined(parent, name))]
            folders = [*names, *linked]
            yield parent, folders, [name for name in files if name not in linked]
            stack += [joined(parent, name) for name in names if name in folders]

    def _is_linked_folder(self, path: str) -> bool:
        try:
            return self.is_link(path) and self.is_kind(path, stat.S_IFDIR)
        except Refusal:
            return False

    def _real(self, path: str) -> str | None:
        """The path that a path leads to, without links; None if there is nothing. Raises Refusal if it leads out."""
        place, rest, links = "", path.split("/")[::-1], 0
        while rest:
            name = rest.pop()
            if name == "..":
                if not place:
                    raise leads_out(path)
                place = place.rpartition("/")[0]
            elif name not in ("", "."):
                entry = self.entries.get(joined(place, name))
                if entry and entry.mode == LINK:
                    links += 1
                    if links > _MOST_LINKS:
                        raise _Circle(f"cannot be read: {os.strerror(errno.ELOOP)}", place=path)
                    rest += self._target(entry, path).split("/")[::-1]
                    continue
                place = joined(place, name)
            if place not in self._folders and (rest or place not in self.entries):
                return None
        return place

    def _target(self, link: GitEntry, path: str) -> str:
        target = os.fsdecode(self._blob(link, path))
        if target.startswith("/"):
            raise leads_out(path)
        return target

    def _blob(self, entry: GitEntry, path: str) -> bytes:
        try:
            data = entry.blobs.read(entry.id, LARGEST)
        except TooLarge as error:
            raise too_large(path, error.size) from error
        except GitError as error:
            raise Refusal(f"cannot be read from git: {error.message}", place=path) from error
        if data is None:
            missing = f"git has no object {entry.id[:7]} for it"
            raise Refusal(missing, place=path, instead="Run git fetch, or git fsck.")
        if data.startswith(_LFS) and entry.mode != LINK:
            raise Refusal("it is in Git LFS, so git does not have its content", place=path, instead=_INSTEAD_OF_LFS)
        return data


def _id(data: bytes, length: int) -> str:
    """The id of a file in a repository whose ids have that length."""
    algorithm = sha1 if length == 40 else sha256
    return algorithm(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def below(folder: str, entries: Mapping[str, GitEntry]) -> dict[str, GitEntry]:
    """The entries of a submodule by their paths in the checkout."""
    return {joined(folder, path): entry for path, entry in entries.items()}


def listed(output: bytes, blobs: Blobs) -> Iterator[tuple[str, GitEntry]]:
    """What `git ls-tree -r -z` prints: `MODE TYPE ID<tab>PATH` for each file."""
    for line in output.split(b"\0")[:-1]:
        words, _, path = line.partition(b"\t")
        mode, _, id = words.split(b" ")
        yield os.fsdecode(path), GitEntry(int(mode, 8), id.decode(), blobs)


def different(before: Mapping[str, GitEntry], after: Mapping[str, GitEntry]) -> Iterable[str]:
    """The paths that are not the same in both."""
    return (
        path
        for path in before.keys() | after.keys()
        if (entry := before.get(path)) is None or (other := after.get(path)) is None or entry[:2] != other[:2]
    )
