"""Where the files of a checkout are read: regular files only, up to a size, and nothing outside of the checkout."""

from __future__ import annotations

import fnmatch
import os
import stat
from collections.abc import Callable, Container, Iterator
from pathlib import Path
from typing import Protocol

from scaffold.errors import Refusal

# The largest file that the tool reads in PFML has 0.3 MB.
LARGEST = 4 * 2**20
# Without O_NONBLOCK, opening a named pipe waits for a writer.
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"))
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class Source(Protocol):
    """Where the files of a checkout are: on disk, or in git. Paths are POSIX, relative to the checkout."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None if there is none. Raises Refusal if it cannot be read, or must not be."""

    def is_kind(self, path: str, kind: int) -> bool:
        """Whether a path, or what it links to, is of a kind such as `stat.S_IFDIR`. Raises Refusal."""

    def exists(self, path: str) -> bool:
        """Whether there is anything at a path that `walk` has named; a link may be broken."""

    def is_link(self, path: str) -> bool:
        """Whether a path is a symbolic link."""

    def check_inside(self, folder: str) -> None:
        """Raise Refusal for a folder that is outside of the checkout."""

    def names(self, folder: str) -> list[str]:
        """The names of the entries of a folder. Raises Refusal."""

    def walk(self, top: str, onerror: Callable[[Refusal], object] = ...) -> Iterator[tuple[str, list[str], list[str]]]:
        """As os.walk: each folder with the names of its folders and files, which the caller can shorten.

        Names that are not UTF-8 are left out: no file of Terraform or Python can refer to them.
        """


class Disk:
    """The files of a checkout as they are on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._top = os.fspath(root)
        self._begins = len(os.path.join(root, ""))
        self._real = os.path.realpath(root)
        self._links: set[str] = set()

    def read(self, path: str) -> bytes | None:
        try:
            descriptor = os.open(self._place(path), _FLAGS)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None  # ValueError: a name that no file can have
        except OSError as error:
            raise self._not_readable(path, error) from error
        try:
            return self._bytes_of(path, descriptor)
        except OSError as error:
            raise Refusal(f"cannot be read: {error.strerror}", place=path) from error
        finally:
            os.close(descriptor)

    def is_kind(self, path: str, kind: int) -> bool:
        try:
            return stat.S_IFMT(os.stat(self._place(path)).st_mode) == kind
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return False
        except OSError as error:
            raise Refusal(f"cannot be read: {error.strerror}", place=path[:80]) from error

    def exists(self, path: str) -> bool:
        return path not in self._links or os.path.exists(self._place(path))

    def is_link(self, path: str) -> bool:
        return os.path.islink(self._place(path))

    def check_inside(self, folder: str) -> None:
        if not self._is_below(os.path.realpath(self._place(folder))):
            raise leads_out(folder)

    def names(self, folder: str) -> list[str]:
        try:
            return os.listdir(self._place(folder))
        except OSError as error:
            raise Refusal(f"cannot be read: {error.strerror}", place=folder) from error

    def walk(
        self, top: str, onerror: Callable[[Refusal], object] = lambda error: None
    ) -> Iterator[tuple[str, list[str], list[str]]]:
        # os.walk runs out of stack in a tree of a thousand levels before Python 3.12.
        stack = [self._place(top)]
        while stack:
            parent = stack.pop()
            path = parent[self._begins :].replace(os.sep, "/")
            try:
                entries = [entry for entry in os.scandir(parent) if is_text(entry.name)]
            except OSError as error:
                onerror(Refusal(f"cannot be read: {error.strerror}", place=path))
                continue
            folders = [entry.name for entry in entries if _is_folder(entry)]
            links, known = {entry.name for entry in entries if entry.is_symlink()}, {*folders}
            self._links.update(joined(path, name) for name in links)
            yield path, folders, [entry.name for entry in entries if entry.name not in known]
            stack += [os.path.join(parent, name) for name in folders if name not in links]

    def _place(self, path: str) -> str:
        return os.path.join(self._top, path) if path else self._top

    def _bytes_of(self, path: str, descriptor: int) -> bytes:
        """The bytes of an open file: what its path leads to may have changed since. Raises Refusal and OSError."""
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise _not_a_file(path, state.st_mode)
        if not self._is_inside(path, descriptor):
            raise leads_out(path)
        if state.st_size > LARGEST:
            raise too_large(path, state.st_size)
        first = os.read(descriptor, state.st_size + 1)
        if len(first) == state.st_size > 0:
            return first
        pieces, left = [first], LARGEST + 1 - len(first)
        while left and (piece := os.read(descriptor, left)):
            pieces.append(piece)
            left -= len(piece)
        if not left:  # it grew, or its file system does not state sizes
            raise too_large(path, LARGEST + 1)
        return b"".join(pieces)

    def _is_inside(self, path: str, descriptor: int) -> bool:
        """Whether an open file is in the checkout, whatever links led to it."""
        try:
            if self._is_below(os.readlink(f"/proc/self/fd/{descriptor}")):
                return True
        except OSError:
            pass  # not Linux
        real = os.path.realpath(self._place(path))
        try:
            return self._is_below(real) and os.path.samestat(os.stat(real), os.fstat(descriptor))
        except OSError:
            return False

    def _is_below(self, real: str) -> bool:
        return real == self._real or real.startswith(os.path.join(self._real, ""))

    def _not_readable(self, path: str, error: OSError) -> Refusal:
        try:
            state = os.stat(self._place(path))
        except OSError:
            return Refusal(f"cannot be read: {error.strerror}", place=path)
        if stat.S_IFMT(state.st_mode) in _KINDS:
            return _not_a_file(path, state.st_mode)
        return Refusal(f"cannot be read: {error.strerror}", place=path)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # links in a circle
        return False


def _not_a_file(path: str, mode: int) -> Refusal:
    kind = _KINDS.get(stat.S_IFMT(mode), "something else")
    return Refusal(f"{kind}, not a file", place=path, instead="Replace it with a file, or remove it.")


def too_large(path: str, size: int) -> Refusal:
    return Refusal(
        f"too large: it has {size:,} bytes, and at most {LARGEST:,} are read",
        place=path,
        instead="Split it, or move it elsewhere.",
    )


def leads_out(path: str) -> Refusal:
    return Refusal("it leads out of the checkout", place=path, instead="Replace the link with what it links to.")


def is_text(name: str) -> bool:
    """Whether a name on the disk is valid UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def joined(folder: str, name: str) -> str:
    """The path of an entry of a folder; "" is the checkout itself."""
    return f"{folder}/{name}" if folder else name


def matching(source: Source, folder: str, pattern: str, left_out: Container[str] | None) -> list[str]:
    """The files in a folder whose names match, also those in subfolders except for some; without these if None.

    With them whatever else has such a name, except folders: reading it is refused, and so it is not missed.
    """
    if not source.is_kind(folder, stat.S_IFDIR):
        return []
    source.check_inside(folder)
    paths: list[str] = []
    # Several times faster than pathlib's glob; there may be hundreds of files.
    for parent, folders, names in source.walk(folder):
        folders[:] = [name for name in folders if left_out is not None and name not in left_out]
        paths += [joined(parent, name) for name in fnmatch.filter(names, pattern)]
    return sorted(path for path in paths if source.exists(path))
