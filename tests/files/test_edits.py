from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffold.files.edit import CREATE, MOVE, RENAME, UNCHANGED, Edit
from scaffold.files.plan import Plan

TEXT = st.text("ab\n\r", max_size=8).map(str.encode)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """One file and up to five edits of it that do not overlap, with any line ending, with or without a final
    newline.
    """
    before = draw(st.text("abcd\n\n\r", max_size=80)).encode()
    offsets = sorted(draw(st.lists(st.integers(0, len(before)), max_size=10)))
    edits = []
    for start, end in zip(offsets[::2], offsets[1::2], strict=False):
        edits.append(Edit("x/file.tf", start, end, draw(TEXT), "part"))
    return Plan(tuple(edits), {"x/file.tf": before})


@settings(max_examples=150, deadline=None)
@given(plan=plans())
def test_git_applies_the_diff_to_the_same_bytes(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("git")
    (folder / "x").mkdir()
    file = folder / "x/file.tf"
    file.write_bytes(plan.before["x/file.tf"] or b"")
    if plan.after("x/file.tf") != plan.before["x/file.tf"]:
        _git_apply(folder, plan.diff())
    assert file.read_bytes() == plan.after("x/file.tf")


@pytest.mark.parametrize("text", [b"", b"a\n", b"a", b"a\r\nb\r\n"])
def test_git_makes_a_new_file_from_the_diff(text: bytes, tmp_path: Path) -> None:
    _git_apply(tmp_path, Plan((Edit("d/new.py", 0, 0, text, "part", CREATE),), {"d/new.py": None}).diff())
    assert (tmp_path / "d/new.py").read_bytes() == text


@pytest.mark.parametrize("edits", [(), (Edit("a/old.py", 4, 7, b"NEW", "part", RENAME),)])
def test_git_moves_a_file_by_the_diff(edits: tuple[Edit, ...], tmp_path: Path) -> None:
    move = Edit("a/old.py", 0, 0, b"", "part", MOVE, target="a/new.py")
    plan = Plan((*edits, move), {"a/old.py": b"one\ntwo\nthree\n", "a/new.py": None})
    (tmp_path / "a").mkdir()
    (tmp_path / "a/old.py").write_bytes(b"one\ntwo\nthree\n")
    (tmp_path / "a/old.py").chmod(0o755)
    _git_apply(tmp_path, plan.diff())
    assert plan.outcome() == {"a/old.py": None, "a/new.py": (tmp_path / "a/new.py").read_bytes()}
    assert not (tmp_path / "a/old.py").exists() and (tmp_path / "a/new.py").stat().st_mode & 0o100
    assert {change.path for change in plan.changes() if change.action == RENAME} <= {"a/new.py"}


def _git_apply(folder: Path, diff: bytes) -> None:
    subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"], input=diff, cwd=folder, check=True, capture_output=True
    )


@settings(deadline=None)
@given(plan=plans())
def test_outside_the_spans_every_byte_is_as_it_was(plan: Plan) -> None:
    before, after, position, shift = plan.before["x/file.tf"] or b"", plan.text_after("x/file.tf"), 0, 0
    for edit, (start, end) in zip(plan.edits_of("x/file.tf"), plan.spans_after("x/file.tf"), strict=True):
        assert after[position + shift : start] == before[position : edit.start]
        assert after[start:end] == edit.text
        position, shift = edit.end, end - edit.end
    assert after[position + shift :] == before[position:]


def test_edits_that_overlap_are_an_internal_error() -> None:
    with pytest.raises(AssertionError, match="overlap"):
        Plan((Edit("a", 0, 3, b"", "p"), Edit("a", 2, 4, b"", "p")), {"a": b"abcdef"}).after("a")


def test_a_change_has_the_line_of_its_text_afterwards() -> None:
    edits = (Edit("a", 4, 4, b"\n\nnew\n", "p"), Edit("a", 0, 0, b"first\n", "q"), Edit("a", 2, 2, b"", "r", UNCHANGED))
    lines = [(change.part, change.line) for change in Plan(edits, {"a": b"1\n2\n3\n"}).changes()]
    assert lines == [("p", 6), ("q", 1), ("r", 3)]
