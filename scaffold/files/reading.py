"""Reading files and folders of a checkout: regular files only, up to a size, and nothing outside of the checkout."""

from __future__ import annotations

import fnmatch
import os
import stat
from collections.abc import Callable, Container, Iterator
from functools import lru_cache
from pathlib import Path

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


def read_file(root: Path, path: str) -> bytes | None:
    """The bytes of a file, None if there is none. Raises Refusal if it cannot be read, or must not be."""
    try:
        descriptor = os.open(root / path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None  # ValueError: a name that no file can have
    except OSError as error:
        raise _not_readable(root, path, error) from error
    try:
        return _bytes_of(root, path, descriptor)
    except OSError as error:
        raise Refusal(f"cannot be read: {error.strerror}", place=path) from error
    finally:
        os.close(descriptor)


def _bytes_of(root: Path, path: str, descriptor: int) -> bytes:
    """The bytes of an open file: what its path leads to may have changed since. Raises Refusal and OSError."""
    state = os.fstat(descriptor)
    if not stat.S_ISREG(state.st_mode):
        raise _not_a_file(path, state)
    if not _is_inside(root, path, descriptor):
        raise leads_out(path)
    pieces, left = [], LARGEST + 1
    while state.st_size <= LARGEST and left and (piece := os.read(descriptor, left)):
        pieces.append(piece)
        left -= len(piece)
    if state.st_size > LARGEST or not left:  # it grew, or its file system does not state sizes
        raise Refusal(
            f"too large: it has {max(state.st_size, LARGEST + 1):,} bytes, and at most {LARGEST:,} are read",
            place=path,
            instead="Split it, or move it elsewhere.",
        )
    return b"".join(pieces)


def _is_inside(root: Path, path: str, descriptor: int) -> bool:
    """Whether an open file is in the checkout, whatever links led to it."""
    top = _real(root)
    try:
        if _is_below(top, os.readlink(f"/proc/self/fd/{descriptor}")):
            return True
    except OSError:
        pass  # not Linux
    real = os.path.realpath(root / path)
    try:
        return _is_below(top, real) and os.path.samestat(os.stat(real), os.fstat(descriptor))
    except OSError:
        return False


@lru_cache(maxsize=8)
def _real(root: Path) -> str:
    return os.path.realpath(root)


def _is_below(top: str, real: str) -> bool:
    return real == top or real.startswith(os.path.join(top, ""))


def _not_readable(root: Path, path: str, error: OSError) -> Refusal:
    try:
        state = os.stat(root / path)
    except OSError:
        return Refusal(f"cannot be read: {error.strerror}", place=path)
    if stat.S_IFMT(state.st_mode) in _KINDS:
        return _not_a_file(path, state)
    return Refusal(f"cannot be read: {error.strerror}", place=path)


def _not_a_file(path: str, state: os.stat_result) -> Refusal:
    kind = _KINDS.get(stat.S_IFMT(state.st_mode), "something else")
    return Refusal(f"{kind}, not a file", place=path, instead="Replace it with a file, or remove it.")


def leads_out(path: str) -> Refusal:
    return Refusal("it leads out of the checkout", place=path, instead="Replace the link with what it links to.")


def check_inside(root: Path, folder: str) -> None:
    """Raise Refusal for a folder that is outside of the checkout."""
    if not _is_below(_real(root), os.path.realpath(root / folder)):
        raise leads_out(folder)


def is_kind(root: Path, path: str, kind: int) -> bool:
    """Whether a path, or what it links to, is of a kind such as `stat.S_IFDIR`. Raises Refusal."""
    try:
        return stat.S_IFMT(os.stat(root / path).st_mode) == kind
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError as error:
        raise Refusal(f"cannot be read: {error.strerror}", place=path[:80]) from error


def walk(
    top: Path, onerror: Callable[[OSError], object] = lambda error: None
) -> Iterator[tuple[str, list[str], list[str]]]:
    """As os.walk, which runs out of stack in a tree of a thousand levels before Python 3.12.

    Names that are not UTF-8 are left out: no file of Terraform or Python can refer to them.
    """
    stack = [os.fspath(top)]
    while stack:
        parent = stack.pop()
        try:
            entries = [entry for entry in os.scandir(parent) if is_text(entry.name)]
        except OSError as error:
            onerror(error)
            continue
        folders = [entry.name for entry in entries if entry.is_dir()]
        links = {entry.name for entry in entries if entry.is_symlink()}
        yield parent, folders, [entry.name for entry in entries if not entry.is_dir()]
        stack += [os.path.join(parent, name) for name in folders if name not in links]


def is_text(name: str) -> bool:
    """Whether a name on the disk is valid UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def matching(root: Path, folder: str, pattern: str, left_out: Container[str] | None) -> list[str]:
    """The files in a folder whose names match, also those in subfolders except for some; without these if None.

    With them whatever else has such a name, except folders: reading it is refused, and so it is not missed.
    """
    if not is_kind(root, folder, stat.S_IFDIR):
        return []
    check_inside(root, folder)
    paths: list[str] = []
    # Several times faster than pathlib's glob; there may be hundreds of files.
    for parent, folders, names in walk(root / folder):
        folders[:] = [name for name in folders if left_out is not None and name not in left_out]
        paths += [os.path.join(parent, name) for name in fnmatch.filter(names, pattern)]
    begins = len(os.path.join(root, ""))
    # A link may be broken.
    return sorted(path[begins:].replace(os.sep, "/") for path in paths if os.path.exists(path))
