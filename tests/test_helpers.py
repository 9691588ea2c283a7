"""The oracles themselves can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers import fmt_differences, hashicorp_parses


def test_terraform_fmt_finds_what_is_not_formatted(tmp_path: Path) -> None:
    (tmp_path / "a.tf").write_text("a = 1\nlong = 2\n")
    assert "-a = 1" in fmt_differences(tmp_path / "a.tf")
    assert "-a = 1" in fmt_differences(tmp_path)
    (tmp_path / "a.tf").write_text("a    = 1\nlong = 2\n")
    assert fmt_differences(tmp_path / "a.tf") == ""


def test_hashicorps_parser_rejects_invalid_terraform() -> None:
    with pytest.raises(Exception, match="single-argument"):
        hashicorp_parses(b'module "x" { source = "y"\n  a = 1\n}\n')
