"""`check --since` and `--staged`: what is new against a commit, on disk or in git's index."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests import hunks
from tests.conftest import Run
from tests.helpers import RULES, append, change, commit, git

TASKS, ALARMS = "infra/ecs-tasks/template/tasks.tf", "infra/modules/alarms_api/alarms-aws.tf"
CLOUDWATCH = "infra/ecs-tasks/template/cloudwatch.tf"
OLD = (RULES / "start-role/fails.diff").read_text()
NEW = (RULES / "fargate-size/fails.diff").read_text()


@pytest.fixture
def repository(sample: Path) -> Path:
    """The sample with old mistakes, all committed."""
    hunks.apply(sample, OLD)
    commit(sample)
    return sample


def shown(run: Run, command: str) -> tuple[list[str], int]:
    """The rules and files of the findings, and the exit status."""
    result = run(f"check {command} --format json")
    findings = json.loads(result.output)["findings"]
    return [f"{finding['rule']} {finding['path']}" for finding in findings], result.exit_code


def test_only_what_is_new_is_shown(repository: Path, run: Run) -> None:
    old, status = shown(run, "")
    assert old and status == 1
    id = git(repository, "rev-parse", "--short=7", "HEAD")
    result = run("check --since HEAD")
    older = f"{len(old)} older findings are not shown." if len(old) > 1 else "1 older finding is not shown."
    assert (result.output, result.exit_code) == (f"nothing found that is not in HEAD ({id}); {older}\n", 0)
    change(repository, TASKS, "cpu       = 4096", "cpu       = 4097")
    new, status = shown(run, "--since HEAD")
    assert (new, status) == ([f"fargate-size {TASKS}"], 1)
    assert run(f"check --since {id}").output.splitlines()[-2] == f"1 error that is not in {id}; {older}"
    assert len(shown(run, "")[0]) == len(old) + 1


def test_one_mistake_of_a_branch_among_many_old_ones(repository: Path, run: Run) -> None:
    """In text, as an annotation, and in SARIF."""
    for rule in ("fargate-size", "not-an-arn", "daylight-pair", "missing-alarm", "unused-variable", "unknown-script"):
        hunks.apply(repository, (RULES / rule / "fails.diff").read_text())
    before = commit(repository)
    assert len(shown(run, "")[0]) > 15
    git(repository, "checkout", "-q", "-b", "branch")
    change(repository, ALARMS, "alarm_names = [", 'alarm_names = [\n    "no-such-schedule",')
    commit(repository)
    command = f"check --since {before[:7]} --strict"
    text, annotations = run(command), run(f"{command} --format github").output.splitlines()
    (result,) = json.loads(run(f"{command} --format sarif").output)["runs"][0]["results"]
    assert re.findall("^  (?:error|warning|note) +(.*?) ", text.output, re.MULTILINE) == ["stale-alarm"]
    assert len(annotations) == 1 and annotations[0].startswith(f"::warning file={ALARMS},") and text.exit_code == 1
    assert (result["ruleId"], result["level"]) == ("stale-alarm", "warning")


def test_everything_is_old_after_the_commit(repository: Path, run: Run) -> None:
    change(repository, TASKS, "cpu       = 4096", "cpu       = 4097")
    before = commit(repository)
    shutil.copy(repository / TASKS, repository / "infra/ecs-tasks/template/all-tasks.tf")
    (repository / TASKS).write_text("")
    append(repository, CLOUDWATCH, "\n# moved\n")
    text = (repository / CLOUDWATCH).read_text()
    (repository / CLOUDWATCH).write_text(f"# lines\n\n# above\n\n{text}")
    assert shown(run, f"--since {before}") == ([], 0)


def test_what_is_not_specific_to_a_task(repository: Path, run: Run) -> None:
    change(repository, ALARMS, "alarm_names = [", 'alarm_names = [\n    "no-such-schedule",')
    assert [line.split(" ")[0] for line in shown(run, "--since HEAD")[0]] == ["stale-alarm"]


def test_some_tasks(repository: Path, run: Run) -> None:
    change(repository, TASKS, "cpu       = 4096", "cpu       = 4097")
    task = json.loads(run("check --since HEAD --format json").output)["findings"][0]["task"]
    assert len(shown(run, f"{task} --since HEAD")[0]) == 1
    other = "dor-import" if task != "dor-import" else "fineos-bucket-tool"
    assert shown(run, f"{other} --since HEAD") == ([], 0)
    hunks.apply(repository, f'@@ {TASKS}\n   tasks = {{\n+    new-task = {{ command = ["no-such-script"] }}')
    assert "unknown-script" in shown(run, "new-task --since HEAD")[0][0]
    assert run("check no-such-task --since HEAD").exit_code == 2


def test_exceptions_and_comments(repository: Path, run: Run) -> None:
    change(repository, TASKS, "cpu       = 4096", "cpu       = 4097")
    result = json.loads(run("check --since HEAD --format json").output)["findings"][0]
    exception = f'[[check.exception]]\nrule = "fargate-size"\nsubject = "{result["subject"]}"\nreason = "x"\n'
    (repository / ".pfml-scaffold").mkdir()
    (repository / ".pfml-scaffold/config.toml").write_text(exception)
    assert shown(run, "--since HEAD") == ([], 0)
    commit(repository)
    (repository / ".pfml-scaffold/config.toml").write_text("")
    assert shown(run, "--since HEAD")[0] == [f"fargate-size {TASKS}"]  # it is not accepted any more
    (repository / ".pfml-scaffold/config.toml").write_text(exception + exception.replace("fargate-size", "stale-alarm"))
    assert shown(run, "--since HEAD")[0] == ["unused-exception .pfml-scaffold/config.toml"]
    commit(repository)
    assert shown(run, "--since HEAD") == ([], 0)
    (repository / ".pfml-scaffold/config.toml").write_text("not toml")
    commit(repository)
    (repository / ".pfml-scaffold/config.toml").unlink()
    assert shown(run, "--since HEAD") == ([], 0)


def test_what_did_not_parse_before(repository: Path, run: Run) -> None:
    text = (repository / CLOUDWATCH).read_text()
    (repository / CLOUDWATCH).write_text("not {")
    id = commit(repository)[:7]
    (repository / CLOUDWATCH).write_text(text)
    result = run("check --since HEAD")
    assert "start-role" in result.output
    note = "it does not parse there, so all findings that need it count as new"
    assert f"not checked: {CLOUDWATCH} in HEAD ({id}): {note}\n" in result.output


def test_a_fix_changes_only_what_is_shown(repository: Path, run: Run) -> None:
    before = (repository / CLOUDWATCH).read_text()
    change(repository, ALARMS, "alarm_names = [", 'alarm_names = [\n    "no-such-schedule",')
    assert "fixable with --fix" in run("check").output
    result = run("check --fix --since HEAD")
    assert (repository / CLOUDWATCH).read_text() == before and "no-such-schedule" not in (
        repository / ALARMS
    ).read_text()
    assert result.output.splitlines()[-1].startswith("nothing found that is not in HEAD")


# --- what is staged


def test_the_next_step_fixes_only_what_is_shown(repository: Path, run: Run) -> None:
    alarms = "infra/modules/alarms_api/alarms-aws.tf"
    change(repository, alarms, "alarm_names = [", 'alarm_names = [\n    "no-such-schedule",')
    assert (
        run("check --since HEAD").output.splitlines()[-1].startswith("Next: pfml-scaffold check --fix --since=HEAD, or")
    )
    assert "--since='HEAD~0', or" in run("check --since HEAD~0").output
    assert "--fix, or" not in run("check --since HEAD --staged").output
    assert " fixed, " in run("check --fix --since=HEAD").output and shown(run, "--since HEAD") == ([], 0)


def test_what_is_staged_counts(repository: Path, run: Run) -> None:
    text = (repository / TASKS).read_text()
    change(repository, TASKS, "cpu       = 4096", "cpu       = 4097")
    assert shown(run, "--since HEAD --staged") == ([], 0)
    git(repository, "add", "--all")
    (repository / TASKS).write_text(text)
    assert shown(run, "--since HEAD --staged") == ([f"fargate-size {TASKS}"], 1)
    assert shown(run, "--since HEAD") == ([], 0)
    assert len(shown(run, "--staged")[0]) == len(shown(run, "")[0]) + 1
    assert "| cpu" in run("check --since HEAD --staged").output  # the line as it is staged


def test_the_first_commit(sample: Path, run: Run) -> None:
    hunks.apply(sample, OLD)
    git(sample, "init", "-q")
    git(sample, "add", "--all")
    result = run("check --since HEAD --staged")
    assert result.exit_code == 1 and result.output.splitlines()[-2].startswith(
        "3 errors that are not in HEAD; 3 fixable"
    )


# --- the default, and what is refused


def test_the_default_is_what_the_branch_adds(repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    clone = repository.parent / "clone"
    git(repository.parent, "clone", "-q", str(repository), "clone")
    change(repository, ALARMS, "alarm_names = [", 'alarm_names = [\n    "only-in-main",')
    commit(repository)
    monkeypatch.chdir(clone)
    change(clone, TASKS, "cpu       = 4096", "cpu       = 4097")
    git(clone, "checkout", "-q", "-b", "branch")
    commit(clone)
    git(clone, "fetch", "-q")
    id = git(clone, "rev-parse", "--short=7", "HEAD^")
    assert f"1 error that is not in origin/main ({id}); 3 older findings are not shown." in run("check --since").output
    git(clone, "update-ref", "-d", "refs/remotes/origin/main")
    git(clone, "update-ref", "refs/remotes/origin/trunk", id)
    git(clone, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    assert f"not in origin/trunk ({id})" in run("check --since").output
    git(clone, "symbolic-ref", "--delete", "refs/remotes/origin/HEAD")
    result = run("check --since")
    assert (result.exit_code, result.output) == (
        2,
        "error: --since: there is no origin/main and no origin/HEAD. Specify a commit: --since REF.\n",
    )


def test_unrelated_histories(repository: Path, run: Run) -> None:
    other = git(repository, "commit-tree", "HEAD^{tree}", "-m", "other")
    git(repository, "update-ref", "refs/remotes/origin/main", other)
    assert "HEAD and origin/main have no commit in common" in run("check --since").output
    assert shown(run, "--since origin/main") == ([], 0)


def test_a_shallow_clone(repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    first = git(repository, "rev-parse", "HEAD")
    git(repository, "checkout", "-q", "-b", "branch")
    commit(repository)
    git(repository.parent, "clone", "-q", "--depth=1", f"file://{repository}", "clone")
    monkeypatch.chdir(repository.parent / "clone")
    git(repository.parent / "clone", "remote", "set-head", "origin", "--delete")
    for command, advice in (
        (f"check --since {first}", f"the commit with git fetch --depth=1 origin {first}, or"),
        ("check --since origin/main", "the commit with git fetch --depth=1 origin +main:refs/remotes/origin/main, or"),
        ("check --since main", "the commit with git fetch --depth=1 origin main, and specify --since FETCH_HEAD, or"),
        ("check --since HEAD~1", "the earlier commits with git fetch --unshallow"),
        ("check --since", "the earlier commits with git fetch --unshallow origin +main:refs/remotes/origin/main"),
    ):
        result = run(command)
        assert result.exit_code == 2, result.output
        assert f"This clone is shallow: fetch {advice}" in result.output
        assert "fetch-depth: 0" in result.output
    git(repository.parent / "clone", "fetch", "-q", "--unshallow", "origin", "+main:refs/remotes/origin/main")
    assert run("check --since").exit_code == 0


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("--since dor-import", "--since 'dor-import': no such commit. Specify a commit, a branch or a tag."),
        ("--since=", "--since: the value is empty."),
        ("--since HEAD:api", "no such commit"),
        ("--since HEAD --staged --fix", "--fix: it cannot fix what is staged. Remove --staged"),
    ],
)
def test_what_is_refused(command: str, message: str, repository: Path, run: Run) -> None:
    result = run(f"check {command}")
    assert result.exit_code == 2 and message in result.output


def test_what_is_not_in_git(sample: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(sample.parent))
    for option in ("--since", "--since HEAD", "--staged"):
        result = run(f"check {option}")
        assert result.exit_code == 2 and "git does not know this checkout: not a git repository" in result.output
    (sample.parent / "empty").mkdir()
    git(sample.parent, "init", "-q")
    git(sample.parent, "commit", "-q", "--allow-empty", "-m", "x")
    monkeypatch.delenv("GIT_CEILING_DIRECTORIES")
    assert "has no file of this checkout. Specify another commit." in run("check --since HEAD").output
    assert f"{TASKS} and api/pyproject.toml are not staged" in run("check --staged").output
    monkeypatch.setenv("PATH", str(sample.parent / "empty"))
    assert "git does not know this checkout: git was not found." in run("check --since").output


def test_with_a_baseline(repository: Path, run: Run) -> None:
    run("check --write-baseline")
    commit(repository)
    assert shown(run, "--since HEAD") == ([], 0)
    change(repository, TASKS, "cpu       = 4096", "cpu       = 4097")
    assert shown(run, "--since HEAD")[0] == shown(run, "")[0] == [f"fargate-size {TASKS}"]
    assert "fixed" not in run("check --since HEAD").output
    run("check --write-baseline")
    assert shown(run, "--since HEAD") == ([], 0)
