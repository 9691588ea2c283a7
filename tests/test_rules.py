"""tests/rules: a folder a rule, with changes of the sample checkout that it finds and changes that it does not.

`fails*.diff` and `passes*.diff` are changes (tests/changes.py), and `fails*.output` is what `check` says of them.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from scaffold import creation, rules
from scaffold.audit.finding import Severity
from tests import changes
from tests.conftest import Run
from tests.helpers import fmt_differences, tree

FOLDER = Path(__file__).with_name("rules")
NAMES = rules.names()
PARTS = tuple(part.PART for part in creation.PARTS)
FAILS = sorted(FOLDER.glob("*/fails*.diff"))
PASSES = sorted(FOLDER.glob("*/passes*.diff"))


def _id(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_has_both_cases(name: str) -> None:
    assert (FOLDER / name / "fails.diff").is_file()
    assert (FOLDER / name / "passes.diff").is_file()


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_says_what_it_is_for(name: str) -> None:
    (rule,) = rules.load([name])
    assert rule.title and rule.why.endswith(".") and rule.severity
    assert not rule.selected_only or rule.fix


def test_what_is_read_of_a_module_is_what_it_says() -> None:
    errors = {rule.name for rule in rules.load(NAMES) if rule.severity is Severity.ERROR}
    parts = {name: getattr(_module(name), "PARTS", PARTS) for name in errors}
    assert {part for each in parts.values() for part in each} <= set(PARTS)
    assert rules.guards(PARTS) == sorted(name for name in errors if parts[name])
    for part in PARTS:
        assert rules.guards([part]) == sorted(name for name in errors if part in parts[name])


def _module(name: str) -> ModuleType:
    return import_module(f"scaffold.rules.{name.replace('-', '_')}")


@pytest.mark.parametrize("path", FAILS, ids=_id)
def test_it_finds(path: Path, sample: Path, run: Run, request: pytest.FixtureRequest) -> None:
    changes.apply(sample, path.read_text())
    result = run(f"check --strict --select {path.parent.name}")
    golden = path.with_suffix(".output")
    if request.config.getoption("--rewrite-golden"):
        golden.write_text(result.output)
    assert result.output == golden.read_text()
    assert path.parent.name in result.output


@pytest.mark.parametrize("path", PASSES, ids=_id)
def test_it_does_not_find(path: Path, sample: Path, run: Run) -> None:
    before = tree(sample)
    changes.apply(sample, path.read_text())
    assert tree(sample) != before
    result = run(f"check --strict --select {path.parent.name} --ignore unparsed-file")
    said = [line for line in result.output.splitlines() if not line.startswith("not checked: ")]
    assert (said, result.exit_code) == (["nothing found."], 0)


@pytest.mark.parametrize("path", [path for path in FAILS if rules.load([path.parent.name])[0].fix], ids=_id)
def test_it_mends_what_it_says_it_mends(path: Path, sample: Path, run: Run) -> None:
    changes.apply(sample, path.read_text())
    before = run(f"check --select {path.parent.name}").output
    if "[--fix]" not in before:
        return
    clean = {path: fmt_differences(sample / path) == "" for path in tree(sample) if path.endswith(".tf")}
    run(f"check --fix --select {path.parent.name}")
    assert "[--fix]" not in run(f"check --select {path.parent.name}").output
    assert [path for path, was in clean.items() if was and fmt_differences(sample / path)] == []


def test_the_sample_is_clean(sample: Path, run: Run) -> None:
    result = run("check --strict")
    assert (result.output, result.exit_code) == ("nothing found.\n", 0)
