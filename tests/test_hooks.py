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
from tests.helpers import ROOT, RULES, append, commit, git

HOOKS = ROOT / ".pre-commit-hooks.yaml"
WORKFLOW = ROOT / "docs/examples/check-tasks.yml"
OWN_WORKFLOW = ROOT / ".github/workflows/test.yml"
OLD = (RULES / "start-role/fails.diff").read_text()
WRONG = (RULES / "unknown-script/fails.diff").read_text()
TASKS = "infra/ecs-tasks/template/tasks.tf"
ME = ("-c", "user.name=A", "-c", "user.email=a@example.com")
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
def repository(sample: Path) -> Path:
    """The sample as a git repository with an old mistake, and with the hook, which runs in this environment."""
    (hook,) = yaml.safe_load(HOOKS.read_text())
    local = {"repo": "local", "hooks": [hook | {"language": "system"}]}
    (sample / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [local]}))
    hunks.apply(sample, OLD)
    commit(sample)
    return sample


def hook(repository: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return call("pre-commit", *words, cwd=repository, PRE_COMMIT_HOME=str(repository.parent / "pre-commit"))


def test_the_hook_fails_for_what_is_staged_and_new(repository: Path) -> None:
    passed = hook(repository, "run", "--all-files")
    assert passed.returncode == 0 and "Passed" in passed.stdout, passed.stdout
    hunks.apply(repository, WRONG)
    unstaged = hook(repository, "run", "--all-files")
    assert unstaged.returncode == 0, unstaged.stdout
    git(repository, "add", "--all")
    failed = hook(repository, "run")
    assert failed.returncode == 1 and "unknown-script" in failed.stdout, failed.stdout
    assert "start-role" not in failed.stdout and "3 older findings are not shown." in failed.stdout


def test_the_hook_checks_the_staged_part_of_a_file(repository: Path) -> None:
    assert hook(repository, "install").returncode == 0
    right = (repository / TASKS).read_text()
    hunks.apply(repository, WRONG)
    git(repository, "add", "--all")
    (repository / TASKS).write_text(right)
    refused = call("git", *ME, "commit", "--quiet", "--message=x", cwd=repository)
    assert refused.returncode == 1 and "unknown-script" in refused.stderr, refused
    git(repository, "add", "--all")
    append(repository, TASKS, "# right\n")
    git(repository, "add", "--all")
    hunks.apply(repository, WRONG)
    accepted = call("git", *ME, "commit", "--quiet", "--message=x", cwd=repository)
    assert accepted.returncode == 0, accepted
    of_all = call("git", *ME, "commit", "--quiet", "--all", "--message=x", cwd=repository)
    assert of_all.returncode == 1 and "unknown-script" in of_all.stderr, of_all


def test_the_hook_on_the_first_commit(repository: Path) -> None:
    git(repository, "update-ref", "-d", "HEAD")
    first = hook(repository, "run")
    assert first.returncode == 1 and "3 errors that are not in HEAD" in first.stdout, first.stdout


@pytest.mark.parametrize(
    ("path", "runs"),
    [
        ("infra/ecs-tasks/template/tasks.tf", True),
        ("infra/ecs-tasks/template/step_function/x.json", True),
        ("api/massgov/pfml/dor/importer/import_dor.py", True),
        ("api/pyproject.toml", True),
        (".pfml-scaffold/check.toml", True),
        ("api/README.md", True),
        ("bin/run-ecs-task/run-task.sh", True),
        (".github/workflows/api-deploy.yml", True),
        ("docs/runbooks/reports.md", True),
        ("api/tests/test_x.py", False),
        ("portal/src/index.ts", False),
    ],
)
def test_the_hook_runs_for_files_that_a_rule_reads(path: str, runs: bool, repository: Path) -> None:
    (repository / path).parent.mkdir(parents=True, exist_ok=True)
    (repository / path).touch()
    git(repository, "add", path)
    assert ("Skipped" not in hook(repository, "run", "--files", path).stdout) is runs


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


def step_run(name: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A step of the workflow, as GitHub runs it."""
    command = next(step["run"] for step in steps() if step.get("name") == name)
    return call("bash", "-e", "-o", "pipefail", "-c", command, cwd=folder, **variables)


def checked(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return step_run("pfml-scaffold check", folder, **variables)


def test_the_workflow_annotates_what_a_pull_request_adds(sample: Path) -> None:
    hunks.apply(sample, OLD)
    commit(sample)
    git(sample, "checkout", "--quiet", "-b", "branch")
    append(sample, "api/README.md", "\n")
    commit(sample)
    clone = sample.parent / "clone"
    git(sample.parent, "clone", "--quiet", str(sample), str(clone))
    depth = next(step["with"]["fetch-depth"] for step in steps() if "fetch-depth" in step.get("with", {}))
    assert depth == 0  # so that the clone has all branches
    git(clone, "checkout", "--quiet", "--detach", "origin/main")
    git(clone, "merge", "--quiet", "--no-ff", "origin/branch")
    passed = checked(clone, GITHUB_BASE_REF="main")
    assert (passed.stdout, passed.returncode) == ("", 0)
    hunks.apply(sample, WRONG)
    commit(sample)
    git(clone, "fetch", "--quiet")
    git(clone, "merge", "--quiet", "--no-ff", "origin/branch")
    failed = checked(clone, GITHUB_BASE_REF="main")
    assert failed.returncode == 1
    lines = failed.stdout.splitlines()
    assert lines[0].startswith("::error file=infra/ecs-tasks/template/tasks.tf,line=18,")
    assert all("title=unknown-script::" in line for line in lines)


def test_the_workflow_without_the_base_says_so(sample: Path) -> None:
    commit(sample)
    result = checked(sample, GITHUB_BASE_REF="main")
    assert result.returncode == 2 and "--since: the value is empty" in result.stderr


def test_the_workflow_keeps_the_catalog(sample: Path) -> None:
    (path,) = [step["with"]["path"] for step in steps() if step.get("uses", "").startswith("actions/upload-artifact@")]
    variables = {"GITHUB_SERVER_URL": "https://example.org", "GITHUB_REPOSITORY": "a/b", "GITHUB_SHA": "c0ffee"}
    result = step_run("pfml-scaffold catalog", sample, **variables)
    assert result.returncode == 0, result.stderr
    assert (
        'href="https://example.org/a/b/blob/c0ffee/infra/ecs-tasks/template/tasks.tf#L' in (sample / path).read_text()
    )


def test_the_workflow_installs_what_this_repository_is() -> None:
    checked_out = {step["with"]["path"] for step in steps() if "path" in step.get("with", {})}
    installed = next(step["run"] for step in steps() if step.get("run", "").startswith("pipx install "))
    assert installed.removeprefix("pipx install ./") in checked_out
