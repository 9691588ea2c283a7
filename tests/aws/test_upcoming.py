from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from scaffold.aws.schedules.expression import ScheduleError
from scaffold.aws.schedules.schedule import parse
from scaffold.aws.schedules.timezone import local_pair
from scaffold.aws.schedules.upcoming import upcoming

# The clocks go back on 1 November 2026 in New York, and forward on 14 March 2027.
BEFORE = datetime(2026, 10, 30, 12, tzinfo=UTC)


def _times(standard: str, daylight: str, zone: str, after: datetime = BEFORE, count: int = 3) -> list[str]:
    return [f"{run:%Y-%m-%d %H:%M}" for run in upcoming(parse(standard), parse(daylight), zone, after, count)]


def test_each_expression_counts_in_its_season() -> None:
    assert _times("cron(0 9 * * ? *)", "cron(0 8 * * ? *)", "America/New_York") == [
        *("2026-10-31 08:00", "2026-11-01 09:00", "2026-11-02 09:00")
    ]


def test_the_same_in_both_seasons_is_one_schedule() -> None:
    assert _times("cron(0 9 * * ? *)", "cron(0 9 * * ? *)", "America/New_York")[0] == "2026-10-31 09:00"
    assert _times("rate(1 day)", "rate(1 day)", "America/New_York")[0] == "2026-10-31 12:00"


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "Asia/Tokyo"])
def test_a_local_time_stays_what_it_is_all_year(zone: str) -> None:
    pair = local_pair(parse("cron(30 12 ? * MON *)"), zone)
    found = upcoming(pair.standard, pair.daylight, zone, BEFORE, 60)
    assert {f"{run.astimezone(ZoneInfo(zone)):%a %H:%M}" for run in found} == {"Mon 12:30"}
    assert {later - earlier for earlier, later in pairwise(found)} <= {
        timedelta(days=7, minutes=minutes) for minutes in (-60, -30, 0, 30, 60)
    }


def test_a_schedule_that_ends_or_never_is_in_season() -> None:
    assert _times("cron(0 9 24 12 ? 2026)", "cron(0 8 24 12 ? 2026)", "America/New_York") == ["2026-12-24 09:00"]
    assert _times("cron(* * ? 7 * 2027)", "cron(* * ? 1 * 2027)", "America/New_York") == []


def test_an_expression_that_aws_would_refuse() -> None:
    with pytest.raises(ScheduleError):
        _times("rate(1 days)", "rate(1 day)", "America/New_York")
