"""Runs git: only on the repository of the checkout, without the caller's settings for another one, never writing."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

# Only the repository of the work tree is asked, not one that a folder only looks like.
_GIT = ("git", "-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false", "--no-optional-locks")
# A partial clone fetches what it does not have.
_SECONDS = 60
# What the user sets for git, not which repository a caller works on.
_KEPT = (
    "EXEC_PATH",
    "SSH",
    "SSH_COMMAND",
    "SSL_CAINFO",
    "SSL_NO_VERIFY",
    "ASKPASS",
    "ALLOW_PROTOCOL",
    "CEILING_DIRECTORIES",
)
_KEPT_GROUPS = ("CONFIG_COUNT", "CONFIG_KEY_", "CONFIG_VALUE_", "CONFIG_GLOBAL", "CONFIG_SYSTEM", "CONFIG_NO")


class GitError(Exception):
    """git ended with an error, and said what is in `message`."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Git:
    """git in a folder of a work tree. index: another index than that of the repository."""

    def __init__(self, folder: Path, index: str = "") -> None:
        self.folder = folder
        self._environment = environment(os.environ) | ({"GIT_INDEX_FILE": index} if index else {})

    def run(self, *words: str) -> bytes:
        """What a command prints. Raises GitError."""
        try:
            result = subprocess.run(
                [*_GIT, *words],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            raise GitError(_reason(error)) from error
        if result.returncode:
            raise GitError(_last_line(result.stderr))
        return result.stdout

    def line(self, *words: str) -> str:
        """The only line that a command prints. Raises GitError."""
        return os.fsdecode(self.run(*words)).removesuffix("\n")

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """A command that answers questions. Raises GitError."""
        try:
            return subprocess.Popen(
                [*_GIT, *words],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise GitError(_reason(error)) from error


def environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """An environment for git without what a hook or an alias sets for the repository that called it."""
    kept = {name: value for name, value in inherited.items() if not name.startswith("GIT_") or _is_kept(name[4:])}
    return kept | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}


def _is_kept(name: str) -> bool:
    return name in _KEPT or name.startswith(_KEPT_GROUPS)


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "git was not found"
    if isinstance(error, subprocess.TimeoutExpired):
        return f"git did not answer within {_SECONDS} seconds"
    return str(error)


def _last_line(stderr: bytes) -> str:
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    first = next((line for line in lines if line.startswith(("fatal: ", "error: "))), lines[-1] if lines else "")
    return first.partition(": ")[2] or first
