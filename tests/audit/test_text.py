"""The text of `check`: its messages are wrapped at a terminal, and not in pipes."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.audit.reports.wording import markdown, paragraph
from tests import hunks
from tests.conftest import Run
from tests.helpers import RULES


def test_messages_are_wrapped_to_the_terminal(sample: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    hunks.apply(sample, (RULES / "start-role/fails-example.diff").read_text())
    piped = run("check").output
    monkeypatch.setenv("COLUMNS", "100")
    lines = run("check").output.splitlines()
    assert max(map(len, lines)) <= 100 < max(map(len, piped.splitlines()))
    assert " ".join(" ".join(lines).split()) == " ".join(piped.split())
    assert all(line.startswith("    ") for line in lines[2:6])


def test_explanations_are_wrapped_except_for_code(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    piped = run("check --explain start-role").output
    monkeypatch.setenv("COLUMNS", "70")
    lines = run("check --explain start-role").output.splitlines()
    assert max(len(line) for line in lines if not line.startswith(" ")) <= 70
    assert {line for line in lines if line.startswith(" ")} == {line for line in piped.splitlines() if line[:1] == " "}


def test_a_long_word_is_not_broken() -> None:
    word = "x-" * 30
    assert paragraph(f"a b {word} c", 10, "  ") == ["  a b", f"  {word}", "  c"]
    assert paragraph("a  b", 0, "  ") == ["  a  b"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a folder without an __init__.py", r"a folder without an \_\_init\_\_.py"),
        ("only task_name, or * of `a*b_`", r"only task_name, or \* of `a*b_`"),
        ("<environment>|x", r"\<environment>\|x"),
    ],
)
def test_what_would_be_markdown_is_escaped(text: str, written: str) -> None:
    assert markdown(text) == written
