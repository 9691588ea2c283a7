"""Changes that the system permits in part: refused before the first of them, or undone, or left with a way out."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scaffold.files.transaction.commit import CommitError, FileTarget, LeftoverError, check, commit, discard, recover
from tests.files.transaction.faults import half_done
from tests.files.transaction.files import TARGETS, Snapshot, build, left_over, snapshot

ME, OTHER = 4321, 12345
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become other users")


def in_process_of(user: int, action: Callable[[], object]) -> str:
    """The message of the CommitError that an action raises as another user, without any capability; else ""."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgid(user)
        os.setuid(user)
        message = ""
        try:
            action()
        except CommitError as error:
            message = str(error)
        except BaseException as error:
            message = f"unexpected: {error!r}"
        os.write(writing, message.encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with open(reading, "rb") as stream:
        return stream.read().decode()


@pytest.fixture
def shared(root: Path) -> Path:
    """A checkout of ME with a folder that everybody can write to, and files of several users in it."""
    (root / "shared").mkdir()
    for name, owner in (("mine", ME), ("theirs", OTHER)):
        (root / "shared" / name).write_bytes(b"before")
        (root / "shared" / name).chmod(0o666)
        os.chown(root / "shared" / name, owner, owner)
    (root / "first").write_bytes(b"before")
    for path in (root, root / ".git", root / "first"):
        os.chown(path, ME, ME)
    return root


@only_root
@pytest.mark.parametrize("after", [b"after", None])
@pytest.mark.parametrize(("mode", "owner"), [(0o1777, 0), (0o1777, ME), (0o1777, OTHER), (0o777, 0)])
@pytest.mark.parametrize("name", ["mine", "theirs", "new"])
def test_a_sticky_folder(name: str, mode: int, owner: int, after: bytes | None, shared: Path) -> None:
    os.chown(shared / "shared", owner, owner)
    (shared / "shared").chmod(mode)
    before, found = snapshot(shared), None if name == "new" else b"before"
    targets = [FileTarget("first", b"before", b"after"), FileTarget(f"shared/{name}", found, after)]
    if targets[1].before == targets[1].after:
        pytest.skip("nothing to do")
    looked = in_process_of(ME, lambda: check(shared, targets))
    message = in_process_of(ME, lambda: commit(shared, targets))
    assert message == looked
    if name == "theirs" and mode & stat.S_ISVTX and owner != ME:
        assert message.startswith("shared/theirs belongs to another user, and shared has the sticky bit")
        assert "; nothing was written; take ownership of the file, or remove the bit (chmod -t shared)" in message
        assert snapshot(shared) == before
    else:
        assert message == ""
        assert (shared / "first").read_bytes() == b"after"
    assert left_over(shared) == []


@only_root
def test_root_may_do_it(shared: Path) -> None:
    (shared / "shared").chmod(0o1777)
    commit(shared, [FileTarget("shared/theirs", b"before", b"after")])
    assert (shared / "shared/theirs").stat().st_uid == OTHER


@contextmanager
def forbidden(*names: str, where: Callable[[Path], bool]) -> Iterator[None]:
    """As for a file or folder with the immutable or the append-only attribute."""

    def refusing(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*paths: Any) -> Any:
            if any(where(Path(path)) for path in paths):
                raise PermissionError(errno.EPERM, "Operation not permitted")
            return real(*paths)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in names:
            patch.setattr(os, name, refusing(getattr(os, name)))
        yield


@pytest.mark.parametrize("number", range(8))
def test_a_file_that_cannot_be_replaced(number: int, root: Path) -> None:
    """It is immutable: nothing can be linked to it, renamed over it, or renamed away. All others are put back."""
    before, targets = build(root), [target for target in TARGETS if target.before != target.after]
    file = (root / targets[number].path).resolve()
    with forbidden("replace", "link", "unlink", where=lambda path: path == file), pytest.raises(CommitError) as caught:
        commit(root, TARGETS)
    assert f"{file.relative_to(root)}: Operation not permitted; nothing was written; check its own" in str(caught.value)
    assert snapshot(root) == before
    assert left_over(root) == []


def test_a_folder_in_which_nothing_can_be_renamed_or_removed(root: Path, after: Snapshot) -> None:
    """It is append-only: the temporary files stay, and the message says so; later runs are not blocked by them."""
    before = build(root)
    inside = forbidden("replace", "unlink", where=lambda path: path.parent == root / "infra")
    with inside, pytest.raises(CommitError) as caught:
        commit(root, TARGETS)
    assert "Operation not permitted" in str(caught.value)
    assert "nothing was written, but not all temporary files could be removed" in str(caught.value)
    assert "then run pfml-scaffold recover (with --discard" in str(caught.value)
    with forbidden("replace", "unlink", where=lambda path: path.parent == root / "infra"):
        sentences = recover(root)
    assert sentences and ".pfml-scaffold-old: Operation not permitted. Delete this file." in sentences
    assert recover(root) is None
    commit(root, [FileTarget("api/keep.py", b"keep\n", b"x")])
    for path in left_over(root):
        (root / path).unlink()
    commit(root, [FileTarget("api/keep.py", b"x", b"keep\n")])
    assert snapshot(root) == before
    commit(root, TARGETS)
    assert snapshot(root) == after


def test_backups_that_cannot_be_removed(root: Path, after: Snapshot) -> None:
    build(root)
    with (
        forbidden("unlink", where=lambda path: path.name.endswith("-old")),
        pytest.raises(LeftoverError, match=r"^everything was written, but not all backups .*; fix that, then run pfml"),
    ):
        commit(root, TARGETS)
    with forbidden("unlink", where=lambda path: path.name.endswith("-old")):
        assert "Delete this file." in (recover(root) or "")
    assert recover(root) is None
    for path in left_over(root):
        (root / path).unlink()
    assert {path: seen for path, seen in snapshot(root).items() if not stat.S_ISDIR(seen[0])} == {
        path: seen for path, seen in after.items() if not stat.S_ISDIR(seen[0])
    }


def test_an_undo_that_cannot_be_finished_can_be_given_up(root: Path) -> None:
    half_done(root)
    found = snapshot(root)
    with (
        forbidden("replace", where=lambda path: path.parent == root / "infra"),
        pytest.raises(
            CommitError, match=r"cleaning up after it failed: infra/\S+: Operation not permitted; fix that, then"
        ),
    ):
        recover(root)
    assert (root / "infra/main.tf").read_bytes() == found["infra/main.tf"][1]
    copies = discard(root)
    assert copies and "infra/.main.tf.pfml-scaffold-old" in copies
    assert recover(root) is None
