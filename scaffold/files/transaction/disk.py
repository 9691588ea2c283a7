"""Single operations on files: written and flushed, or an error that is not overlooked."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path, PurePosixPath

from scaffold.files.transaction.problems import AGAIN, Problem, blaming


def file_at(base: Path, path: str) -> Path:
    """The real path of a file in the checkout. Raises Problem if that is not inside of it, or in a git directory."""
    pure = PurePosixPath(path)
    if "\0" in path or not pure.parts or pure.is_absolute() or ".." in pure.parts:
        raise Problem(f"{path!r} is not a path inside the checkout", "use one that is")
    file = Path(os.path.realpath(base / path))
    if base not in file.parents:
        raise Problem(f"{path} points outside the checkout, to {file}", "edit it by hand")
    if ".git" in (part.lower() for part in file.relative_to(base).parts):
        raise Problem(f"{path} is in a git directory", f"move it elsewhere, {AGAIN}")
    return file


def beside(file: Path) -> tuple[Path, Path]:
    """Where the new and the old bytes are kept: in the same directory, since a rename requires that."""
    hidden = f".{file.name}.pfml-scaffold"
    return file.with_name(f"{hidden}-new"), file.with_name(f"{hidden}-old")


def write(file: Path, data: bytes, like: os.stat_result | None) -> None:
    """Create a file, with the mode and owner of another one if there is one, else as the umask says."""
    with open(file, "xb", opener=partial(os.open, mode=0o600 if like else 0o666)) as stream:
        if like:
            with suppress(OSError, AttributeError):  # only root may change owners, and Windows has none
                os.chown(file, like.st_uid, like.st_gid)
            os.chmod(file, stat.S_IMODE(like.st_mode))
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def sync(directories: Iterable[Path]) -> None:
    """Flush directories, so that renames reach the disk. Windows cannot open directories."""
    if sys.platform == "win32":
        return
    for directory in sorted(set(directories)):
        with blaming(directory), descriptor_of(directory) as descriptor:
            try:
                os.fsync(descriptor)
            except OSError as error:
                if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network shares cannot
                    raise


@contextmanager
def descriptor_of(directory: Path) -> Iterator[int]:
    with blaming(directory):
        descriptor = os.open(directory, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def exists(path: Path) -> bool:
    """Unlike os.path.lexists, raises errors other than absence: an overlooked backup would be lost."""
    with blaming(path), suppress(FileNotFoundError, NotADirectoryError):
        return bool(os.lstat(path))
    return False


def remove(file: Path) -> None:
    with suppress(FileNotFoundError, NotADirectoryError):
        os.unlink(file)


def content(file: Path) -> bytes | None:
    """The bytes of a file, None if there is none. Raises Problem for a named pipe and the like, and OSError."""
    if not exists(file):
        return None
    mode = os.lstat(file).st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise Problem(f"{file.name} is not a regular file", f"move it elsewhere, {AGAIN}")
    return file.read_bytes()


def digest(data: bytes | None) -> str | None:
    if data is None:
        return None
    import hashlib

    return hashlib.sha256(data).hexdigest()
