"""`catalog` without a browser: what it refuses, and what is in the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.helpers import append, tree


def test_it_writes_one_file_that_names_no_other(sample: Path, run: Run, tmp_path: Path) -> None:
    before = tree(sample)
    result = run(f"catalog --output {tmp_path}/catalog.html --from 2026-03-06")
    assert result.exit_code == 0
    assert tree(sample) == before
    page = (tmp_path / "catalog.html").read_text()
    assert not re.search(r"\b(src|href)=\"(?!#)", page)
    assert "@import" not in page and "url(" not in page


def test_the_findings_are_at_their_tasks(sample: Path, run: Run, tmp_path: Path) -> None:
    append(sample, "infra/ecs-tasks/template/variables.tf", '\nvariable "nobody" {}\n')
    tasks = sample / "infra/ecs-tasks/template/tasks.tf"
    tasks.write_text(tasks.read_text().replace("18432", "18433"))
    run(f"catalog --output {tmp_path}/catalog.html --from 2026-03-06")
    page = (tmp_path / "catalog.html").read_text()
    row = page[page.index('id="task-2"') : page.index('id="task-3"')]
    assert "<b>fargate-size</b>" in row
    assert "<b>unused-variable</b>" in page[page.index('id="findings"') :]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--output nowhere/catalog.html", "error: --output 'nowhere/catalog.html': cannot be written: No such file"),
        ("--output api", "error: --output 'api': cannot be written: Is a directory"),
        ("--output page.html --environment tset", "error: --environment 'tset': no such environment in"),
        (
            "--output page.html --base-url javascript:alert(1)",
            "error: --base-url 'javascript:alert(1)': not an address",
        ),
        ("--output page.html --base-url github.com/OWNER/NAME", "error: --base-url 'github.com/OWNER/NAME': not an"),
        ("--output page.html --from 9999-12-31", "error: --from '9999-12-31': schedules have no runs then."),
        ("--output .", "error: --output '.': cannot be written: "),
        ("--output README.md/page.html", "error: --output 'README.md/page.html': cannot be written: "),
        ("--output page.html --from tomorrow", "Error: Invalid value for '--from'"),
        ("", "Error: Missing option '--output'"),
    ],
)
def test_what_it_refuses(sample: Path, run: Run, options: str, message: str) -> None:
    before = tree(sample)
    result = run(f"catalog {options}")
    assert message in result.output
    assert result.exit_code in (1, 2)
    assert tree(sample) == before


def test_a_failed_write_leaves_the_old_page(
    sample: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: str, target: Path) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "catalog.html").write_text("old")
    monkeypatch.setattr("os.replace", full)
    assert "No space left on device" in run(f"catalog --output {tmp_path}/catalog.html").output
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["catalog.html"]
    assert (tmp_path / "catalog.html").read_text() == "old"


def test_a_task_that_does_not_exist_has_no_page(sample: Path, run: Run) -> None:
    assert "Did you mean dor-import?" in run("show dor-imports --format html").output
