"""What can go wrong while files are written, in the user's words."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

AGAIN = "run the command again"
_REFUSED = "check its owner, permissions and attributes (ls -ld, lsattr)"


class CommitError(Exception):
    """States the file, the problem, whether anything was written, and the remedy."""


class InterruptedRunError(CommitError):
    """An earlier run was interrupted, and half of its change may be on disk."""


class LeftoverError(CommitError):
    """The change is complete, but some backups could not be removed."""


class Problem(CommitError):
    """args: the problem and the remedy. It is raised from commit() only if everything is as it was before."""

    def __str__(self) -> str:
        return f"{self.args[0]}; nothing was written; {self.args[1]}"


class LeftoversRemain(Problem):
    """Every file has the content that it should have, but some temporary files beside them could not be removed."""


@contextmanager
def blaming(name: str | Path) -> Iterator[None]:
    """Turn an OSError into a Problem of this file."""
    try:
        yield
    except OSError as error:
        remedy = _REFUSED if error.errno in (errno.EPERM, errno.EACCES) else "fix that"
        raise Problem(f"{name}: {error.strerror or error}", f"{remedy}, {AGAIN}") from error
