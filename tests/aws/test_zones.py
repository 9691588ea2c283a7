"""Time zones: their seasons, and the names that people have for American ones."""

from __future__ import annotations

import pytest

from scaffold.aws.schedules.expression import ScheduleError
from scaffold.aws.schedules.zones import seasons, switched_with_new_york

NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("typed", "zones"),
    [
        *(
            (typed, NEW_YORK)
            for typed in (
                *("EST", "EDT", "ET", "est", "EST5", "EST/EDT", "Eastern", "eastern time", "US Eastern"),
                *("Eastern Standard Time", "Eastern Daylight Time", "New York", "new york", "new-york", "Boston"),
                *("America/Boston", "Massachusetts", "NYC", "UTC-5", "america/new_york"),
            )
        ),
        ("CST", "America/Chicago"),
        ("Central Time", "America/Chicago"),
        ("MST", "America/Denver or America/Phoenix"),
        ("Mountain", "America/Denver"),
        ("Arizona", "America/Phoenix"),
        ("PT", "America/Los_Angeles"),
        ("Los Angeles", "America/Los_Angeles"),
        ("Alaska", "America/Anchorage"),
        ("HST", "Pacific/Honolulu"),
        ("AST", "America/Halifax or America/Puerto_Rico"),
        ("London", "Europe/London"),
        ("kolkata", "Asia/Kolkata"),
    ],
)
def test_what_was_meant(typed: str, zones: str) -> None:
    with pytest.raises(ScheduleError) as error:
        seasons(typed)
    assert str(error.value).endswith(f"; did you mean {zones}?"), error.value


@pytest.mark.parametrize("zone", [NEW_YORK, "US/Eastern", "EST5EDT", "America/Toronto", "America/Detroit"])
def test_eastern_time(zone: str) -> None:
    assert [(season.offset, season.name) for season in seasons(zone)] == [(-300, "EST"), (-240, "EDT")]
    assert switched_with_new_york(zone)


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "America/Phoenix", "Asia/Kolkata", "Pacific/Honolulu"])
def test_without_daylight_saving_time(zone: str) -> None:
    assert len(seasons(zone)) == 1
    assert switched_with_new_york(zone)


@pytest.mark.parametrize(
    ("zone", "offsets", "switched"),
    [
        ("America/Los_Angeles", [-480, -420], True),
        ("Europe/London", [0, 60], False),
        ("Europe/Dublin", [0, 60], False),
        ("Australia/Sydney", [600, 660], False),
    ],
)
def test_other_zones(zone: str, offsets: list[int], switched: bool) -> None:
    assert [season.offset for season in seasons(zone)] == offsets
    assert switched_with_new_york(zone) is switched


def test_months() -> None:
    winter, summer = seasons(NEW_YORK)
    assert winter.months == {11, 12, 1, 2, 3}
    assert summer.months == set(range(3, 12))
