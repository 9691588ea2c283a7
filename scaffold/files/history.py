"""What git knows of a file before a text was added to it."""

from __future__ import annotations

import subprocess
from pathlib import Path

# Only the repository of the work tree is asked, not one that a folder only looks like.
_GIT = ("git", "-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false", "--no-optional-locks")
_SECONDS = 10


def version_without(root: Path, path: str, text: str) -> bytes | None:
    """The last committed version of a file without a text that it contains now; None if git knows none."""
    version = _git(root, "cat-file", "blob", f"HEAD:./{path}")
    if version is not None and text.encode() in version:
        commit = (_git(root, "log", "-1", "--format=%H", f"-S{text}", "--", path) or b"").decode().strip()
        version = _git(root, "cat-file", "blob", f"{commit}^:./{path}") if commit else None
    return version if version is not None and text.encode() not in version else None


def _git(root: Path, *words: str) -> bytes | None:
    try:
        return subprocess.run([*_GIT, *words], cwd=root, capture_output=True, timeout=_SECONDS, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
