"""The contents of git's objects, from one `git cat-file --batch` that is started when the first is needed."""

from __future__ import annotations

import subprocess
from typing import IO

from scaffold.files.git.command import Git

_PIECE = 2**20


class TooLarge(Exception):
    """An object that is not read. size: in bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class Blobs:
    """The objects of a repository. Close it in the end, which ends the process."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, id: str, largest: int) -> bytes | None:
        """The bytes of an object, None if the repository does not have it. Raises TooLarge and GitError."""
        if self._process is None:
            self._process = self._git.start("cat-file", "--batch")
        process = self._process
        assert process.stdin and process.stdout
        try:
            process.stdin.write(f"{id}\n".encode())
            process.stdin.flush()
        except OSError:  # it ended: it could not fetch an earlier object
            self.close()
            return None
        words = process.stdout.readline().split()
        if len(words) != 3 or not words[2].isdigit():
            return None
        return _content(process.stdout, int(words[2]), largest)

    def close(self) -> None:
        if self._process:
            self._process.communicate()
            self._process = None


def _content(stream: IO[bytes], size: int, largest: int) -> bytes:
    pieces, left = [], size
    while left:
        piece = stream.read(min(left, _PIECE))
        if not piece:
            break
        left -= len(piece)
        if size <= largest:
            pieces.append(piece)
    stream.read(1)  # a line break
    if size > largest:
        raise TooLarge(size)
    return b"".join(pieces)
