"""Which findings of a state of a checkout are new against an earlier state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import Mock

import pytest

from scaffold.audit import structure
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.audit.identity import Identity, compare, without_lines
from scaffold.audit.structure import address
from scaffold.files.checkout import Checkout

ROLE = 'resource "aws_iam_role" "a" {\n  name = "MISTAKE-1"\n}\n'
OTHER = 'resource "aws_iam_role" "b" {\n  name = "right"\n}\n'
CALL = 'module "tasks" {\n  enable_a = true\n  enable_b = "MISTAKE-1"\n}\n'
RIGHT_CALL = 'module "tasks" {\n  enable_a = true\n}\n'
TASKS = 'locals {\n  tasks = {\n    "a" = { cpu = "%s" }\n    "b" = { cpu = "%s" }\n  }\n}\n'
MAIN = "def main():\n    MISTAKE_1\n"


def _state(root: Path, files: Mapping[str, str]) -> tuple[TolerantCheckout, list[Identity]]:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    root.mkdir(exist_ok=True)
    checkout = TolerantCheckout(Checkout(root))
    return checkout, [
        Identity("a-rule", "a-subject", path, address(checkout, path, match.start()), match[0])
        for path, text in files.items()
        for match in re.finditer(r"MISTAKE\S\d", text)
    ]


SAME = {
    "nothing changes": ({"t/a.tf": ROLE}, {"t/a.tf": ROLE}),
    "lines move": ({"t/a.tf": ROLE}, {"t/a.tf": f"# a comment\n\n{ROLE}"}),
    "a value changes": ({"t/a.tf": ROLE}, {"t/a.tf": ROLE.replace("-1", "-2")}),
    "a block moves in its file": ({"t/a.tf": ROLE + OTHER}, {"t/a.tf": OTHER + ROLE}),
    "a block moves to a file of its folder": ({"t/a.tf": ROLE + OTHER}, {"t/a.tf": OTHER, "t/b.tf": ROLE}),
    "a block moves to an existing file": ({"t/a.tf": ROLE, "t/b.tf": OTHER}, {"t/a.tf": "", "t/b.tf": OTHER + ROLE}),
    "a block is renamed": ({"t/a.tf": ROLE}, {"t/a.tf": ROLE.replace('"a"', '"c"')}),
    "an attribute moves in its block": (
        {"t/a.tf": ROLE},
        {"t/a.tf": ROLE.replace('name = "MISTAKE-1"', 'policy {\n    name = "MISTAKE-1"\n  }')},
    ),
    "a file is renamed": ({"t/a.tf": ROLE}, {"t/b.tf": ROLE}),
    "a folder is renamed": ({"t/test/a.tf": CALL}, {"t/tst/a.tf": CALL}),
    "a module is renamed": ({"api/a/b.py": MAIN}, {"api/c.py": MAIN}),
    "a module and its function are renamed": ({"api/b.py": MAIN}, {"api/c.py": MAIN.replace("main", "run")}),
    "a function is renamed": ({"api/b.py": MAIN}, {"api/b.py": MAIN.replace("main", "run")}),
    "a script moves to another table": (
        {"p.toml": '[tool.poetry.scripts]\na = "MISTAKE-1"\n'},
        {"p.toml": '[project.scripts]\na = "MISTAKE-1"\n'},
    ),
    "a file without a structure is renamed": ({"a.json": "MISTAKE-1"}, {"b.json": "MISTAKE-1"}),
    "there is one fewer": ({"t/a.tf": ROLE * 2}, {"t/a.tf": ROLE}),
}


@pytest.mark.parametrize("name", SAME)
def test_a_finding_stays_the_same_one(name: str, tmp_path: Path) -> None:
    before, after = SAME[name]
    then, old = _state(tmp_path / "before", before)
    now, new = _state(tmp_path / "after", after)
    assert old and new
    difference = compare(old, new, now, then)
    assert (difference.new, len(difference.gone)) == ((), len(old) - len(new))
    assert compare(old, new, now) == difference


NEW = {
    "there was nothing": ({"t/a.tf": OTHER}, {"t/a.tf": OTHER + ROLE}),
    "there is one more": ({"t/a.tf": ROLE * 2}, {"t/a.tf": ROLE * 3}),
    "it is mended in one environment and made in another": (
        {"t/test/main.tf": CALL, "t/prod/main.tf": RIGHT_CALL},
        {"t/test/main.tf": RIGHT_CALL, "t/prod/main.tf": CALL},
    ),
    "it is mended in one block and made in another": (
        {"t/a.tf": ROLE + OTHER},
        {"t/a.tf": ROLE.replace("MISTAKE-1", "right") + OTHER.replace("right", "MISTAKE-1")},
    ),
    "it is mended in one task and made in another": (
        {"t/a.tf": TASKS % ("MISTAKE-1", "right")},
        {"t/a.tf": TASKS % ("right", "MISTAKE-1")},
    ),
    "a block is copied": ({"t/a.tf": ROLE}, {"t/a.tf": ROLE, "t/b.tf": ROLE}),
    "it is mended in one function and made in another": (
        {"a.py": "def a():\n    MISTAKE_1\n\n\ndef b():\n    right\n"},
        {"a.py": "def a():\n    right\n\n\ndef b():\n    MISTAKE_1\n"},
    ),
    "a file of another kind": ({"a.json": "MISTAKE-1"}, {"b.yml": "MISTAKE-1"}),
}
UNKNOWN_BEFORE = {
    "a removed block, and an existing one": (
        {"t/a.tf": ROLE + OTHER},
        {"t/a.tf": OTHER.replace("right", "MISTAKE-1")},
    ),
    "a removed environment, and an existing one": (
        {"t/test/main.tf": CALL, "t/prod/main.tf": RIGHT_CALL},
        {"t/prod/main.tf": CALL},
    ),
}


@pytest.mark.parametrize("name", [*NEW, *UNKNOWN_BEFORE])
def test_a_finding_is_new(name: str, tmp_path: Path) -> None:
    before, after = (NEW | UNKNOWN_BEFORE)[name]
    then, old = _state(tmp_path / "before", before)
    now, new = _state(tmp_path / "after", after)
    difference = compare(old, new, now, then)
    assert (len(difference.new), len(difference.gone)) == (1, len(old) - len(new) + 1)
    if name in NEW:
        assert compare(old, new, now) == difference


def test_a_file_that_does_not_parse_does_not_hide_a_finding(tmp_path: Path) -> None:
    then, old = _state(tmp_path / "before", {"t/a.tf": ROLE})
    now, new = _state(tmp_path / "after", {"t/a.tf": "not {", "t/b.tf": ROLE})
    now.terraform("t/a.tf")
    assert compare(old, new, now, then).new == (0,)


def test_a_subject_that_is_the_path_changes_with_it(tmp_path: Path) -> None:
    then, old = _state(tmp_path / "before", {"t/test/a.tf": ROLE})
    now, new = _state(tmp_path / "after", {"t/tst/a.tf": ROLE})
    for was, name in (("t/test/a.tf", "t/tst/a.tf"), ("t/test", "t/tst"), ("test", "tst")):
        renamed = [old[0]._replace(subject=was)], [new[0]._replace(subject=name)]
        assert compare(*renamed, now, then) == ((), ())
    assert compare([old[0]._replace(subject="t")], [new[0]._replace(subject="tst")], now, then).new == (0,)


def test_the_text_has_no_line_numbers() -> None:
    assert without_lines("as in a/b.tf:12, not 1:2 or x:3y") == "as in a/b.tf, not 1 or x:3y"


def test_many_renamed_blocks_are_compared_in_linear_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unit = Mock(wraps=structure.unit)
    monkeypatch.setattr(structure, "unit", unit)
    for count in (20, 80):
        unit.reset_mock()
        text = "".join(ROLE.replace('"a"', f'"a{index}"') for index in range(count))
        then, before = _state(tmp_path / f"then-{count}", {"t/a.tf": text})
        now, after = _state(tmp_path / f"now-{count}", {"t/a.tf": text.replace('"a', '"b')})
        difference = compare(before, after, now, then)
        assert (difference.new, difference.gone) == ((), ())
        assert unit.call_count <= 10 * count
