"""A checkout as it is in a commit, or as it is staged, reads as it does on disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffold.errors import Refusal
from scaffold.files import reading
from scaffold.files.checkout import Checkout
from scaffold.files.git.command import environment
from scaffold.files.git.repository import Repository
from scaffold.files.layout import PYPROJECT_FILE, TASKS_FILE
from scaffold.files.reading import Disk
from tests.helpers import commit, git

NAMES = ("a.tf", 'with "quotes".tf', "with\ttab and\nline.tf", "ümlaut.tf", "b.py", "[x]*.tf", "-dash.tf")
LINKS = {
    "link.tf": "a.tf",
    "folder-link": "sub",
    "sub/up.tf": "../a.tf",
    "chain.tf": "link.tf",
    "broken.tf": "nothing.tf",
    "loop.tf": "loop.tf",
    "out.tf": "../../../../outside.tf",
    "absolute.tf": "/etc/hostname",
    "out-folder": "../../../..",
    "through.tf": "folder-link/up.tf",
}


def _ground(root: Path) -> Path:
    """A checkout with names, links and contents of all kinds, in a folder of its repository."""
    top, folder = root / "repo", root / "repo/checkout"
    (root / "outside.tf").write_text("x")
    for path in (TASKS_FILE, PYPROJECT_FILE, "infra/x/sub/deep/c.tf", "infra/x/.terraform/d.tf"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(f"# {path}\r\n".encode())
    for name in NAMES:
        (folder / "infra/x" / name).write_text(f"# word {name}\n")
    (folder / "infra/x").joinpath(os.fsdecode(b"latin-\xe9.tf")).write_text("# word\n")
    (folder / "infra/x/big.tf").write_bytes(b" " * (reading.LARGEST + 1))
    (folder / "infra/x/empty.tf").touch()
    for name, target in LINKS.items():
        (folder / "infra/x" / name).symlink_to(target)
    git(root, "init", "-q", "repo")
    commit(top)
    return folder


def _answers(checkout: Checkout) -> dict[str, object]:
    """All that a checkout says of its files."""
    folders = [
        "",
        "infra",
        "infra/x",
        "infra/x/sub",
        "infra/x/folder-link",
        "infra/x/out-folder",
        "infra/x/a.tf",
        "no",
        "..",
    ]
    paths = [
        *(f"infra/x/{name}" for name in (*NAMES, *LINKS, "big.tf", "empty.tf", "no.tf")),
        *(
            "infra/x/folder-link/deep/c.tf",
            "infra/x/sub/../a.tf",
            "infra/../../../outside.tf",
            "a\0b",
            "infra/x/a.tf/b",
        ),
        *folders,
    ]
    looks: dict[str, Callable[[str], object]] = {
        "read": checkout.read,
        "is_file": checkout.is_file,
        "is_folder": checkout.is_folder,
        "entries": checkout.entries,
        "terraform_files": checkout.terraform_files,
        "below": lambda path: checkout.terraform_files(path, below=True),
        "files": lambda path: checkout.files(path, "*.tf"),
        "everything": checkout.everything_below,
    }
    answers = {f"{name} {path}": _answer(look, path) for name, look in looks.items() for path in paths}
    return answers | {"texts": checkout.texts_with(["word", "tasks.tf"])}


def _answer(look: Callable[[str], object], path: str) -> object:
    try:
        return look(path)
    except Refusal as error:
        return str(error)


def _states(folder: Path, stack: Repository) -> dict[str, Checkout]:
    staged = stack.checkout()
    head = stack.revision("HEAD")
    disk = Disk(folder)
    assert not isinstance(staged.source, Disk)
    return {
        "staged": staged,
        "commit": Checkout(folder, stack.at(head, disk)),
        "commit beside staged": Checkout(folder, stack.at(head, staged.source)),  # type: ignore[arg-type]
    }


def _differences(folder: Path, checkout: Checkout, expected: dict[str, object]) -> dict[str, object]:
    """The answers that are not as expected. In git, it is not known what is outside of the checkout."""
    actual = _answers(checkout)
    return {key: actual[key] for key in expected if actual[key] not in (expected[key], _leads_out(folder, key))}


def _leads_out(folder: Path, key: str) -> object:
    path = key.partition(" ")[2]
    real = os.path.realpath(folder / path) if "\0" not in path else str(folder)
    return "" if real.startswith(str(folder)) else str(reading.leads_out(path))


def test_all_states_read_as_on_disk(tmp_path: Path) -> None:
    folder = _ground(tmp_path)
    expected = _answers(Checkout(folder))
    assert expected["read infra/x/loop.tf"] == "infra/x/loop.tf: cannot be read: Too many levels of symbolic links."
    with Repository(folder, "--since") as repository:
        for name, checkout in _states(folder, repository).items():
            assert _differences(folder, checkout, expected) == {}, name


def test_other_states_are_read_although_the_work_tree_has_another(tmp_path: Path) -> None:
    folder = _ground(tmp_path)
    expected = _answers(Checkout(folder))
    head = commit(folder)
    shutil.move(folder / "infra/x/sub", folder / "infra/x/sub2")
    for name in NAMES:
        (folder / "infra/x" / name).write_text("# other\n")
    (folder / "infra/x/new.tf").write_text("# word\n")
    with Repository(folder, "--since") as repository:
        for name, checkout in _states(folder, repository).items():
            assert _differences(folder, checkout, expected) == {}, name
    commit(folder)
    with Repository(folder, "--since") as repository:
        staged = repository.checkout()
        assert staged.read("infra/x/a.tf") == b"# other\n" and staged.is_folder("infra/x/sub2")
        for now in (Disk(folder), staged.source):
            earlier = Checkout(folder, repository.at(repository.revision(head), now))  # type: ignore[arg-type]
            assert _differences(folder, earlier, expected) == {}


def test_nothing_is_written(tmp_path: Path) -> None:
    folder = _ground(tmp_path)
    (folder / TASKS_FILE).touch()  # git would look at it again, and remember that it is the same
    objects = sorted((folder.parent / ".git").rglob("*"))
    index = (folder.parent / ".git/index").read_bytes()
    with Repository(folder, "--since") as repository:
        _states(folder, repository)
    assert sorted((folder.parent / ".git").rglob("*")) == objects
    assert (folder.parent / ".git/index").read_bytes() == index


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_object_formats(form: str, sample: Path) -> None:
    git(sample, "init", "-q", f"--object-format={form}")
    id = commit(sample)
    assert len(id) == {"sha1": 40, "sha256": 64}[form]
    (sample / TASKS_FILE).write_text("")
    with Repository(sample, "--since") as repository:
        earlier = Checkout(sample, repository.at(repository.revision("HEAD"), Disk(sample)))
        assert earlier.read(TASKS_FILE) and Checkout(sample).read(TASKS_FILE) == b""


def test_a_worktree(sample: Path) -> None:
    commit(sample)
    other = sample.parent / "worktree"
    git(sample, "worktree", "add", "-q", str(other))
    (other / "api/new.py").write_text("")
    git(other, "add", "--all")
    with Repository(other, "--since") as repository:
        assert repository.checkout().is_file("api/new.py")
        assert not Checkout(other, repository.at(repository.revision("HEAD"), Disk(other))).is_file("api/new.py")


def test_a_submodule(sample: Path) -> None:
    library = sample.parent / "library"
    library.mkdir()
    (library / "main.tf").write_text("# one\n")
    commit(library)
    git(sample, "init", "-q")
    git(sample, "submodule", "--quiet", "add", str(library), "infra/modules/library")
    commit(sample)
    path = "infra/modules/library/main.tf"
    (sample / path).write_text("# two\n")
    with Repository(sample, "--since") as repository:
        states = _states(sample, repository)
        assert {name: state.read(path) for name, state in states.items()} == dict.fromkeys(states, b"# one\n")
    id = commit(sample / "infra/modules/library")
    git(sample, "add", "--all")
    with Repository(sample, "--since") as repository:
        assert repository.checkout().read(path) == b"# two\n"
        assert Checkout(sample, repository.at(repository.revision("HEAD"), Disk(sample))).read(path) == b"# one\n"
    shutil.rmtree(sample / ".git/modules/infra/modules/library/objects" / id[:2])
    with Repository(sample, "--staged") as repository, pytest.raises(Refusal, match="Run git submodule update"):
        repository.checkout()
    git(sample, "submodule", "--quiet", "deinit", "--force", "infra/modules/library")
    with Repository(sample, "--since") as repository:
        assert repository.checkout().entries("infra/modules/library") == []


def test_a_sparse_work_tree(sample: Path) -> None:
    commit(sample)
    git(sample, "sparse-checkout", "set", "api", "infra/ecs-tasks", "infra/constants")
    with Repository(sample, "--since") as repository:
        earlier = Checkout(sample, repository.at(repository.revision("HEAD"), Disk(sample)))
        assert earlier.entries("infra") == Checkout(sample).entries("infra")
        assert "modules" in repository.checkout().entries("infra")


def test_git_lfs(sample: Path) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12\n"
    (sample / "infra/large.tf").write_text(pointer)
    commit(sample)
    with Repository(sample, "--staged") as repository, pytest.raises(Refusal, match="it is in Git LFS"):
        repository.checkout().read("infra/large.tf")


def test_a_missing_object(sample: Path) -> None:
    commit(sample)
    id = git(sample, "rev-parse", f"HEAD:{TASKS_FILE}")
    (sample / ".git/objects" / id[:2] / id[2:]).unlink()
    with Repository(sample, "--staged") as repository, pytest.raises(Refusal, match=f"git has no object {id[:7]}"):
        repository.checkout().read(TASKS_FILE)


def test_a_partial_clone_fetches_only_what_is_different(sample: Path) -> None:
    old = commit(sample)
    (sample / TASKS_FILE).write_text("# new\n")
    commit(sample)
    git(sample, "config", "uploadpack.allowFilter", "true")
    git(sample, "config", "uploadpack.allowAnySHA1InWant", "true")
    clone = sample.parent / "clone"
    git(sample.parent, "clone", "-q", "--filter=blob:none", f"file://{sample}", "clone")
    missing = git(clone, "rev-list", "--objects", "--all", "--missing=print").count("?")
    assert missing == 1
    with Repository(clone, "--since") as repository:
        earlier = Checkout(clone, repository.at(repository.revision(old), Disk(clone)))
        assert earlier.read(PYPROJECT_FILE) and earlier.read(TASKS_FILE) != b"# new\n"


def test_what_is_only_intended_to_be_added_is_not_staged(sample: Path) -> None:
    commit(sample)
    (sample / "api/new.py").write_text("x = 1\n")
    (sample / "api/empty.py").touch()
    git(sample, "add", "--intent-to-add", "api/new.py")
    git(sample, "add", "api/empty.py")
    with Repository(sample, "--staged") as repository:
        staged = repository.checkout()
        assert (staged.is_file("api/new.py"), staged.is_file("api/empty.py")) == (False, True)


def test_the_index_of_a_commit_of_some_files(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(sample)
    (sample / "api/new.py").touch()
    own = sample / ".git/next-index-1.lock"
    shutil.copy(sample / ".git/index", own)
    git(sample, "add", "api/new.py", GIT_INDEX_FILE=str(own))
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index-1.lock")
    monkeypatch.setenv("GIT_DIR", ".git")
    with Repository(sample, "--staged") as repository:
        assert repository.checkout().is_file("api/new.py")
    shutil.copy(own, sample.parent / "index")
    monkeypatch.setenv("GIT_INDEX_FILE", "../index")  # of another repository
    with Repository(sample, "--staged") as repository:
        assert not repository.checkout().is_file("api/new.py")


def test_the_environment_of_git() -> None:
    inherited = {
        "GIT_DIR": "x",
        "GIT_WORK_TREE": "x",
        "GIT_OBJECT_DIRECTORY": "x",
        "PATH": "p",
        "GIT_CONFIG_COUNT": "0",
    }
    kept = environment(inherited)
    assert kept == {"PATH": "p", "GIT_CONFIG_COUNT": "0", "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
