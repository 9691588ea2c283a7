"""The comment above a schedule: written in the form of its neighbors, recognized, rewritten, and removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.changes.parts.infra.schedule_text import written_comment
from scaffold.files.checkout import Checkout
from scaffold.pfml.schedules import find_by_name
from scaffold.rendering.files import OWN_FOLDER, template_folder
from scaffold.terraform.comments import Comment, above, separator
from scaffold.terraform.folder import Folder
from tests.conftest import Run
from tests.helpers import rewrite_line_ends, tree

FILE = "infra/ecs-tasks/template/cloudwatch.tf"
MODULE = 'module "dor_import_scheduler"'
NEW_YORK = "America/New_York"


def comment(sample: Path) -> list[str]:
    """The lines above the new schedule."""
    data = (sample / FILE).read_bytes()
    return [line.text.strip() for line in above(data, data.index(MODULE.encode()))]


@pytest.mark.parametrize(
    ("options", "timezone", "utc"),
    [
        ("'rate(1 day)'", "", False),
        ("'cron(0 9 * * ? *)'", "", False),
        ("'cron(0 9 * * ? *)' --utc", "", True),
        ("'cron(0 9 * * ? *)' --timezone UTC", "", True),
        ("'cron(0 9 * * ? *)' --daylight-schedule 'cron(0 8 * * ? *)'", "", False),
        # New York's time is understood without a zone.
        (f"'cron(0 9 * * ? *)' --timezone {NEW_YORK}", "", False),
        ("'cron(0 9 * * ? *)' --timezone America/Detroit", "", False),
        ("'cron(0 9 * * ? *)' --timezone America/Chicago", "America/Chicago", False),
        ("'cron(0 9 * 7 ? *)' --timezone America/Los_Angeles", "America/Los_Angeles", False),
        ("'cron(0 9 * * ? *)' --timezone Europe/London", "Europe/London", False),
        ("'cron(0 9 * * ? *)' --timezone America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires", False),
        ("'cron(0 9 * * ? *)' --timezone Etc/GMT+5", "Etc/GMT+5", False),
    ],
)
def test_the_tool_recognizes_its_comment(sample: Path, run: Run, options: str, timezone: str, utc: bool) -> None:
    before = tree(sample)
    assert run(f"schedule dor-import {options}").exit_code == 0
    schedule = find_by_name(Folder.of(Checkout(sample)), "dor-import")
    assert schedule is not None
    written = written_comment(schedule, "dor-import")
    assert written is not None
    assert (written.text.timezone, written.text.utc) == (timezone, utc)
    assert written_comment(schedule, "another-task") is None
    assert "Nothing to do" in run(f"schedule dor-import {options}").stdout
    assert run("unschedule dor-import").exit_code == 0
    assert tree(sample) == before


def test_its_comment_changes_with_the_schedule(sample: Path, run: Run) -> None:
    run(f"schedule dor-import 'cron(0 4 * * ? *)' --timezone {NEW_YORK}")
    assert comment(sample) == ["# Run dor-import daily at 4am EST (9am UTC), 4am EDT (8am UTC)"]
    run("change dor-import --schedule 'cron(0 9 ? * MON *)' --utc")
    assert comment(sample) == ["# Run dor-import every Monday at 9am UTC all year (4am EST, 5am EDT)"]
    run("rename dor-import dor-wages")
    assert "# Run dor-wages every Monday at 9am UTC all year (4am EST, 5am EDT)\n" in (sample / FILE).read_text()


def test_windows_line_ends(sample: Path, run: Run) -> None:
    rewrite_line_ends(sample, "crlf")
    run(f"schedule dor-import 'cron(0 4 * * ? *)' --timezone {NEW_YORK}")
    assert run(f"change dor-import --schedule 'cron(0 5 * * ? *)' --timezone {NEW_YORK}").exit_code == 0
    assert comment(sample) == ["# Run dor-import daily at 5am EST (10am UTC), 5am EDT (9am UTC)"]
    assert (sample / FILE).read_bytes().count(b"\r\n") == (sample / FILE).read_bytes().count(b"\n")


@pytest.mark.parametrize(
    "text",
    [
        "# Run dor-import daily at 4am EST (9am UTC), 4am EDT (8am UTC), which is early enough",
        "# Run dor-import at 4am",
        "# Run dor-import daily at 4am EST (9am UTC), 4am EDT (8am UTC)\n# after the other import",
    ],
)
def test_a_comment_of_somebody_else_stays(sample: Path, run: Run, text: str) -> None:
    line = f"schedule dor-import 'cron(0 4 * * ? *)' --timezone {NEW_YORK}"
    run(line)
    (own,) = comment(sample)
    file = sample / FILE
    file.write_text(file.read_text().replace(own, text))
    assert "Nothing to do" in run(line).stdout
    assert run("change dor-import --schedule 'rate(1 day)'").exit_code == 0
    assert comment(sample) == text.splitlines()


def test_a_line_above_its_comment_stays(sample: Path, run: Run) -> None:
    run("schedule dor-import 'rate(1 day)'")
    file = sample / FILE
    file.write_text(file.read_text().replace("# Run dor-import", "# ----\n# Before the export.\n# Run dor-import"))
    run("change dor-import --schedule 'rate(2 days)'")
    assert comment(sample) == ["# ----", "# Before the export.", "# Run dor-import every 2 days"]


def test_utc_is_stated_below_a_comment_that_does_not(sample: Path, run: Run) -> None:
    line = "schedule dor-import 'cron(0 9 * * ? *)'"
    run(line)
    (own,) = comment(sample)
    file = sample / FILE
    file.write_text(file.read_text().replace(own, "# When the file is there."))
    stated = "# Run dor-import daily at 9am UTC all year (4am EST, 5am EDT)"
    for _ in range(2):
        assert run(f"{line} --utc").exit_code == 0
        assert comment(sample) == ["# When the file is there.", stated]
    assert run("check --select daylight-pair --strict").exit_code == 0
    assert "warning" not in run(line).stderr


TEAM = """\
{% if environments %}
# {{ task }}: {{ times }}, in {{ environments | join(", ") }}
{% endif %}
"""


def test_environments_in_a_team_s_comment_change_with_the_toggle(sample: Path, run: Run) -> None:
    text = (template_folder() / "snippets/schedule.tf").read_text()
    template = sample / OWN_FOLDER / "snippets/schedule.tf"
    template.parent.mkdir(parents=True)
    template.write_text(TEAM + text[text.index("module") :])
    assert run("schedule dor-import 'rate(1 day)' --enable-in test").exit_code == 0
    for options, where in (
        ("--enable-in prod", ", in prod, test"),
        ("--disable-in test --schedule 'rate(2 days)'", ", in prod"),
        ("--schedule 'rate(1 day)'", ", in prod"),
        ("--disable-in prod", None),
        ("--enable-in cps-preview", ", in cps-preview"),
    ):
        for _ in range(2):
            result = run(f"change dor-import {options}")
            assert result.exit_code == 0, result.stderr
            times = "every 2 days" if "2 days" in options else "once a day"
            assert comment(sample) == ([f"# dor-import: {times}{where}"] if where else [])
        assert "Nothing to do" in result.stdout


@pytest.mark.parametrize(
    ("first_lines", "expected"),
    [
        (["# - - -", "# - - -", "# Run x"], "# - - -"),
        (["# - - -", "# -----", "# - - -"], "# - - -"),
        (["# - - -", "# Run x"], ""),
        (["# Run x", "# Run x"], ""),
        (["# - a -", "# - a -"], ""),
        (["#", "#"], ""),
        ([], ""),
    ],
)
def test_separator(first_lines: list[str], expected: str) -> None:
    assert separator([[Comment(0, line), Comment(9, "# text")] for line in first_lines] + [[]]) == expected


def test_without_schedules_and_with_one_expression(sample: Path, run: Run) -> None:
    """A checkout from before November 2021, without a schedule yet."""
    variables = sample / "infra/modules/ecs_task_scheduler/variables.tf"
    text = variables.read_text()
    start, end = (text.index(f'variable "schedule_expression_{name}"') for name in ("standard", "daylight_savings"))
    kept = text[end:].partition("\n}\n")[2]
    variables.write_text(f'{text[:start]}variable "schedule_expression" {{\n  type = string\n}}\n{kept}')
    file = sample / FILE
    file.write_text(file.read_text().partition("# ===== Schedules")[0])
    result = run("schedule dor-import 'cron(0 9 * * ? *)'")
    assert result.exit_code == 0, result.stderr
    assert "in UTC: 4am EST in winter, 5am EDT in summer. If 9am UTC is meant, add --utc." in result.stderr
    assert comment(sample) == ["# Run dor-import daily at 9am UTC (4am EST, 5am EDT)"]
