"""Writing a file that is not a part of the checkout."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from scaffold.errors import Refusal


def write_file(path: Path, text: str) -> None:
    """Write a file, or leave it as it is. Raises Refusal if it cannot be written."""
    try:
        with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            file.write(text)
        try:
            os.chmod(file.name, _mode())
            os.replace(file.name, path)
        except OSError:
            os.unlink(file.name)
            raise
    except OSError as error:
        raise Refusal(
            f"cannot be written: {error.strerror}",
            option="--output",
            value=str(path),
            instead="Choose another file, in a folder that exists.",
        ) from error


def _mode() -> int:
    """The permissions of a new file."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
