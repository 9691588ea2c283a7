"""Local times become two UTC expressions with the same runs, or are refused."""

import math
import re
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from scaffold.aws.schedules.expression import Cron, ScheduleError
from scaffold.aws.schedules.schedule import days_in_month, parse, runs
from scaffold.aws.schedules.timezone import Pair, is_daylight_pair, local_pair

NEW_YORK = "America/New_York"
OFFSETS = {  # hours east of UTC in standard and in daylight time
    NEW_YORK: (-5, -4),
    "America/Phoenix": (-7, -7),
    "America/St_Johns": (-3.5, -2.5),
    "Asia/Kolkata": (5.5, 5.5),
    "Asia/Kathmandu": (5.75, 5.75),
    "Australia/Lord_Howe": (10.5, 11),
    "Europe/Berlin": (1, 2),
    "Europe/Dublin": (0, 1),
    "Pacific/Auckland": (12, 13),
    "Pacific/Kiritimati": (14, 14),
    "UTC": (0, 0),
}


def cron(text: str) -> Cron:
    parsed = parse(f"cron({text})")
    assert isinstance(parsed, Cron)
    return parsed


@pytest.mark.parametrize(
    ("local", "standard", "daylight"),
    [
        ("0 4 * * ? *", "0 9 * * ? *", "0 8 * * ? *"),
        ("0 19 ? * MON-FRI *", "0 0 ? * TUE-SAT *", "0 23 ? * MON-FRI *"),
        ("0 22 ? * MON-FRI *", "0 3 ? * TUE-SAT *", "0 2 ? * TUE-SAT *"),
        ("0 22 ? * 2-6 *", "0 3 ? * 3-7 *", "0 2 ? * 3-7 *"),
        ("0 22 ? * SAT *", "0 3 ? * SUN *", "0 2 ? * SUN *"),
        ("0 22 ? * FRI-SAT *", "0 3 ? * SAT-SUN *", "0 2 ? * SAT-SUN *"),
        ("0 22 ? * MON,sat *", "0 3 ? * TUE,SUN *", "0 2 ? * TUE,SUN *"),
        ("0 22 ? * L *", "0 3 ? * 1 *", "0 2 ? * 1 *"),
        ("0 22 ? * * *", "0 3 ? * * *", "0 2 ? * * *"),
        ("0 18,21 * * ? *", "0 2,23 * * ? *", "0 1,22 * * ? *"),
        ("0/15 18-22 * * ? *", "0/15 0-3,23 * * ? *", "0/15 0-2,22,23 * * ? *"),
        ("0 0/6 * * ? *", "0 5/6 * * ? *", "0 4/6 * * ? *"),
        ("0 */2 * * ? *", "0 1/2 * * ? *", "0 */2 * * ? *"),
        ("0 8-18/2 ? * MON *", "0 13-23/2 ? * MON *", "0 12-22/2 ? * MON *"),
        ("0 12-20/4 * * ? *", "0 1,17,21 * * ? *", "0 0,16,20 * * ? *"),
        ("5 * * * ? *", "5 * * * ? *", "5 * * * ? *"),
        ("0 22 15 * ? *", "0 3 16 * ? *", "0 2 16 * ? *"),
        ("0 22 1-27/2 6 ? 2030", "0 3 2-28/2 6 ? 2030", "0 2 2-28/2 6 ? 2030"),
        ("0 22 L * ? *", "0 3 1 * ? *", "0 2 1 * ? *"),
        ("0 22 L NOV ? *", "0 3 1 DEC ? *", "0 2 1 DEC ? *"),
        ("0 9 LW * ? *", "0 14 LW * ? *", "0 13 LW * ? *"),
        ("0 9 ? * 3#2 *", "0 14 ? * 3#2 *", "0 13 ? * 3#2 *"),
        ("0 9 31 12 ? 2030", "0 14 31 12 ? 2030", "0 13 31 12 ? 2030"),
        ("0 22 31 12 ? *", "0 3 1 1 ? *", "0 2 1 1 ? *"),
        ("0 19 31 12 ? *", "0 0 1 1 ? *", "0 23 31 12 ? *"),
        ("0 22 31 DEC ? 2030", "0 3 1 JAN ? 2031", "0 2 1 JAN ? 2031"),
        ("0 22 31 12 ? 2030/2", "0 3 1 1 ? 2031/2", "0 2 1 1 ? 2031/2"),
        ("0 22 31 * ? *", "0 3 1 1,2,4,6,8,9,11 ? *", "0 2 1 1,2,4,6,8,9,11 ? *"),
        ("0 22 30 4,6 ? *", "0 3 1 5,7 ? *", "0 2 1 5,7 ? *"),
        ("0 22 28-31 * ? *", "0 3 1,29-31 * ? *", "0 2 1,29-31 * ? *"),
        ("0 22 28 2 ? 2027", "0 3 1 3 ? 2027", "0 2 1 3 ? 2027"),
        ("0 22 29 2 ? *", "0 3 1 3 ? 1972-2096/4,2104-2196/4", "0 2 1 3 ? 1972-2096/4,2104-2196/4"),
        ("0 22 LW 2 ? 2027", "0 3 27 2 ? 2027", "0 2 27 2 ? 2027"),
    ],
)
def test_eastern_time(local: str, standard: str, daylight: str) -> None:
    pair = local_pair(cron(local), NEW_YORK)
    assert pair == Pair(cron(standard), cron(daylight))
    if standard != daylight:
        assert is_daylight_pair(cron(standard), cron(daylight))


@pytest.mark.parametrize(
    ("local", "zone", "standard", "daylight"),
    [
        ("0 9 * * ? *", "Asia/Kolkata", "30 3 * * ? *", "30 3 * * ? *"),
        ("0/30 * * * ? *", "Asia/Kolkata", "0/30 * * * ? *", "0/30 * * * ? *"),
        ("0,15 9 * * ? *", "Asia/Kolkata", "30,45 3 * * ? *", "30,45 3 * * ? *"),
        ("0,45 * * * ? *", "Asia/Kolkata", "15,30 * * * ? *", "15,30 * * * ? *"),
        ("0 4 ? * MON *", "Asia/Kolkata", "30 22 ? * SUN *", "30 22 ? * SUN *"),
        ("0 0 1 JAN,APR ? *", "Europe/Berlin", "0 23 L DEC,MAR ? *", "0 22 L DEC,MAR ? *"),
        ("0 0 1 3 ? *", "Europe/Berlin", "0 23 L 2 ? *", "0 22 L 2 ? *"),
        ("0 0 1 1 ? 2030", "Europe/Berlin", "0 23 L 12 ? 2029", "0 22 L 12 ? 2029"),
        ("0 0 L 6,9 ? *", "Europe/Berlin", "0 23 29 6,9 ? *", "0 22 29 6,9 ? *"),
        ("0 0 ? * MON *", "Europe/Berlin", "0 23 ? * SUN *", "0 22 ? * SUN *"),
        ("0 9 * * ? *", "Europe/Dublin", "0 9 * * ? *", "0 8 * * ? *"),
        ("0 9 * * ? *", "America/Phoenix", "0 16 * * ? *", "0 16 * * ? *"),
        ("0 9 * * ? *", "UTC", "0 9 * * ? *", "0 9 * * ? *"),
    ],
)
def test_other_zones(local: str, zone: str, standard: str, daylight: str) -> None:
    assert local_pair(cron(local), zone) == Pair(cron(standard), cron(daylight))


@pytest.mark.parametrize(
    ("local", "zone", "words"),
    [
        ("0 18,21 ? * MON *", NEW_YORK, "some of its runs fall on a different day"),
        ("0 18,21 ? * MON *", NEW_YORK, "choose local times before 19:00"),
        ("0 * ? * MON *", NEW_YORK, "some of its runs fall on a different day"),
        ("0 22 ? * 3#2 *", NEW_YORK, "it runs on the next day"),
        ("0 22 ? * 6L *", NEW_YORK, "it runs on the next day"),
        ("0 22 LW * ? *", NEW_YORK, "it runs on the next day"),
        ("0 22 15W * ? *", NEW_YORK, "it runs on the next day"),
        ("0 22 28 * ? *", NEW_YORK, "it runs on the next day"),
        ("0 22 28 2 ? *", NEW_YORK, "only for days 1-27, and 29, L alone; choose"),
        ("0 22 1,30 1-12/3 ? *", NEW_YORK, "only for days 1-29, and 31, L alone; choose"),
        ("0 22 L * ? 2030", NEW_YORK, "only for days 1-27, and 29 alone; choose"),
        ("0 22 ? 3 MON-FRI *", NEW_YORK, "only for ? * MON-FRI; choose"),
        ("0 22 ? * MON#1 *", NEW_YORK, "only for ? * MON; choose"),
        ("0 0 1,15 * ? *", "Europe/Berlin", "only for days 2-28, and 1, 30, 31 alone; choose"),
        ("0 22 * 6 ? *", NEW_YORK, "it runs on the next day"),
        ("0 22 ? 6 MON *", NEW_YORK, "it runs on the next day"),
        ("0 22 ? * MON 2030", NEW_YORK, "it runs on the next day"),
        ("0 0 ? * 2#1 *", "Europe/Berlin", "it runs on the previous day"),
        ("0 0 ? * 2#1 *", "Europe/Berlin", "choose local times from 02:00 on"),
        ("0,45 9 * * ? *", "Asia/Kolkata", "minutes fall into a different hour"),
        ("0 9 * * ? *", "new york", "did you mean America/New_York?"),
        ("0 9 * * ? *", "America/New_Yrok", "did you mean America/New_York"),
        ("0 9 * * ? *", "europe/berlin", "did you mean Europe/Berlin?"),
        ("0 9 * * ? *", "../UTC", "is not an IANA time zone"),
        ("0 9 * * ? *", "America", "is not an IANA time zone"),
        ("0 9 * * ? *", "/etc/passwd", "is not an IANA time zone"),
        ("0 9 * * ? *", "", "is not an IANA time zone"),
        ("0 9 * * *", NEW_YORK, "Unix cron"),
    ],
)
def test_refused(local: str, zone: str, words: str) -> None:
    with pytest.raises(ScheduleError) as error:
        local_pair(cron(local), zone)
    assert words in str(error.value)


def test_a_rate_has_no_zone() -> None:
    with pytest.raises(ScheduleError, match="rate has no time of day"):
        local_pair(parse("rate(1 day)"), NEW_YORK)


@pytest.mark.parametrize(
    ("standard", "daylight", "expected"),
    [
        ("0 9 * * ? *", "0 8 * * ? *", True),
        ("0 9 ? * * *", "00 8 1-31 1/1 ? 1970-2199", True),
        ("0 0 ? * TUE-SAT *", "0 23 ? * MON-FRI *", True),
        ("0 0 1 * ? *", "0 23 L * ? *", True),
        ("0 0 1 1 ? 2030", "0 23 31 12 ? 2029", True),
        ("* * * * ? *", "0/1 0/1 ? * SUN-SAT *", True),
        # Found in production. The lists look different, but hours 0-3 and 9-23, an hour earlier, are
        # hours 23, 0-2 and 8-22: a pair, because every day counts.
        ("0/15 0-2,3,9-23 * * ? *", "0/15 0-1,2,8-23 * * ? *", True),
        ("0/15 0-2,3,9-23 ? * MON-FRI *", "0/15 0-1,2,8-23 ? * MON-FRI *", False),
        ("0 0 ? * TUE-SAT *", "0 23 ? * TUE-SAT *", False),
        ("0 9 * * ? *", "0 9 * * ? *", False),
        ("0 9 * * ? *", "0 10 * * ? *", False),
        ("0 9 * * ? *", "5 8 * * ? *", False),
        ("0 9 ? * MON *", "0 8 ? * TUE *", False),
        ("0 9 29 2 ? *", "0 8 29 2 ? 2000-2199", False),
        ("0 9 31 2 ? *", "0 8 30 2 ? *", False),
    ],
)
def test_is_daylight_pair(standard: str, daylight: str, expected: bool) -> None:
    assert is_daylight_pair(cron(standard), cron(daylight)) is expected


def field(low: int, high: int) -> st.SearchStrategy[str]:
    value = st.integers(low, high)
    item = st.one_of(
        value.map(str),
        st.tuples(value, value).map(lambda ends: f"{ends[0]}-{ends[1]}"),
        st.tuples(value, st.integers(max(2, high // 6), high)).map(lambda p: f"{p[0]}/{p[1]}"),
        st.tuples(value, value, st.integers(2, high)).map(lambda p: f"{p[0]}-{p[1]}/{p[2]}"),
    )
    return st.lists(item, min_size=1, max_size=2).map(",".join)


MINUTES = st.sampled_from(["0", "30", "0,45", "0/15", "15-20", "7,52", "*/30", "50-5/5"])
EVERY_DAY = ("* * ?", "? * *")
WEEKDAYS = ("SUN", "SAT", "MON-FRI", "2-6", "FRI-MON", "SUN-SAT", "1,4", "L", "6L", "3#2", "SAT#5")
MONTH_DAYS = ("1", "15", "31", "L", "LW", "15W", "2-27", "1-26/5", "28", "*/7")
RARE_DAYS = ("1 3 ?", "L FEB ?", "L DEC,mar ?", "1 1-3 ?", "? 6 MON", "? 2-4 MON-FRI", "* 3 ?")
DAYS = st.one_of(
    st.sampled_from(EVERY_DAY),
    st.sampled_from(WEEKDAYS).map(lambda days: f"? * {days}"),
    st.sampled_from(MONTH_DAYS).map(lambda days: f"{days} * ?"),
    st.sampled_from(RARE_DAYS),
)
# In a zone that is half an hour off, most expressions cannot be converted.
MANY_REJECTED = [HealthCheck.filter_too_much]
CRONS = st.tuples(MINUTES, field(0, 23) | st.just("*"), DAYS).map(lambda t: f"{' '.join(t)} *")


def times(schedule: Cron, start: datetime, end: datetime, east: float) -> set[datetime]:
    moved = timedelta(hours=east)
    found = takewhile(lambda run: run < end - moved, runs(schedule, start - moved))
    return {run + moved for run in found}


@pytest.mark.parametrize("zone", OFFSETS)
@given(text=CRONS, start=st.datetimes(datetime(2023, 1, 1), datetime(2029, 1, 1)))
@settings(max_examples=25, deadline=None, suppress_health_check=MANY_REJECTED)
def test_both_expressions_have_the_local_runs(zone: str, text: str, start: datetime) -> None:
    local = cron(text)
    try:
        pair = local_pair(local, zone)
    except ScheduleError:
        reject()
    begin = start.replace(tzinfo=UTC)
    end = begin + timedelta(days=40)
    expected = times(local, begin, end, 0)
    for utc, east in zip((pair.standard, pair.daylight), OFFSETS[zone], strict=True):
        assert times(utc, begin, end, east) == expected


@given(text=CRONS)
@settings(max_examples=50, deadline=None, suppress_health_check=MANY_REJECTED)
def test_converted_expressions_are_a_pair(text: str) -> None:
    try:
        pair = local_pair(cron(text), NEW_YORK)
    except ScheduleError:
        reject()
    assert is_daylight_pair(pair.standard, pair.daylight)


# --- days that are shifted over the end of a month

MONTHS = ("*", "2", "12", "FEB,MAR", "4,6", "1-12/3", "JAN,NOV", "11-2")
LAST_DAYS = (
    "1",
    "2",
    "27",
    "28",
    "29",
    "30",
    "31",
    "L",
    "LW",
    "1W",
    "31W",
    "1,31",
    "28-31",
    "30,31",
    "*",
    "1-15",
    "2/2",
)
NAMED_DAYS = ("MON", "SUN-SAT", "L", "6L", "MON#1", "SAT#5", "*")
RARE_YEARS = ("2024/4", "2199")  # more than those in SEEN, or at the end, where one day is not known
YEARS = ("*", "2024", "2026", "2025-2028", "1970-2199", *RARE_YEARS)
SHIFTED = st.tuples(
    st.one_of(
        st.tuples(st.sampled_from(LAST_DAYS), st.sampled_from(MONTHS), st.just("?")),
        st.tuples(st.just("?"), st.sampled_from(MONTHS), st.sampled_from(NAMED_DAYS)),
    ),
    st.sampled_from(YEARS),
).map(lambda days: f"{' '.join(days[0])} {days[1]}")
ZONES = (NEW_YORK, "Europe/Berlin", "Pacific/Auckland", "America/Phoenix", "Asia/Kathmandu", "Pacific/Kiritimati")


SEEN = (*range(2023, 2034), 2198, 2199)
EVERY = [date(year, 1, 1) + timedelta(days=day) for year in SEEN for day in range(365 + (year in (2024, 2028, 2032)))]


def dates(schedule: Cron, distance: int = 0) -> set[date]:
    """The days on which it fires, moved."""
    months = [(year, month) for year in SEEN for month in schedule.month_values if year in schedule.year_values]
    days = [date(*month, day) for month in months for day in days_in_month(schedule, *month)]
    return {day + timedelta(days=distance) for day in days}


def inner(days: set[date]) -> set[date]:
    """Without the days at the ends, whose neighbors are not known."""
    return {day for day in days if date(2023, 1, 1) < day < date(2033, 12, 31) or date(2199, 1, 1) < day < LAST}


LAST = date(2199, 12, 31)
NOT_EXPRESSIBLE = {date(2024, 2, 3), date(2024, 3, 5)}


def expressible(days: set[date]) -> bool:
    """Whether lists of days, months and years have these days, or the last days of months have, or weekdays.

    An expression names each part on its own, so if there is one, then the one with all parts that occur is, too.
    """
    years, months = {day.year for day in days}, {day.month for day in days}
    numbers, weekdays = {day.day for day in days}, {day.weekday() for day in days}
    near = [day for day in inner(set(EVERY)) if day.month in months and day.year in years]
    last = {day for day in near if (day + timedelta(days=1)).day == 1}
    by_number = {day for day in near if day.day in numbers}
    return days in (last, by_number, {day for day in near if day.weekday() in weekdays})


@pytest.mark.parametrize("zone", ZONES)
@given(days=SHIFTED, hours=st.sampled_from(["0", "4", "12", "19", "20", "23", "1,2", "22-23"]))
@settings(max_examples=40, deadline=None)
def test_days_over_the_end_of_a_month(zone: str, days: str, hours: str) -> None:
    local = cron(f"0 {hours} {days}")
    try:
        pair = local_pair(local, zone)
    except ScheduleError as error:
        if local.year not in RARE_YEARS:
            assert not all(expressible(inner(targets)) for targets in shifted_dates(local, zone)), error
        assert_possible(local, zone, str(error))
        return
    for utc, targets in zip(pair, shifted_dates(local, zone), strict=True):
        assert inner(dates(utc)) == inner(targets)


def shifted_dates(local: Cron, zone: str) -> list[set[date]]:
    """The UTC days of its runs in standard and in daylight time; if they differ by run, days that are not expressible."""
    result = []
    for east in OFFSETS[zone]:
        shifts = {math.floor((hour - east) / 24) for hour in local.hour_values}
        targets = [dates(local, shift) for shift in shifts]
        result.append(targets[0] if all(inner(target) == inner(targets[0]) for target in targets) else NOT_EXPRESSIBLE)
    return result


def assert_possible(local: Cron, zone: str, message: str) -> None:
    """Each of the days that a refusal offers is accepted."""
    offered = re.search(r"only for days (\d+)-(\d+)(?:, and (.*) alone)?; choose", message)
    if offered:
        together = ",".join(str(day) for day in range(int(offered[1]), int(offered[2]) + 1, 3))
        for day in (f"{offered[1]}-{offered[2]}", together, *(offered[3] or "").split(", ")):
            if day:
                local_pair(cron(f"{local.minutes} {local.hours} {day} {local.month} ? {local.year}"), zone)
    if weekdays := re.search(r"only for (\? \* \S+); choose", message):
        local_pair(cron(f"{local.minutes} {local.hours} {weekdays[1]} {local.year}"), zone)
