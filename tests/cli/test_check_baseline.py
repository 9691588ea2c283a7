"""`check --write-baseline`, and `check` with a baseline; the lowest severity, and the numbers of findings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import hunks
from tests.conftest import Run
from tests.helpers import RULES, append, change, tree

BASELINE = ".pfml-scaffold/baseline.json"
CLOUDWATCH = "infra/ecs-tasks/template/cloudwatch.tf"
TASKS = "infra/ecs-tasks/template/tasks.tf"
ALARMS = "infra/modules/alarms_api/alarms-aws.tf"
OUTSIDE = (
    '{"version": 1, "findings": [{"rule": "start-role", "subject": "x", "path": "%s", "address": "", "message": ""}]}'
)


@pytest.fixture
def wrong(sample: Path) -> Path:
    """The sample with three errors of one rule, and a warning of another."""
    hunks.apply(sample, (RULES / "start-role/fails.diff").read_text())
    change(sample, ALARMS, "alarm_names = [", 'alarm_names = [\n    "no-such-schedule",')
    return sample


def known(root: Path) -> list[dict[str, str]]:
    document = json.loads((root / BASELINE).read_text())
    assert document["version"] == 1
    findings: list[dict[str, str]] = document["findings"]
    return findings


def shown(run: Run, options: str = "") -> list[str]:
    findings = json.loads(run(f"check --format json {options}").output)["findings"]
    return [finding["rule"] for finding in findings]


# --- writing it


def test_what_is_in_it_is_counted_and_not_shown(wrong: Path, run: Run) -> None:
    result = run("check --write-baseline")
    assert (result.exit_code, result.output) == (
        0,
        f"   create  {BASELINE}  baseline\n\n4 findings in the baseline: 4 added, 0 removed.\nNext: commit {BASELINE}.\n",
    )
    assert run("check --strict").output == "nothing found; 4 in the baseline.\n"
    assert run("check --strict").exit_code == 0
    assert json.loads(run("check --format json").output)["counts"]["baseline"] == 4
    assert len(shown(run, "--no-baseline")) == 4 and run("check --no-baseline").exit_code == 1


def test_the_file_is_sorted_and_has_no_line_numbers(wrong: Path, run: Run) -> None:
    run("check --write-baseline")
    text = (wrong / BASELINE).read_text()
    assert [line.startswith('    {"rule": ') for line in text.splitlines()] == [False] * 3 + [True] * 4 + [False] * 2
    findings = known(wrong)
    assert {*findings[0]} == {"rule", "subject", "path", "address", "message", "fingerprint"}
    assert findings == sorted(findings, key=lambda finding: finding["path"])
    first = json.loads(run("check --no-baseline --format json").output)["findings"]
    assert {finding["fingerprint"] for finding in first} == {finding["fingerprint"] for finding in findings}
    (wrong / CLOUDWATCH).write_text("# a line above\n\n" + (wrong / CLOUDWATCH).read_text())
    assert run("check --write-baseline").output == "4 findings in the baseline: 0 added, 0 removed.\n"
    assert (wrong / BASELINE).read_text() == text


def test_what_is_new_is_shown_and_what_is_fixed_is_listed(wrong: Path, run: Run) -> None:
    run("check --write-baseline")
    change(wrong, TASKS, "cpu       = 4096", "cpu       = 4097")
    change(wrong, ALARMS, '    "no-such-schedule",\n', "")
    result = run("check")
    assert result.exit_code == 1
    assert result.output.splitlines()[-4:] == [
        f"fixed: stale-alarm  {ALARMS}  no-such-schedule",
        "1 error; 3 in the baseline.",
        "1 finding in the baseline is fixed. Remove it with pfml-scaffold check --write-baseline.",
        "Next: pfml-scaffold check --explain fargate-size.",
    ]
    assert [finding["rule"] for finding in json.loads(run("check --format json").output)["no_longer_found"]] == [
        "stale-alarm"
    ]
    for options in ("dor-import", "--select start-role"):
        assert "fixed" not in run(f"check {options}").output
    before = (wrong / BASELINE).read_text().splitlines()
    preview = run("check --write-baseline --dry-run").output
    assert '\n-    {"rule": "stale-alarm"' in preview and '\n+    {"rule": "fargate-size"' in preview
    assert preview.endswith(
        "Dry run: nothing was written.\n\n4 findings would be in the baseline: 1 added, 1 removed.\n"
    )
    assert (wrong / BASELINE).read_text().splitlines() == before
    run("check --write-baseline")
    assert run("check").output == "nothing found; 4 in the baseline.\n"
    assert len({*before} - {*(wrong / BASELINE).read_text().splitlines()}) <= 2


def test_moved_code_stays_known(wrong: Path, run: Run) -> None:
    run("check --write-baseline")
    text = (wrong / CLOUDWATCH).read_text()
    (wrong / CLOUDWATCH).unlink()
    (wrong / CLOUDWATCH.replace("cloudwatch", "schedules")).write_text(f"# moved\n{text}")
    assert run("check").output == "nothing found; 4 in the baseline.\n"


def test_an_unparsed_file_makes_nothing_fixed(wrong: Path, run: Run) -> None:
    run("check --write-baseline")
    append(wrong, CLOUDWATCH, "\nmodule {\n")
    assert "fixed" not in run("check").output


def test_an_unparsed_file_adds_nothing_about_toggles_that_it_may_use(sample: Path, run: Run) -> None:
    hunks.apply(sample, (RULES / "partly-set-toggle/passes-unused.diff").read_text())
    assert shown(run, "--select partly-set-toggle") == []
    append(sample, CLOUDWATCH, "\nmodule {\n")
    assert shown(run, "--select partly-set-toggle") == ["unparsed-file"]


def test_what_was_not_checked_is_not_fixed(wrong: Path, run: Run) -> None:
    run("check --write-baseline")
    change(wrong, ALARMS, '    "no-such-schedule",\n', "")
    change(wrong, TASKS, "tasks = {", "tasks = merge({")
    change(wrong, TASKS, "    },\n  }\n}", "    },\n  }, {})\n}")
    assert "not checked: the tasks" in run("check").output and "fixed" not in run("check").output


def test_without_findings_there_is_no_file(wrong: Path, run: Run) -> None:
    before = tree(wrong)
    run("check --write-baseline")
    run("check --fix --no-baseline")
    assert "4 findings in the baseline are fixed. " in run("check").output
    assert run("check --write-baseline").output.endswith("0 findings in the baseline: 0 added, 4 removed.\n")
    assert BASELINE not in tree(wrong) and tree(wrong).keys() == before.keys()
    assert run("check --write-baseline").output == "0 findings in the baseline: 0 added, 0 removed.\n"


def test_control_characters_are_printed_as_escapes(wrong: Path, run: Run) -> None:
    run("check --write-baseline")
    text = (wrong / BASELINE).read_text()
    (wrong / BASELINE).write_text(text.replace("no-such-schedule", "no-such\\u001b[31m"))
    output = run("check").output
    assert f"fixed: stale-alarm  {ALARMS}  no-such\\x1b[31m\n" in output and "\x1b" not in output


def test_what_a_team_accepts_is_not_in_it(wrong: Path, run: Run) -> None:
    change(wrong, ALARMS, '"no-such-schedule",', '"no-such-schedule", # pfml-scaffold: ignore[stale-alarm] soon')
    run("check --write-baseline")
    assert len(known(wrong)) == 3
    assert run("check").output == "nothing found; 1 ignored in comments, 3 in the baseline.\n"


@pytest.mark.parametrize("how", ["a comment", "an exception", "a path"])
def test_what_is_accepted_later_is_not_fixed(how: str, wrong: Path, run: Run) -> None:
    run("check --write-baseline")
    if how == "a comment":
        change(wrong, ALARMS, '"no-such-schedule",', '"no-such-schedule", # pfml-scaffold: ignore[stale-alarm] soon')
    else:
        exception = '[[check.exception]]\nrule = "stale-alarm"\nsubject = "no-such-schedule"\nreason = "soon"\n'
        by_path = f'[check.per-path-ignores]\n"{ALARMS}" = ["stale-alarm"]\n'
        append(wrong, ".pfml-scaffold/config.toml", exception if how == "an exception" else by_path)
    output = run("check").output
    assert "fixed" not in output and "3 in the baseline" in output and output.count("\n") == 1
    assert run("check --write-baseline").output.endswith("3 findings in the baseline: 0 added, 1 removed.\n")


@pytest.mark.parametrize(
    ("options", "command"),
    [
        ("", "pfml-scaffold check --fix"),
        ("--no-baseline", "pfml-scaffold check --fix --no-baseline"),
        ("--severity error", "pfml-scaffold check --fix --severity error"),
        ("--ignore alarms", "pfml-scaffold check --fix --ignore alarms"),
        ("--repo .", "pfml-scaffold check --fix --repo ."),
        ("reductions-process-agency-data", "pfml-scaffold check reductions-process-agency-data --fix"),
        ("--fix --dry-run", "pfml-scaffold check --fix"),
    ],
)
def test_the_next_step_fixes_what_is_shown(options: str, command: str, wrong: Path, run: Run) -> None:
    assert run(f"check {options}").output.splitlines()[-1].startswith(f"Next: {command}, or ")
    remaining = run(command.removeprefix("pfml-scaffold "))
    assert " fixed, 0 remaining." in remaining.output and not remaining.output.startswith("0 fixed")


def test_only_what_is_shown_is_fixed(wrong: Path, run: Run) -> None:
    run("check --write-baseline")
    before = tree(wrong)
    assert run("check --fix").output == "0 fixed, 0 remaining.\nnothing found; 4 in the baseline.\n"
    assert tree(wrong) == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", f"{BASELINE}:1: "),
        ("[]", f"{BASELINE}: it has no list of findings."),
        ('{"version": 2, "findings": []}', f"{BASELINE}: its version is 2, but this pfml-scaffold reads version 1."),
        ('{"version": 1, "findings": [{"rule": 3}]}', f"{BASELINE}: finding 1 has no rule."),
        ("<<<<<<< HEAD\n{}\n=======\n[]\n>>>>>>> main\n", f"{BASELINE}:1: merge conflict markers."),
        (OUTSIDE % "../../x.tf", f"{BASELINE}: finding 1 has a path outside of the checkout."),
        (OUTSIDE % "/etc/x.tf", f"{BASELINE}: finding 1 has a path outside of the checkout."),
        (OUTSIDE % "a\\u0000.tf", f"{BASELINE}: finding 1 has a path outside of the checkout."),
        ("[" * 100_000, f"{BASELINE}"),
        ("\udcff", f"{BASELINE}: it is not JSON."),
    ],
)
def test_an_invalid_file_is_refused_and_can_be_written_again(text: str, says: str, wrong: Path, run: Run) -> None:
    (wrong / BASELINE).parent.mkdir()
    (wrong / BASELINE).write_bytes(text.encode("utf-8", "surrogateescape"))
    result = run("check")
    assert result.exit_code == 2 and says in result.stderr and "check --write-baseline" in result.stderr
    assert run("check --no-baseline").exit_code == 1
    assert run("check --write-baseline").exit_code == 0
    assert run("check").output == "nothing found; 4 in the baseline.\n"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("dor-import", "so TASK cannot limit it. Omit TASK."),
        ("--select start-role", "so --select cannot limit it. Omit --select."),
        ("--ignore start-role", "so --ignore cannot limit it."),
        ("--severity error", "so --severity cannot limit it."),
        ("--since HEAD", "so --since cannot limit it."),
        ("--staged", "so --staged cannot limit it."),
        ("--fix", "it cannot be combined with --fix. Omit --fix."),
        ("--format json", "it has no output in the format json. Omit --format."),
    ],
)
def test_the_baseline_is_of_everything(options: str, says: str, sample: Path, run: Run) -> None:
    result = run(f"check --write-baseline {options}")
    assert result.exit_code == 2 and f"--write-baseline: {says}" in result.stderr.replace(
        "the baseline is that of the whole checkout and of all rules, ", ""
    )


# --- severities and numbers


@pytest.mark.parametrize(
    ("options", "status", "count"),
    [
        ("", 1, 4),
        ("--severity warning", 1, 4),
        ("--severity error", 1, 3),
        ("--fail-on never", 0, 4),
        ("--fail-on error --ignore start-role", 0, 1),
        ("--fail-on warning --ignore start-role", 1, 1),
        ("--strict --ignore start-role", 1, 1),
        ("--fail-on note --ignore start-role", 1, 1),
        ("--severity error --fail-on never", 0, 3),
    ],
)
def test_what_is_shown_and_what_fails(options: str, status: int, count: int, wrong: Path, run: Run) -> None:
    assert run(f"check {options}").exit_code == status
    assert len(shown(run, options)) == count


def test_what_is_below_the_lowest_severity_is_counted(wrong: Path, run: Run) -> None:
    assert "3 errors; 1 below error; 3 fixable with --fix.\n" in run("check --severity error").output


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--severity error --strict", "--strict: the check would fail because of findings that --severity error does not show."),
        ("--severity warning --fail-on note", "--fail-on: the check would fail because of findings that --severity warning does not show. Use --severity note."),
        ("--strict --fail-on error", "--strict: it is the same as --fail-on warning. Omit --strict."),
        ("--statistics --format github", "--statistics: there are none in the format github. Use --format text or json."),
        ("--dry-run", "--dry-run: it has no effect without --fix or --write-baseline."),
    ],
)  # fmt: skip
def test_contradictions_are_refused(options: str, says: str, sample: Path, run: Run) -> None:
    result = run(f"check {options}")
    assert result.exit_code == 2 and says in result.stderr


def test_statistics(wrong: Path, run: Run) -> None:
    assert run("check --statistics").output.splitlines()[:4] == [
        "rule         severity  findings  fixable",
        "start-role   error            3        3",
        "stale-alarm  warning          1        1",
        "",
    ]
    document = json.loads(run("check --statistics --format json").output)
    assert document["statistics"][0] == {"rule": "start-role", "severity": "error", "findings": 3, "fixable": 3}
    assert "findings" not in document and document["counts"]["error"] == 3


def test_fixed_and_remaining_are_counted(wrong: Path, run: Run) -> None:
    change(wrong, TASKS, "cpu       = 4096", "cpu       = 4097")
    preview = run("check --fix --dry-run")
    assert preview.exit_code == 1 and "4 would be fixed, 1 would remain.\n" in preview.output
    result = run("check --fix")
    assert result.exit_code == 1 and result.output.endswith(
        "4 fixed, 1 remaining.\n1 error.\nNext: pfml-scaffold check --explain fargate-size.\n"
    )
    assert json.loads(run("check --fix --format json").output)["fixes"] == {
        "fixed": 0,
        "remaining": 1,
        "dry_run": False,
    }


def test_many_findings_lead_to_a_baseline(wrong: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    advice = "To see only new findings from now on: pfml-scaffold check --write-baseline."
    assert advice not in run("check").output
    monkeypatch.setattr("scaffold.audit.reports.next_steps._MANY", 4)
    assert run("check").output.splitlines()[-2:] == [
        "Next: pfml-scaffold check --fix, or pfml-scaffold check --explain start-role.",
        advice,
    ]
    assert run("check --repo .").output.endswith("pfml-scaffold check --write-baseline --repo ..\n")
    run("check --write-baseline")
    assert "To be shown" not in run("check --no-baseline").output
