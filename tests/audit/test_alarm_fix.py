"""What `check --fix` does to the list of alarms: names are removed, and others are appended."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.pfml.alarms import FOLDER
from tests.conftest import Run

PATH = f"{FOLDER}/alarms-aws.tf"
ENTRIES = '[\n    "fineos-daily-export-copy",\n    "reductions-process-agency-data",\n  ]'
FINEOS, REDUCTIONS = '    "fineos-daily-export-copy",\n', '    "reductions-process-agency-data",\n'


def _fixed(sample: Path, run: Run, listed: str) -> tuple[str, list[str]]:
    """The list afterwards, and the actions on it."""
    file = sample / PATH
    before, behind = file.read_text().split(ENTRIES)
    file.write_text(before + listed + behind)
    rules = "--select stale-alarm --select missing-alarm --select repeated-alarm"
    result = run(f"check --fix {rules}")
    after = file.read_text()
    assert after.startswith(before) and after.endswith(behind)
    return after[len(before) : -len(behind)], [
        line.split()[0] for line in result.output.splitlines() if line.endswith(" alarm")
    ]


@pytest.mark.parametrize(
    ("listed", "fixed", "actions"),
    [
        pytest.param(f'[\n    "x-y",\n{FINEOS}  ]', f"[\n{FINEOS}{REDUCTIONS}  ]", ["remove", "insert"], id="both"),
        pytest.param(f'[\n{FINEOS}    "x-y",\n  ]', f"[\n{FINEOS}{REDUCTIONS}  ]", ["remove", "insert"], id="in the same place"),
        pytest.param(
            f'[\n{FINEOS}    "x-y"\n  ]',
            f"[\n{FINEOS}{REDUCTIONS[:-2]}\n  ]",
            ["remove", "insert"],
            id="in the same place without a comma",
        ),
        pytest.param(
            f'[\n    "x-y", # once a week\n    "x-z",\n{FINEOS}{REDUCTIONS}{FINEOS}  ]',
            f"[\n{FINEOS}{REDUCTIONS}  ]",
            ["remove", "remove"],
            id="removed only",
        ),
        pytest.param(
            f'[\n    # Exports\n    "x-y",\n{FINEOS}\n    # Imports\n    "x-z",\n\n{REDUCTIONS}  ]',
            f"[\n    # Exports\n{FINEOS}\n{REDUCTIONS}  ]",
            ["remove", "remove"],
            id="a heading of other names stays",
        ),
        pytest.param(
            '["x-y", "fineos-daily-export-copy"]',
            '["fineos-daily-export-copy", "reductions-process-agency-data"]',
            ["replace"],
            id="on one line",
        ),
        pytest.param('["x-y"]', '["fineos-daily-export-copy", "reductions-process-agency-data"]', ["replace"], id="all"),
        pytest.param(
            f'toset([\n    "x-y",\n{FINEOS}  ])', f"toset([\n{FINEOS}{REDUCTIONS}  ])", ["remove", "insert"], id="toset"
        ),
    ],
)  # fmt: skip
def test_names_are_removed_and_appended(sample: Path, run: Run, listed: str, fixed: str, actions: list[str]) -> None:
    assert _fixed(sample, run, listed) == (fixed, actions)
