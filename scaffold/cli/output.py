"""Writing a file that is not a part of the checkout."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from scaffold.errors import Refusal


def write_file(path: Path, text: str) -> None:
    """Write a file, or leave it as it is. Raises Refusal if it cannot be written."""
    new = path.parent / f".{path.name}.{os.getpid()}"
    try:
        with open(new, "x", encoding="utf-8") as file:
            file.write(text)
        os.replace(new, path)
    except OSError as error:
        with suppress(OSError):  # most often it does not exist
            new.unlink()
        raise Refusal(
            f"cannot be written: {error.strerror}",
            option="--output",
            value=str(path),
            instead="Choose another file, in a folder that exists.",
        ) from error
