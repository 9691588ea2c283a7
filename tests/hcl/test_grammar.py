"""The cached parser of python-hcl2, compared with python-hcl2 itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hcl2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lark.exceptions import LarkError

from scaffold.cli.sample import SAMPLE
from scaffold.hcl import HclError, grammar, proof

FILES = [path.read_text() for path in sorted((SAMPLE / "infra").rglob("*.tf"))]
PIECES = (
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    "=",
    ":",
    "?",
    "\n",
    " ",
    '"',
    "${",
    "x",
    "1",
    "#",
    "<<E\n",
    "E\n",
    "for",
    "*",
)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    grammar.parser.cache_clear()
    yield
    grammar.parser.cache_clear()


def _ours(text: str) -> str:
    return _outcome(grammar.parser(), text)


def _outcome(parse: object, text: str) -> str:
    """ "" for text that parses, else the error."""
    assert callable(parse)
    try:
        parse(text)
    except LarkError as error:
        return str(error).splitlines()[0]
    return ""


def test_it_accepts_what_python_hcl2_accepts() -> None:
    parse = grammar.parser()
    for text in FILES:
        assert _outcome(parse, text) == _outcome(hcl2.parses_to_tree, text) == ""


PARSE = grammar.parser()


@given(st.sampled_from(FILES), st.integers(0), st.integers(0, 8), st.lists(st.sampled_from(PIECES), max_size=3))
@example("a = 1\n", 4, 1, ["-"])
@example("a = b ? c\n  : d\n", 0, 0, [])
def test_it_refuses_what_python_hcl2_refuses_with_the_same_message(
    text: str, place: int, removed: int, added: list[str]
) -> None:
    start = place % (len(text) + 1)
    mutated = text[:start] + "".join(added) + text[start + removed :]
    assert _outcome(PARSE, mutated) == _outcome(hcl2.parses_to_tree, mutated)


def test_the_tables_are_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = grammar.build()
    calls: list[int] = []

    def build() -> grammar.Tables:
        calls.append(1)
        return built

    monkeypatch.setattr(grammar, "build", build)
    monkeypatch.setattr(grammar, "_cache_folder", lambda folder: tmp_path)
    for _ in range(2):
        grammar.parser.cache_clear()
        assert _ours("a = 1\n") == ""
    assert calls == [1]
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes()[:1000])
    grammar.parser.cache_clear()
    assert _ours("a = 1\n") == ""
    assert calls == [1, 1]


def test_they_are_kept_elsewhere_if_the_installation_is_read_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    assert grammar._cache_folder(tmp_path) == tmp_path / "home" / "pfml-scaffold"
    assert (tmp_path / "home" / "pfml-scaffold").is_dir()


def test_they_are_built_each_time_if_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = grammar.build()
    monkeypatch.setattr(grammar, "build", lambda: built)
    monkeypatch.setattr(grammar, "_cache_folder", lambda folder: tmp_path / "missing")
    assert _ours("a = 1\n") == ""
    assert not (tmp_path / "missing").exists()


def test_python_hcl2_itself_reads_if_lark_has_changed_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    def changed() -> object:
        raise AttributeError("_parse_table")

    monkeypatch.setattr(grammar, "parser", changed)
    monkeypatch.setattr(proof, "_reader", proof._reader.__wrapped__)
    assert proof._reader() is hcl2.parses_to_tree
    proof.prove(b"", b"a = 1\n", [(0, 0)], [(0, 5)])
    with pytest.raises(HclError):
        proof.prove(b"", b'a = "${b c}"\n', [(0, 0)], [(0, 5)])
