"""tests/rules: one folder for each rule, with changes of the sample checkout that it reports and that it does not.

`fails*.diff` and `passes*.diff` are changes (tests/hunks.py), and `fails*.output` is the output of `check`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.audit import registry, rules
from scaffold.audit.finding import Severity
from scaffold.changes.parts.table import NAMES as PARTS
from tests import hunks
from tests.conftest import Run
from tests.helpers import RULES, tree, unformatted

RULES_FOLDER = Path(rules.__file__).parent
NAMES = registry.names()
FAILS = sorted(RULES.glob("*/fails*.diff"))
PASSES = sorted(RULES.glob("*/passes*.diff"))


def _id(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_has_both_cases(name: str) -> None:
    assert (RULES / name / "fails.diff").is_file()
    assert (RULES / name / "passes.diff").is_file()


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_has_a_title_a_reason_and_a_remedy(name: str) -> None:
    (rule,) = registry.load([name])
    assert rule.title and rule.why.endswith(".") and rule.how.endswith(".") and rule.severity
    assert not rule.selected_only or rule.fix


def _modules() -> set[str]:
    paths = (path for path in RULES_FOLDER.rglob("*.py") if path.stem != "__init__" and path.stem[0] != "_")
    return {".".join(path.relative_to(RULES_FOLDER.parents[2]).with_suffix("").parts) for path in paths}


def test_every_module_is_registered_once_and_every_entry_has_one() -> None:
    assert sorted(entry.module for entry in registry.RULES.values()) == sorted(_modules())


def test_a_module_that_is_not_registered_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = {name: entry for name, entry in registry.RULES.items() if name != "unknown-task"}
    monkeypatch.setattr(registry, "RULES", fewer)
    with pytest.raises(AssertionError, match="unknown_task"):
        test_every_module_is_registered_once_and_every_entry_has_one()


def test_the_guard_runs_the_rules_whose_findings_the_changed_parts_can_introduce() -> None:
    rules = registry.RULES.values()
    parts = {*PARTS, registry.REMOVAL}
    assert {part for entry in rules for part in entry.parts or ()} <= parts
    assert registry.guards(parts) == sorted(entry.name for entry in rules if entry.parts != registry.NO_PART)
    for part in parts:
        concerned = [entry.name for entry in rules if entry.parts is registry.ANY_PART or part in entry.parts]
        assert registry.guards([part]) == sorted(concerned)


@pytest.mark.parametrize("path", FAILS, ids=_id)
def test_it_finds(path: Path, sample: Path, run: Run, request: pytest.FixtureRequest) -> None:
    hunks.apply(sample, path.read_text())
    result = run(f"check --strict --select {path.parent.name}")
    golden = path.with_suffix(".output")
    if request.config.getoption("--rewrite-golden"):
        golden.write_text(result.output)
    assert result.output == golden.read_text()
    assert path.parent.name in result.output


@pytest.mark.parametrize("path", PASSES, ids=_id)
def test_it_does_not_find(path: Path, sample: Path, run: Run) -> None:
    before = tree(sample)
    hunks.apply(sample, path.read_text())
    assert tree(sample) != before
    ignored = "" if path.parent.name == "unparsed-file" else "--ignore unparsed-file"
    result = run(f"check --strict --select {path.parent.name} {ignored}")
    said = [line for line in result.output.splitlines() if not line.startswith("not checked: ")]
    assert (said, result.exit_code) == (["nothing found."], 0)


_OUTPUTS = {path: path.with_suffix(".output") for path in FAILS}
FIXED = [path for path, output in _OUTPUTS.items() if output.exists() and "[--fix]" in output.read_text()]


def test_every_rule_with_a_fix_has_a_case_that_it_fixes() -> None:
    assert {path.parent.name for path in FIXED} == {rule.name for rule in registry.load(NAMES) if rule.fix}


@pytest.mark.parametrize("path", FIXED, ids=_id)
def test_it_fixes_what_it_says_it_fixes(path: Path, sample: Path, run: Run) -> None:
    hunks.apply(sample, path.read_text())
    assert "[--fix]" in run(f"check --select {path.parent.name}").output
    before = unformatted(sample)
    run(f"check --fix --select {path.parent.name}")
    assert "[--fix]" not in run(f"check --select {path.parent.name}").output
    assert unformatted(sample) <= before


def test_the_sample_is_clean(sample: Path, run: Run) -> None:
    result = run("check --strict")
    assert (result.output, result.exit_code) == ("nothing found.\n", 0)


def test_only_the_wanted_modules_are_imported() -> None:
    code = (
        "import sys; from scaffold.audit import registry; registry.load(['unused-local']);"
        "print(*sorted(name for name in sys.modules if name in {rule.module for rule in registry.RULES.values()}))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["scaffold.audit.rules.declarations.unused_local"]


def test_an_entry_without_a_module_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = registry.RegisteredRule("tasks", "no-such-rule", Severity.ERROR, registry.ANY_PART)
    monkeypatch.setattr(registry, "RULES", {**registry.RULES, entry.name: entry})
    with pytest.raises(AssertionError, match="no_such_rule"):
        test_every_module_is_registered_once_and_every_entry_has_one()
