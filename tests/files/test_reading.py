"""Only regular files of the checkout are read, and only up to a size."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffold.errors import Refusal
from scaffold.files import reading
from scaffold.files.checkout import Checkout
from scaffold.rendering.files import OWN_FOLDER
from tests.conftest import Run
from tests.helpers import tree

SECRET = "sample-secret-that-must-not-be-shown"
TEMPLATE = "infra/ecs-tasks/template"


def socket_at(place: Path) -> None:
    here = os.getcwd()
    os.chdir(place.parent)  # the path of a socket has at most about 100 bytes
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(place.name)
    finally:
        os.chdir(here)


def outside() -> Path:
    """A file beside the checkout."""
    secret = Path.cwd().parent / "secret"
    secret.write_text(f'variable "{SECRET}" {{}}\n')
    return secret


def link(place: Path, target: Path) -> None:
    """A link by way of another link in the checkout."""
    Path("inner").symlink_to(target)
    place.symlink_to(Path("inner").absolute())


def sparse(place: Path) -> None:
    place.touch()
    os.truncate(place, 10**12)


def inner(place: Path) -> None:
    (place.parent / "real.txt").write_text("# inner\n")
    place.symlink_to("real.txt")


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "named pipe": (os.mkfifo, "a named pipe, not a file"),
    "socket": (socket_at, "a socket, not a file"),
    "device": (lambda place: place.symlink_to("/dev/zero"), "a device, not a file"),
    "null device": (lambda place: place.symlink_to("/dev/null"), "a device, not a file"),
    "link out": (lambda place: place.symlink_to(outside()), "it leads out of the checkout"),
    "relative link out": (
        lambda place: place.symlink_to(os.path.relpath(outside(), place.parent)),
        "it leads out of the checkout",
    ),
    "link to a link out": (lambda place: link(place, outside()), "it leads out of the checkout"),
    "too large": (lambda place: place.write_bytes(b" " * (reading.LARGEST + 1)), "too large: it has 4,194,305 bytes"),
    "sparse": (sparse, "too large: it has 1,000,000,000,000 bytes"),
}
HARMLESS: dict[str, Callable[[Path], object]] = {
    "link inside": inner,
    "as large as possible": lambda place: place.write_bytes(b"\n" * reading.LARGEST),
    "empty": lambda place: place.touch(),
}
COMMANDS: dict[str, str] = {
    f"{TEMPLATE}/more.tf": "list",
    "infra/modules/ecs_task_scheduler/more.tf": "task my-new-task-name --schedule 'rate(1 day)'",
    "api/massgov/pfml/more.py": "rename dor-import dor-import-again --dry-run",
    "api/tests/test_more.py": "show dor-import",
    f"{OWN_FOLDER}/snippets/task.tf": "task my-new-task-name --dry-run",
    ".pfml-scaffold/check.toml": "check",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_file_of_the_checkout_is_not_read(kind: str, sample: Path) -> None:
    make, message = HOSTILE[kind]
    make(sample / "api/x.py")
    with pytest.raises(Refusal, match=message):
        Checkout(sample).read("api/x.py")
    assert Checkout(sample).texts_with([SECRET, "\0\0"]) == []


@pytest.mark.parametrize("kind", HARMLESS)
def test_other_files_are_read(kind: str, sample: Path) -> None:
    HARMLESS[kind](sample / "api/x.py")
    assert Checkout(sample).read("api/x.py") == (sample / "api/x.py").read_bytes()


@pytest.mark.parametrize("name", ["a\0b", "\udcff/\ud800", "no/such/file", "api/pyproject.toml/x"])
def test_names_that_no_file_has(name: str, sample: Path) -> None:
    checkout = Checkout(sample)
    assert checkout.read(name) is None
    assert not checkout.is_file(name) and not checkout.is_folder(name) and checkout.entries(name) == []
    assert checkout.files(name, "*") == checkout.terraform_files(name) == []


def test_paths_that_step_out_of_the_checkout(sample: Path) -> None:
    outside()
    with pytest.raises(Refusal, match="it leads out of the checkout"):
        Checkout(sample).read("api/../../secret")
    with pytest.raises(Refusal, match="it leads out of the checkout"):
        Checkout(sample).entries("..")
    assert Checkout(sample).read("api/../api/pyproject.toml") == (sample / "api/pyproject.toml").read_bytes()


def test_folders_outside_of_the_checkout_are_not_listed(sample: Path) -> None:
    (sample.parent / "folder").mkdir()
    (sample.parent / "folder/secret.tf").write_text(SECRET)
    (sample / "linked").symlink_to(sample.parent / "folder")
    checkout = Checkout(sample)
    listings: list[Callable[[], object]] = [
        lambda: checkout.entries("linked"),
        lambda: checkout.folders("linked"),
        lambda: checkout.files("linked", "*"),
        lambda: checkout.terraform_files("linked", below=True),
        lambda: checkout.everything_below("linked"),
        lambda: checkout.read("linked/secret.tf"),
    ]
    for listing in listings:
        with pytest.raises(Refusal, match="it leads out of the checkout"):
            listing()


def test_a_checkout_that_is_itself_reached_by_a_link(sample: Path) -> None:
    link = sample.parent / "link"
    link.symlink_to(sample)
    checkout = Checkout(link)
    assert checkout.read("api/pyproject.toml") and "more.tf" not in checkout.terraform_files(TEMPLATE)
    assert checkout.terraform_files(TEMPLATE) == Checkout(sample).terraform_files(TEMPLATE) != []


def test_without_proc(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other systems do not say where a descriptor leads."""

    def missing(path: str) -> str:
        raise FileNotFoundError(path)

    monkeypatch.setattr(os, "readlink", missing)
    assert Checkout(sample).read("api/pyproject.toml")
    (sample / "inner").symlink_to(sample / "api/pyproject.toml")
    (sample / "outer").symlink_to(outside())
    monkeypatch.undo()
    monkeypatch.chdir(sample)
    assert Checkout(sample).read("inner")
    with pytest.raises(Refusal):
        Checkout(sample).read("outer")


def test_a_path_that_changes_while_it_is_read(sample: Path) -> None:
    """Whatever a path leads to at the time, the bytes are never those of a file outside."""
    secret, path, stop = outside(), sample / "swapped", threading.Event()

    def swap() -> None:
        while not stop.is_set():
            for target in (secret, sample / "api/pyproject.toml"):
                (sample / "next").unlink(missing_ok=True)
                (sample / "next").symlink_to(target)
                os.replace(sample / "next", path)

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        for _ in range(300):
            try:
                data = Checkout(sample).read("swapped")
            except Refusal:
                continue
            assert data is None or SECRET.encode() not in data
    finally:
        stop.set()
        swapper.join()


@pytest.mark.parametrize("path", COMMANDS)
@pytest.mark.parametrize("kind", HOSTILE)
def test_commands_name_the_file_that_cannot_be_read(kind: str, path: str, sample: Path, run: Run) -> None:
    make, message = HOSTILE[kind]
    before = tree(sample)
    (sample / path).parent.mkdir(parents=True, exist_ok=True)
    make(sample / path)
    result = run(COMMANDS[path])
    assert result.exit_code in (1, 2) and SECRET not in result.output
    assert result.stderr.startswith((f"error: {path}: {message}", f"error: {path}: not a file, nor a link to one"))
    (sample / path).unlink()
    (sample / "inner").unlink(missing_ok=True)
    assert tree(sample) == before


@pytest.mark.parametrize(
    "path", [f"{TEMPLATE}/more.tf", "infra/ecs-tasks/environments/test/more.tf", "infra/modules/alarms_api/more.tf"]
)
@pytest.mark.parametrize("kind", HOSTILE)
def test_check_says_what_it_did_not_read(kind: str, path: str, sample: Path, run: Run) -> None:
    make, message = HOSTILE[kind]
    make(sample / path)
    result = run("check")
    assert result.exit_code == 1 and SECRET not in result.output
    assert f"unparsed-file  {path}:1\n    {message[0].upper()}{message[1:]}" in result.output


@pytest.mark.parametrize("name", ["pipe", "infra/ecs-tasks/data", f"{TEMPLATE}/data.bin", "docs.md", "api/Makefile2"])
@pytest.mark.parametrize("kind", HOSTILE)
def test_other_files_are_in_nobodys_way(kind: str, name: str, sample: Path, run: Run) -> None:
    HOSTILE[kind][0](sample / name)
    for line in ("list", "check", "show dor-import", "task my-new-task-name --dry-run"):
        assert run(line).exit_code == 0, line
