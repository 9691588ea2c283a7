"""What a later run finds and does after a crash."""

import json
import shutil
from pathlib import Path

import pytest

from scaffold.files.transaction.commit import CommitError, FileTarget, commit, recover
from tests.files.transaction.faults import half_done
from tests.files.transaction.files import BEFORE, JOURNAL, left_over, snapshot


def test_files_changed_since_then_stay(root: Path) -> None:
    half_done(root)
    (root / "infra/main.tf").write_bytes(b"mine")
    (root / "new/deep/task.py").write_bytes(b"mine too")
    (root / "api/pkg/sub/old.py").write_bytes(b"mine again")
    sentence = recover(root) or ""
    assert "put back 5 files." in sentence
    old = root / "infra/.main.tf.pfml-scaffold-old"
    assert (
        f"infra/main.tf was changed since then and is left as it is; its previous content is kept in {old}." in sentence
    )
    assert "new/deep/task.py was changed since then and is left as it is; compare" in sentence
    assert (root / "infra/main.tf").read_bytes() == b"mine"
    assert (root / "new/deep/task.py").read_bytes() == b"mine too"
    assert (root / "api/pkg/sub/old.py").read_bytes() == b"mine again"
    assert old.read_bytes() == BEFORE["infra/main.tf"][1]
    assert sorted(left_over(root)) == [
        "api/pkg/sub/.old.py.pfml-scaffold-old",
        "infra/.main.tf.pfml-scaffold-old",
    ]
    assert (root / "pyproject.toml").read_bytes() == BEFORE["pyproject.toml"][1]
    assert recover(root) is None


def test_files_restored_by_hand(root: Path) -> None:
    half_done(root)
    (root / "infra/main.tf").write_bytes(BEFORE["infra/main.tf"][1])
    assert recover(root) == "An earlier run was interrupted before it was complete; put back 7 files."
    assert left_over(root) == []


def test_files_deleted_since_then(root: Path) -> None:
    half_done(root)
    (root / "infra/main.tf").unlink()
    shutil.rmtree(root / "new")
    sentence = recover(root) or ""
    assert "infra/main.tf was changed since" in sentence and "put back 5 files" in sentence
    assert not (root / "infra/main.tf").exists()


def test_backups_that_no_longer_exist(root: Path) -> None:
    half_done(root)
    (root / "infra/.main.tf.pfml-scaffold-old").unlink()
    sentence = recover(root) or ""
    assert "infra/main.tf was changed since then and is left as it is; compare it with Git." in sentence


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"files": [["../x", null, null]], "made": []}',
        '{"files": [], "made": ["/x"]}',
        "\x00",
    ],
)
def test_an_invalid_journal(root: Path, text: str) -> None:
    (root / JOURNAL).write_text(text)
    with pytest.raises(
        CommitError, match="is not a valid journal; look at git status, then run pfml-scaffold recover --discard"
    ):
        recover(root)
    assert left_over(root) == [JOURNAL]


def test_a_commit_does_not_overwrite_a_journal(root: Path) -> None:
    half_done(root)
    found = snapshot(root)
    with pytest.raises(CommitError, match="an earlier run was interrupted; nothing was written"):
        commit(root, [FileTarget("x", None, b"x")])
    assert snapshot(root) == found


def test_the_journal_names_what_it_needs(root: Path) -> None:
    half_done(root)
    journal = json.loads((root / JOURNAL).read_text())
    assert [entry[0] for entry in journal["files"]][2] == "infra/real.tf"
    assert journal["made"] == ["new", "new/deep"]
