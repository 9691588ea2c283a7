"""Which comments say plainly that a schedule keeps its UTC time."""

from __future__ import annotations

import pytest

from scaffold.aws.schedules.statement import says_utc


@pytest.mark.parametrize(
    "text",
    [
        "# Run my-task daily at 9am UTC all year (4am EST, 5am EDT)",
        "# daily at 09:00 UTC, all year round",
        "# Runs at 9:00 UTC year-round.",
        "# 9am UTC throughout the year, since the file arrives then",
        "# Something else\n# In UTC all year",
        "# Run if-not-todo daily at 9am UTC all year (4am EST, 5am EDT)",
        "# Run x daily at 8pm America/Phoenix time (3am UTC all year +1 day)",
    ],
)
def test_said(text: str) -> None:
    assert says_utc(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Run my-task daily at 9am UTC (4am EST, 5am EDT)",
        "# Daily at 3am EST (4am EDT) (8am UTC)",
        "# In UTC",
        "# All year at 9am Eastern",
        "# This should be 9am UTC all year",
        "# TODO: 9am UTC all year",
        "# 9am UTC all year?",
        "# Not 9am UTC all year",
        "# It isn't at 9am UTC all year",
        "# It was 9am UTC all year",
        "# 9am UTC all year except in March",
        "# 9am UTC\n# all year",
    ],
)
def test_not_said(text: str) -> None:
    assert not says_utc(text)
