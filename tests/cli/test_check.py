"""The `check` command: its output and exit status, exceptions, fixes, and the guard before a write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scaffold.audit import registry
from scaffold.audit.guard import added
from scaffold.changes.proof import proven
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.plan import Plan
from tests import hunks
from tests.conftest import Run
from tests.helpers import RULES, tree

CLOUDWATCH = "infra/ecs-tasks/template/cloudwatch.tf"
TASKS = "infra/ecs-tasks/template/tasks.tf"
WRONG_SCRIPT = (RULES / "unknown-script/fails.diff").read_text()
WRONG_ROLES = (RULES / "start-role/fails.diff").read_text()
EXCEPTIONS = ".pfml-scaffold/check.toml"
SETTINGS = ".pfml-scaffold/config.toml"


def accept(sample: Path, *pairs: tuple[str, str], path: str = SETTINGS) -> None:
    name = "check.exception" if path == SETTINGS else "exception"
    tables = [f'[[{name}]]\nrule = "{rule}"\nsubject = "{subject}"\nreason = "so"\n' for rule, subject in pairs]
    (sample / path).parent.mkdir(exist_ok=True)
    (sample / path).write_text("\n".join(tables))


# --- output


def test_json_has_every_finding_and_the_counts(sample: Path, run: Run) -> None:
    hunks.apply(sample, WRONG_SCRIPT)
    result = run("check --format json")
    assert result.exit_code == 1
    document = json.loads(result.output)
    first = next(found for found in document["findings"] if found["subject"] == "dor-import")
    assert first["rule"] == "unknown-script" and first["severity"] == "error"
    assert (first["path"], first["line"], first["fix"]) == (TASKS, 18, False)
    assert first["message"].endswith("Did you mean dor-import?")
    assert document["counts"]["error"] == sum(found["severity"] == "error" for found in document["findings"]) > 1


def test_the_time_of_each_rule_changes_nothing_else(sample: Path, run: Run) -> None:
    hunks.apply(sample, WRONG_SCRIPT)
    usual, timed = run("check"), run("check --timings")
    assert (timed.stdout, timed.exit_code) == (usual.stdout, usual.exit_code)
    heading, *rows, total = timed.stderr.splitlines()
    assert "first rule that needs it" in heading and total.endswith("  in total")
    times = {name: float(time) for time, name in (row.split(maxsplit=1) for row in rows)}
    assert times.keys() == {*registry.names(), "(reading files)", "(parsing Terraform)", "(parsing Python)"}
    assert [*times.values()] == sorted(times.values(), reverse=True) and times["(parsing Terraform)"] > 0


def test_annotations_are_relative_to_the_workspace(sample: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    hunks.apply(sample, WRONG_SCRIPT)
    for workspace, path in (
        (sample, TASKS),
        (sample.parent, f"{sample.name}/{TASKS}"),
        (sample / "api", TASKS),
    ):
        monkeypatch.setenv("GITHUB_WORKSPACE", str(workspace))
        assert run("check --format github").output.startswith(f"::error file={path},line=")


def test_github_prints_annotations_with_their_escapes(sample: Path, run: Run) -> None:
    other = '"arn:aws:iam::123456789012:role/100%-other"'
    hunks.apply(sample, WRONG_ROLES.replace("aws_iam_role.fineos_bucket_tool_role.arn", other))
    result = run("check --format github --select start-role")
    lines = result.output.splitlines()
    assert lines[0].startswith(
        f"::error file={CLOUDWATCH},line=78,col=3,endLine=78,endColumn=62,title=start-role::The schedule reductions-"
    )
    assert "role/100%25-other" in lines[1]
    assert result.exit_code == 1


def test_only_some_tasks(sample: Path, run: Run) -> None:
    hunks.apply(sample, WRONG_SCRIPT)
    assert "dor-imports" in run("check dor-import").output
    assert "something-else" not in run("check dor-import").output
    assert run("check load-employers-to-fineos").exit_code == 0
    unknown = run("check dor-imprt")
    assert unknown.exit_code == 2
    assert "Did you mean dor-import?" in unknown.stderr


def test_rules_are_listed_and_explained(run: Run) -> None:
    listed = run("check --list-rules").output
    assert [line.split()[0] for line in listed.splitlines()] == registry.names()
    assert {"unparsed-file", "unused-exception"} <= {*registry.names()}
    explained = run("check --explain start-role").output
    assert explained.startswith("start-role (error)\n\nA schedule or trigger that passes")
    assert "\n\nFor example, in infra/ecs-tasks/template/cloudwatch.tf:\n\n    " in explained
    assert "\n\nHow to fix: Pass the roles that the task has.\n\nIn infra/" in explained
    assert "```" not in explained and "## " not in explained and "\\" not in explained
    unknown = run("check --explain start-rol")
    assert unknown.exit_code == 2 and "Did you mean start-role?" in unknown.stderr


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_an_unknown_rule_is_refused(option: str, sample: Path, run: Run) -> None:
    result = run(f"check {option} start-rol")
    assert result.exit_code == 2
    assert f"{option} 'start-rol'" in result.stderr and "Did you mean start-role?" in result.stderr


def test_no_checkout_ends_with_two(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("check").exit_code == 2
    assert run(f"check --repo {tmp_path}").exit_code == 2


def test_warnings_fail_only_with_strict(sample: Path, run: Run) -> None:
    accept(sample, ("start-role", "nobody"))
    assert run("check").exit_code == 0
    assert run("check --strict").exit_code == 1
    assert "unused-exception" in run("check").output


# --- files that do not parse


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (CLOUDWATCH, "\nmodule {\n"),
        (TASKS, "\nlocals {{\n"),
        ("infra/ecs-tasks/template/variables.tf", "\nvariable x\n"),
        ("infra/ecs-tasks/template/iam.tf", '\nresource "\n'),
        ("infra/ecs-tasks/environments/test/main.tf", "\n}\n"),
        ("infra/modules/alarms_api/alarms-aws.tf", "\n]\n"),
        ("api/pyproject.toml", "\n[[[\n"),
        ("api/massgov/pfml/dor/importer/import_dor.py", "\ndef :\n"),
    ],
)
def test_a_file_that_does_not_parse_is_one_finding(path: str, text: str, sample: Path, run: Run) -> None:
    whole = (sample / path).read_text()
    (sample / path).write_text(whole + text)
    result = run("check --format json --strict")
    assert result.exit_code == 1
    findings = json.loads(result.output)["findings"]
    assert [(found["rule"], found["path"]) for found in findings] == [("unparsed-file", path)]
    assert 1 <= findings[0]["line"] <= len(whole.splitlines()) + 4


def test_files_that_a_shell_script_completes_are_not_parsed(sample: Path, run: Run) -> None:
    folder = sample / "bin/bootstrap-env/ecs-tasks"
    folder.mkdir(parents=True)
    main = (sample / "infra/ecs-tasks/environments/test/main.tf").read_text()
    (folder / "main.tf").write_text(main.replace('"test"', '"$ENV_NAME"').replace("-test", "-$ENV_NAME"))
    (folder / "vpc.tf").write_text("locals {\n  vpc = $(shell)\n}\n")
    assert run("check").output == "nothing found.\n"
    (folder / "main.tf").write_text("module {{\n")
    assert "unparsed-file  bin/bootstrap-env/ecs-tasks/main.tf:1" in run("check").output


@pytest.mark.parametrize(
    ("path", "comment"),
    [(CLOUDWATCH, b"# caf\xe9\n"), ("api/massgov/pfml/dor/importer/import_dor.py", b"# caf\xe9\n")],
)
def test_a_file_that_is_not_utf_8_is_one_finding_and_is_refused(
    path: str, comment: bytes, sample: Path, run: Run
) -> None:
    with (sample / path).open("ab") as file:
        file.write(comment)
    findings = json.loads(run("check --format json").output)["findings"]
    assert [(found["rule"], found["path"]) for found in findings] == [("unparsed-file", path)]
    for line in ("rename dor-import dor-wages", "remove dor-import", "schedule dor-import 'rate(1 day)'"):
        run(line)  # which raises internal errors


def test_a_file_that_is_nested_too_deeply_is_one_finding(sample: Path, run: Run) -> None:
    for path, text in (("infra/ecs-tasks/template/deep.tf", f"locals {{\n  deep = {'[' * 3000}{']' * 3000}\n}}\n"),):
        (sample / path).write_text(text)
        findings = json.loads(run("check --format json").output)["findings"]
        assert [(found["rule"], found["path"]) for found in findings] == [("unparsed-file", path)]


def test_tasks_that_cannot_be_read_are_reported(sample: Path, run: Run) -> None:
    whole = (sample / TASKS).read_text()
    (sample / TASKS).write_text(
        whole.replace('"dor-import" = {', '"dor-import" = merge({').replace(
            'dor-gpg-decryption-key" }\n      ]\n    }', 'dor-gpg-decryption-key" }\n      ]\n    }, {})'
        )
    )
    assert "not checked: the task dor-import: its entry is not a plain object" in run("check").output
    (sample / TASKS).write_text(
        whole.replace("tasks = {", "tasks = merge({", 1).replace("    },\n  }\n}", "    },\n  }, {})\n}")
    )
    assert "not checked: the tasks: locals.tasks is not a plain object" in run("check").output


def test_the_other_files_are_still_checked(sample: Path, run: Run) -> None:
    hunks.apply(sample, WRONG_SCRIPT)
    with (sample / CLOUDWATCH).open("a") as file:
        file.write("\nmodule {\n")
    found = {found["rule"] for found in json.loads(run("check --format json").output)["findings"]}
    assert found == {"unparsed-file", "unknown-script"}


# --- exceptions


def test_accepted_findings_are_counted(sample: Path, run: Run) -> None:
    hunks.apply(sample, WRONG_SCRIPT)
    accept(sample, ("unknown-script", "dor-import"), ("unknown-script", "fineos-bucket-tool"))
    result = run("check --select unknown-script --format json")
    assert result.exit_code == 0
    assert json.loads(result.output)["counts"]["exceptions"] == 2
    assert "2 accepted in .pfml-scaffold/config.toml" in run("check --select unknown-script").output


def test_the_earlier_file_of_exceptions_is_read_with_a_hint(sample: Path, run: Run) -> None:
    hunks.apply(sample, WRONG_SCRIPT)
    accept(sample, ("unknown-script", "dor-import"), ("unknown-script", "fineos-bucket-tool"), path=EXCEPTIONS)
    result = run("check --select unknown-script")
    assert result.exit_code == 0 and "; 2 accepted in .pfml-scaffold/check.toml." in result.stdout
    assert result.stderr == (
        "hint: move each [[exception]] of .pfml-scaffold/check.toml to .pfml-scaffold/config.toml as "
        "[[check.exception]], and delete .pfml-scaffold/check.toml.\n"
    )
    accept(sample, ("start-role", "nobody"))
    assert "; 2 accepted in .pfml-scaffold/config.toml and .pfml-scaffold/check.toml" in run("check").stdout
    unused = "unused-exception  .pfml-scaffold/"
    assert f"{unused}config.toml:1" in run("check").stdout
    hunks.apply(sample, WRONG_SCRIPT.replace("\n-", "\n~").replace("\n+", "\n-").replace("\n~", "\n+"))
    assert f"{unused}check.toml:6" in run("check").stdout


def test_an_exception_of_a_rule_that_did_not_run_is_not_unused(sample: Path, run: Run) -> None:
    accept(sample, ("start-role", "nobody"))
    assert "unused-exception" in run("check").output
    assert "unused-exception" not in run("check --ignore start-role").output
    assert "unused-exception" not in run("check dor-import").output
    with (sample / CLOUDWATCH).open("a") as file:
        file.write("\nmodule {\n")
    assert "unused-exception" not in run("check").output


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[exception", "does not parse"),
        ('[[exceptions]]\nrule = "start-role"', "found exceptions"),
        ('exception = "start-role"', "only [[exception]] tables are allowed; found exception"),
        ('[[exception]]\nsubject = "x"\nreason = "y"', "needs a rule"),
        ('[[exception]]\nrule = "start-role"\nreason = "y"', "needs a subject"),
        (
            '\n\n[[exception]]\nrule = "start-role"\nsubject = "x"\nreason = " "',
            f"{EXCEPTIONS}:3: an exception needs a reason",
        ),
        ('[[exception]]\nrule = "start-rol"\nsubject = "x"\nreason = "y"', "Did you mean start-role?"),
        ('[[exception]]\nrule = "start-role"\nsubject = "x"\nreason = "y"\nuntil = "z"', "found until"),
    ],
)
def test_a_bad_exception_is_refused(text: str, says: str, sample: Path, run: Run) -> None:
    (sample / EXCEPTIONS).parent.mkdir()
    (sample / EXCEPTIONS).write_text(text)
    result = run("check")
    assert result.exit_code == 2
    assert says in result.stderr and EXCEPTIONS in result.stderr


# --- fixes


def test_a_dry_run_shows_the_diff_and_writes_nothing(sample: Path, run: Run) -> None:
    hunks.apply(sample, WRONG_ROLES)
    before = tree(sample)
    result = run("check --fix --dry-run --select start-role")
    assert "+  ecs_task_role              = aws_iam_role.dor_import_task_role.arn" in result.output
    assert result.exit_code == 1
    assert tree(sample) == before


def test_a_fix_restores_the_file(sample: Path, run: Run) -> None:
    before = tree(sample)
    hunks.apply(sample, WRONG_ROLES)
    result = run("check --fix --select start-role")
    assert result.exit_code == 0, result.output
    assert tree(sample) == before
    assert "nothing found." in result.output


def test_an_accepted_finding_is_not_fixed(sample: Path, run: Run) -> None:
    hunks.apply(sample, WRONG_ROLES)
    accept(sample, ("start-role", "dor-import"))
    run("check --fix --select start-role")
    assert "ecs_task_role " not in (sample / "infra/ecs-tasks/template/s3_subscriptions.tf").read_text()


def test_a_dry_run_needs_fix(sample: Path, run: Run) -> None:
    result = run("check --dry-run")
    assert result.exit_code == 2 and "Add --fix." in result.stderr


# --- before a write


def plan_of(checkout: Checkout, old: str, new: str) -> Plan:
    """A plan that changes the schedules in a way that no command does."""
    start = checkout.require(CLOUDWATCH).index(old.encode())
    return proven(checkout, [checkout.replace(CLOUDWATCH, start, start + len(old), new, "schedule")])


def test_a_change_that_introduces_an_error_is_refused(sample: Path) -> None:
    checkout = Checkout.find(sample)
    change = plan_of(
        checkout, "aws_iam_role.reductions_workflow_task_role.arn", "aws_iam_role.dor_import_task_role.arn"
    )
    with pytest.raises(Refusal) as refused:
        added(checkout, change, "reductions-process-agency-data")
    assert str(refused.value).startswith(f"{CLOUDWATCH}:79: start-role: the schedule reductions-process-agency-data")


def test_an_existing_error_is_not_attributed_to_the_change(sample: Path) -> None:
    hunks.apply(sample, WRONG_ROLES)
    checkout = Checkout.find(sample)
    change = plan_of(checkout, '"cron(0 11 ? * MON-FRI *)"', '"cron(0 11 ? * SUN-THU *)"')
    findings = added(checkout, change, "reductions-process-agency-data").findings
    assert "start-role" not in {violation.rule.name for violation in findings}


def test_existing_errors_do_not_block_a_change(sample: Path, run: Run) -> None:
    hunks.apply(sample, WRONG_SCRIPT)
    hunks.apply(sample, WRONG_ROLES)
    assert run("task my-new-task --schedule 'rate(1 day)'").exit_code == 0
    assert run("schedule dor-import 'rate(1 day)'").exit_code == 0
    assert run("remove my-new-task").exit_code == 0
    assert run("rename dor-import dor-import-again").exit_code == 0
