"""How other tools run `check`: as a pre-commit hook, and in a GitHub workflow."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import hunks
from tests.helpers import ROOT, RULES

HOOKS = ROOT / ".pre-commit-hooks.yaml"
WORKFLOW = ROOT / "docs/examples/check-tasks.yml"
OWN_WORKFLOW = ROOT / ".github/workflows/test.yml"
WRONG = (RULES / "unknown-script/fails.diff").read_text()
PROGRAMS = Path(sys.executable).parent


def call(*words: str, cwd: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"} | variables
    return subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


# --- pre-commit


def test_the_own_configuration_is_valid() -> None:
    result = call("pre-commit", "validate-config", str(ROOT / ".pre-commit-config.yaml"))
    assert result.returncode == 0, result.stdout


def test_the_manifest_is_valid_for_pre_commit() -> None:
    result = call("pre-commit", "validate-manifest", str(HOOKS))
    assert result.returncode == 0, result.stdout


@pytest.fixture
def repository(sample: Path, tmp_path: Path) -> Path:
    """The sample as a git repository with the hook, which runs in this environment instead of its own."""
    (hook,) = yaml.safe_load(HOOKS.read_text())
    local = {"repo": "local", "hooks": [hook | {"language": "system"}]}
    (sample / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [local]}))
    for words in (("init", "-q"), ("add", "-A")):
        assert call("git", *words, cwd=sample).returncode == 0
    return sample


def hook(repository: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return call("pre-commit", "run", *words, cwd=repository, PRE_COMMIT_HOME=str(repository.parent / "pre-commit"))


def test_the_hook_passes_and_fails(repository: Path) -> None:
    passed = hook(repository, "--all-files")
    assert passed.returncode == 0 and "Passed" in passed.stdout, passed.stdout
    hunks.apply(repository, WRONG)
    failed = hook(repository, "--all-files")
    assert failed.returncode == 1 and "unknown-script" in failed.stdout, failed.stdout


@pytest.mark.parametrize(
    ("path", "runs"),
    [
        ("infra/ecs-tasks/template/tasks.tf", True),
        ("infra/ecs-tasks/template/step_function/x.json", True),
        ("api/massgov/pfml/dor/importer/import_dor.py", True),
        ("api/pyproject.toml", True),
        (".pfml-scaffold/check.toml", True),
        ("api/README.md", False),
        ("bin/run-ecs-task/run-task.sh", False),
    ],
)
def test_the_hook_runs_for_files_that_a_rule_reads(path: str, runs: bool, repository: Path) -> None:
    (repository / path).parent.mkdir(exist_ok=True)
    (repository / path).touch()
    assert call("git", "add", path, cwd=repository).returncode == 0
    assert ("Skipped" not in hook(repository, "--files", path).stdout) is runs


# --- GitHub


def steps() -> list[dict[str, Any]]:
    return list(yaml.safe_load(WORKFLOW.read_text())["jobs"]["check"]["steps"])


@pytest.mark.parametrize("workflow", [WORKFLOW, OWN_WORKFLOW], ids=lambda path: path.stem)
def test_a_workflow_is_valid(workflow: Path) -> None:
    result = call("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(workflow))
    assert result.returncode == 0, result.stdout


def test_the_own_workflow_runs_the_commands_of_the_readme_on_each_python() -> None:
    job = yaml.safe_load(OWN_WORKFLOW.read_text())["jobs"]["test"]
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert set(re.findall(r"^(make (?:demo|test))\b", (ROOT / "README.md").read_text(), re.MULTILINE)) < set(commands)
    assert commands == ["make lint", "make demo", "make test"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={job['strategy']['matrix']['python-version'][0]}"


def test_the_workflow_annotates_and_fails(sample: Path) -> None:
    command = next(step["run"] for step in steps() if step.get("name") == "pfml-scaffold check")
    passed = call("bash", "-e", "-o", "pipefail", "-c", command, cwd=sample)
    assert (passed.stdout, passed.returncode) == ("", 0)
    hunks.apply(sample, WRONG)
    failed = call("bash", "-e", "-o", "pipefail", "-c", command, cwd=sample)
    assert failed.returncode == 1
    assert failed.stdout.startswith("::error file=infra/ecs-tasks/template/tasks.tf,line=18,title=unknown-script::")


def test_the_workflow_installs_what_this_repository_is() -> None:
    checked_out = {step["with"]["path"] for step in steps() if "path" in step.get("with", {})}
    installed = next(step["run"] for step in steps() if step.get("run", "").startswith("pipx install "))
    assert installed.removeprefix("pipx install ./") in checked_out
