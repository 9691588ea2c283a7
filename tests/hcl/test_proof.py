from __future__ import annotations

from pathlib import Path

import hcl2.parser
import pytest

from scaffold.hcl import HclError, proof


def test_only_the_blocks_that_an_edit_touched_are_read() -> None:
    # python-hcl2 fails on `a = = 1`, and so does Terraform; the other block is fine.
    good = b'variable "a" {\n  x = 1\n}\n'
    proof.prove(good * 2, [(0, 5)])
    with pytest.raises(HclError):
        proof.prove(good + b'variable "b" {\n  x = = 1\n}\n', [(40, 41)])


def test_what_python_hcl2_does_not_parse_is_an_error_with_its_line() -> None:
    # What stands in an interpolation, which this package's parser leaves for later.
    data = b'a {\n}\nb "x" {\n  c = "${x y}"\n}\n'
    with pytest.raises(HclError) as raised:
        proof.prove(data, [(10, 11)])
    assert raised.value.line == 4


def test_escapes_that_python_hcl2_does_not_know_pass() -> None:
    proof.prove(b'a = "%%{ and $${"\n', [(0, 5)])


def test_the_grammar_cache_moves_where_the_installation_is_read_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hcl2.parser, "PARSER_FILE", tmp_path / "missing" / "cache.bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    proof._grammar_cache()
    assert tmp_path / "home" / "pfml-scaffold" / "hcl2-grammar.bin" == hcl2.parser.PARSER_FILE
    assert hcl2.parser.PARSER_FILE.parent.is_dir()
