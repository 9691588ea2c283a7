"""The table `check` of `.pfml-scaffold/config.toml`, and what it does to `check` and to the guard before a write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scaffold.audit.guard import added
from scaffold.audit.path_ignores import matches
from scaffold.changes.proof import proven
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.plan import Plan
from tests import hunks
from tests.conftest import Run
from tests.helpers import RULES, change

SETTINGS = ".pfml-scaffold/config.toml"
CLOUDWATCH = "infra/ecs-tasks/template/cloudwatch.tf"
TASKS = "infra/ecs-tasks/template/tasks.tf"
ALARMS = "infra/modules/alarms_api/alarms-aws.tf"
EXCEPTION = '[[check.exception]]\nrule = "start-role"\nsubject = "x"\nreason = "y"\n'


def write(sample: Path, text: str) -> None:
    (sample / SETTINGS).parent.mkdir(exist_ok=True)
    (sample / SETTINGS).write_text(text)


@pytest.fixture
def wrong(sample: Path) -> Path:
    """The sample with an error of two rules and a warning of a third."""
    hunks.apply(sample, (RULES / "start-role/fails.diff").read_text())
    change(sample, TASKS, "cpu       = 4096", "cpu       = 4097")
    change(sample, ALARMS, "alarm_names = [", 'alarm_names = [\n    "no-such-schedule",')
    return sample


def rules(run: Run, options: str = "") -> dict[str, str]:
    """The rules that find something, with their severity."""
    findings = json.loads(run(f"check --format json {options}").output)["findings"]
    return {finding["rule"]: finding["severity"] for finding in findings}


ALL = {"start-role": "error", "fargate-size": "error", "stale-alarm": "warning"}


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("", "", ALL),
        ("[check]\n", "", ALL),
        ('[check]\nselect = ["start-role"]\n', "", {"start-role"}),
        ('[check]\nselect = ["tasks", "alarms"]\n', "", {"fargate-size", "stale-alarm"}),
        ('[check]\nselect = ["tasks", "alarms"]\nignore = ["alarms"]\n', "", {"fargate-size"}),
        ("[check]\nselect = []\n", "", set()),
        ('check.ignore = ["roles"]\n', "", {"fargate-size", "stale-alarm"}),
        ('check = { ignore = ["roles", "stale-alarm"] }\n', "", {"fargate-size"}),
        # the command line: --select replaces what the file selects and ignores, --ignore adds
        ('[check]\nignore = ["roles"]\n', "--ignore alarms", {"fargate-size"}),
        ('[check]\nselect = ["start-role"]\n', "--ignore start-role", set()),
        ('[check]\nselect = ["start-role"]\n', "--select tasks", {"fargate-size"}),
        ('[check]\nignore = ["start-role"]\n', "--select start-role", {"start-role"}),
    ],
)
def test_which_rules_run(text: str, options: str, expected: set[str], wrong: Path, run: Run) -> None:
    write(wrong, text)
    assert rules(run, options).keys() == {*expected}


def test_severities(wrong: Path, run: Run) -> None:
    write(wrong, '[check.severity]\n"start-role" = "note"\nalarms = "error"\nfargate-size = "warning"\n')
    assert rules(run) == {"start-role": "note", "fargate-size": "warning", "stale-alarm": "error"}
    assert run("check --ignore stale-alarm").exit_code == 0
    assert run("check --ignore stale-alarm --strict").exit_code == 1
    assert "::notice " in run("check --select start-role --format github").output
    level = json.loads(run("check --select stale-alarm --format sarif").output)["runs"][0]["results"][0]["level"]
    assert level == "error"
    write(wrong, '[check.severity]\nalarms = "error"\nstale-alarm = "note"\n')
    assert rules(run)["stale-alarm"] == "note"


def test_rules_are_listed_with_their_severity(sample: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write(sample, '[check]\nselect = ["alarms"]\n[check.severity]\nstale-alarm = "note"\n')
    listed = dict(line.split()[:2] for line in run("check --list-rules").output.splitlines())
    assert listed["stale-alarm"] == "note" and "start-role" not in listed
    monkeypatch.chdir("/")
    listed = dict(line.split()[:2] for line in run("check --list-rules").output.splitlines())
    assert listed["stale-alarm"] == "warning" and "start-role" in listed


def test_paths(wrong: Path, run: Run) -> None:
    write(
        wrong,
        '[check.per-path-ignores]\n"infra/ecs-tasks/template/t*.tf" = ["tasks"]\n"**/alarms_api" = ["stale-alarm"]\n',
    )
    assert rules(run).keys() == {"start-role"}
    assert "; 2 ignored because of their path" in run("check").output
    assert json.loads(run("check --format json").output)["counts"]["ignored_by_path"] == 2


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("infra/a/**", "infra/a/b/c.tf", True),
        ("infra/a/**", "infra/ab/c.tf", False),
        ("infra/a", "infra/a/b/c.tf", True),
        ("infra/a/", "infra/a/c.tf", True),
        ("./infra/*/c.tf", "infra/a/c.tf", True),
        ("infra/*/c.tf", "infra/a/b/c.tf", False),
        ("infra/**/c.tf", "infra/c.tf", True),
        ("infra/**/c.tf", "infra/a/b/c.tf", True),
        ("**/c.tf", "c.tf", True),
        ("**/c.tf", "infra/abc.tf", False),
        ("c.tf", "infra/c.tf", False),
        ("infra/a.b/?.tf", "infra/a.b/c.tf", True),
        ("infra/a.b/?.tf", "infra/axb/c.tf", False),
    ],
)
def test_patterns(pattern: str, path: str, expected: bool) -> None:
    assert matches(pattern, path) is expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[check]\nselct = []\n", ":2: setting 'selct': no such setting in [check]. Did you mean select?"),
        ("check = 3\n", ":1: check must be a table. Write [check]."),
        ('[check]\n\nignore = "start-role"\n', ':3: ignore must be a list of names. Write ignore = ["start-role"].'),
        ('[check]\nignore = [\n  "start-rol"]\n', ":2: ignore 'start-rol': no such rule in pfml-scaffold check --list-rules. Did you mean start-role?"),
        ("[check]\nselect = [1]\n", ':2: select must be a list of names. Write select = ["start-role"].'),
        ('[check]\nselect = ["alarm"]\n', ":2: select 'alarm': no such rule in pfml-scaffold check --list-rules. Did you mean alarms?"),
        ('[check]\nseverity = "note"\n', ":2: severity must be a table. Write [check.severity]."),
        ('[check.severity]\n"start-rol" = "note"\n', ":2: rule 'start-rol': no such rule in pfml-scaffold check --list-rules. Did you mean start-role?"),
        ('[check.severity]\nstart-role = "warn"\n', ':2: start-role must be error, warning or note. Write start-role = "note".'),
        ("[check.severity]\nstart-role = []\n", ':2: start-role must be error, warning or note. Write start-role = "note".'),
        ('[check.per-path-ignores]\n"infra/**" = "start-role"\n', ':2: infra/** must be a list of names. Write "infra/**" = ["start-role"].'),
        ('[check.per-path-ignores]\n"infra/**" = ["x"]\n', ":2: infra/** 'x': no such rule in pfml-scaffold check --list-rules. Available: "),
        ('[check.per-path-ignores]\n"/infra/**" = ["tasks"]\n', ":2: the pattern '/infra/**' must be a path relative to the checkout."),
        ('[check]\nexception = "x"\n', ":2: exception must be an array of tables. Write [[check.exception]]."),
        ("[check.exception]\n", ":1: exception must be an array of tables. Write [[check.exception]]."),
        (f"{EXCEPTION}\n{EXCEPTION.replace('y', ' ')}", ":6: an exception needs a reason. Add reason = "),
        (f"{EXCEPTION}{EXCEPTION}until = 3\n", ":5: an exception can have rule, subject and reason; found until. Remove until."),
        (EXCEPTION.replace("-role", "-rol"), ":2: rule 'start-rol': no such rule in pfml-scaffold check --list-rules. Did you mean start-role?"),
        (EXCEPTION.replace("start-role", "alarms"), ":2: rule 'alarms': a group of rules, but an exception is for one rule. Name one of its rules."),
        ('[check]\nexception = [\n  {rule = "start-role"},\n]\n', ":2: an exception needs a subject. "),
        ('[environments]\nprotected = "x"\n', ":2: protected must be a list of names. "),
        ("[check\n", ":1: Expected"),
    ],
)  # fmt: skip
def test_mistakes_are_refused_with_their_line(text: str, message: str, sample: Path, run: Run) -> None:
    write(sample, text)
    result = run("check")
    assert result.exit_code == 2 and f"error: {SETTINGS}{message}" in result.stderr


@pytest.mark.parametrize(
    "tables",
    [f"{EXCEPTION}[check]\nignore = []\n", EXCEPTION.replace("[[check.exception]]", "\n[[ check . 'exception' ]]")],
)
def test_an_unused_exception_has_its_line(tables: str, sample: Path, run: Run) -> None:
    write(sample, f"# [[check.exception]]\n\n{EXCEPTION.replace('start-role', 'stale-alarm')}{tables}")
    found = json.loads(run("check --format json").output)["findings"]
    lines = [finding["line"] for finding in found if finding["rule"] == "unused-exception"]
    assert lines == [3, 8 if tables.startswith("\n") else 7]


# --- before a write


def passing_other_roles(sample: Path) -> tuple[Checkout, Plan]:
    checkout = Checkout.find(sample)
    old, new = "aws_iam_role.reductions_workflow_task_role.arn", "aws_iam_role.dor_import_task_role.arn"
    start = checkout.require(CLOUDWATCH).index(old.encode())
    return checkout, proven(checkout, [checkout.replace(CLOUDWATCH, start, start + len(old), new, "schedule")])


NAME = "reductions-process-agency-data"


def test_an_error_is_refused_unless_the_rule_has_another_severity(sample: Path) -> None:
    with pytest.raises(Refusal, match="start-role"):
        added(*passing_other_roles(sample), NAME)
    write(sample, '[check.severity]\nroles = "note"\n')
    assert [rule.severity for rule, _ in added(*passing_other_roles(sample), NAME).findings] == ["note"]


@pytest.mark.parametrize(
    "text",
    [
        '[check]\nignore = ["roles"]\n',
        '[check]\nselect = ["alarms"]\n',
        f'[check.per-path-ignores]\n"{CLOUDWATCH}" = ["start-role"]\n',
        EXCEPTION.replace('"x"', f'"{NAME}"'),
    ],
)
def test_what_the_team_accepts_is_not_refused(text: str, sample: Path) -> None:
    write(sample, text)
    assert not [
        rule.name for rule, _ in added(*passing_other_roles(sample), NAME).findings if rule.name == "start-role"
    ]


def test_what_a_comment_accepts_is_not_refused(sample: Path) -> None:
    old = "  ecs_task_role              = aws_iam_role.reductions_workflow_task_role.arn"
    change(sample, CLOUDWATCH, old, f"  # pfml-scaffold: ignore[start-role] the roles are exchanged next week\n{old}")
    assert not added(*passing_other_roles(sample), NAME).findings


def test_a_file_with_a_mistake_does_not_turn_off_the_guard(sample: Path) -> None:
    write(sample, "[check]\nx = 1\n")
    with pytest.raises(Refusal, match="start-role"):
        added(*passing_other_roles(sample), NAME)
