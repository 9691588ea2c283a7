"""What git knows of a file before a text was added to it."""

from __future__ import annotations

from pathlib import Path

from scaffold.files.git.command import Git, GitError


def version_without(root: Path, path: str, text: str) -> bytes | None:
    """The last committed version of a file without a text that it contains now; None if git knows none."""
    git = Git(root)
    try:
        version = git.run("cat-file", "blob", f"HEAD:./{path}")
        if text.encode() in version:
            commit = git.line("log", "-1", "--format=%H", f"-S{text}", "--", path)
            version = git.run("cat-file", "blob", f"{commit}^:./{path}")
    except GitError:
        return None
    return version if text.encode() not in version else None
