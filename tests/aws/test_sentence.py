"""When schedules run, in one sentence. tests/audit/test_sentences.py lets `check` read many of them."""

from __future__ import annotations

import pytest

from scaffold.aws.schedules.schedule import Cron, Rate, parse
from scaffold.aws.schedules.sentence import clock_change, clock_times, local_times, moves_with_clocks, sentence
from scaffold.aws.schedules.timezone import local_pair

NEW_YORK = "America/New_York"


def pair(local: str, zone: str) -> tuple[Cron, Cron]:
    return local_pair(parse(local), zone)


def cron(text: str) -> Cron:
    schedule = parse(text)
    assert isinstance(schedule, Cron)
    return schedule


@pytest.mark.parametrize(
    ("local", "words"),
    [
        ("0 4 * * ? *", "daily at 4am EST (9am UTC), 4am EDT (8am UTC)"),
        ("30 0 * * ? *", "daily at 12:30am EST (5:30am UTC), 12:30am EDT (4:30am UTC)"),
        ("0 12 * * ? *", "daily at 12pm EST (5pm UTC), 12pm EDT (4pm UTC)"),
        # 7pm is the next day in UTC, in winter only.
        ("0 19 ? * MON-FRI *", "Monday through Friday at 7pm EST (12am UTC +1 day), 7pm EDT (11pm UTC)"),
        ("0 23 ? * SUN-THU *", "Sunday through Thursday at 11pm EST (4am UTC +1 day), 11pm EDT (3am UTC +1 day)"),
        ("0 9 ? * MON *", "every Monday at 9am EST (2pm UTC), 9am EDT (1pm UTC)"),
        ("0 9 ? * SAT-SUN *", "Saturday and Sunday at 9am EST (2pm UTC), 9am EDT (1pm UTC)"),
        ("0 9 ? * 2,4,6 *", "Monday, Wednesday and Friday at 9am EST (2pm UTC), 9am EDT (1pm UTC)"),
        ("0 9 ? * FRI-MON *", "Friday through Monday at 9am EST (2pm UTC), 9am EDT (1pm UTC)"),
        ("0 9 ? * 1-7 *", "daily at 9am EST (2pm UTC), 9am EDT (1pm UTC)"),
        ("0 9 ? * L *", "every Saturday at 9am EST (2pm UTC), 9am EDT (1pm UTC)"),
        ("0 9 ? * 6L *", "on the last Friday of the month at 9am EST (2pm UTC), 9am EDT (1pm UTC)"),
        ("0 9 ? * TUE#2 *", "on the second Tuesday of the month at 9am EST (2pm UTC), 9am EDT (1pm UTC)"),
        ("0 9 1 * ? *", "on the 1st of the month at 9am EST (2pm UTC), 9am EDT (1pm UTC)"),
        ("0 20 L * ? *", "on the last day of the month at 8pm EST (1am UTC +1 day), 8pm EDT (12am UTC +1 day)"),
        ("0 9 LW * ? *", "on the last weekday of the month at 9am EST (2pm UTC), 9am EDT (1pm UTC)"),
        ("0 9 15W * ? *", "on the weekday nearest to the 15th of the month at 9am EST (2pm UTC), 9am EDT (1pm UTC)"),
        ("0 9 1-7,22 * ? *", "on the 1st through 7th and 22nd of the month at 9am EST (2pm UTC), 9am EDT (1pm UTC)"),
        ("0 9 */2 * ? *", "on the 1st, 3rd, ... and 31st of the month at 9am EST (2pm UTC), 9am EDT (1pm UTC)"),
        ("0 9 1 1,7 ? *", "on the 1st of January and July at 9am EST (2pm UTC), 9am EDT (1pm UTC)"),
        ("0 9 ? JAN-MAR MON *", "every Monday in January through March at 9am EST (2pm UTC), 9am EDT (1pm UTC)"),
        # In July there is only one time.
        ("0 9 15 7 ? 2030", "on the 15th of July in 2030 at 9am EDT (1pm UTC)"),
        ("0 9 * 1 ? *", "daily in January at 9am EST (2pm UTC)"),
        ("0 7,19 * * ? *", "daily at 7am and 7pm EST (12pm UTC and 12am UTC +1 day), EDT (11am and 11pm UTC)"),
        (
            "0/15 4-21 * * ? *",
            "every 15 minutes between 4am and 9:45pm EST (9am to 2:45am UTC), EDT (8am to 1:45am UTC)",
        ),
        (
            "0 9-17 ? * MON-FRI *",
            "Monday through Friday, every hour between 9am and 5pm EST (2pm to 10pm UTC), EDT (1pm to 9pm UTC)",
        ),
        (
            "0/10 20-23,0-3 * * ? *",
            "every 10 minutes between 8pm and 3:50am EST (1am to 8:50am UTC +1 day), EDT (12am to 7:50am UTC +1 day)",
        ),
        (
            "3,17 1,5,9 * * ? *",
            "6 times between 1:03am and 9:17am EST (6:03am to 2:17pm UTC), EDT (5:03am to 1:17pm UTC)",
        ),
        ("0 0/2 * * ? *", "every 2 hours between 12am and 10pm EST (5am to 3am UTC), EDT (4am to 2am UTC)"),
        ("0 * * * ? *", "every hour"),
        ("1 * * * ? *", "every hour at 1 minute past"),
        ("5,20 * * * ? *", "every hour at 5 and 20 minutes past"),
        ("0/15 * * * ? *", "every 15 minutes"),
        ("5/30 * * * ? *", "every 30 minutes"),
        ("0/7 * * * ? *", "9 times an hour"),
        ("* * * * ? *", "every minute"),
    ],
)  # fmt: skip
def test_new_york(local: str, words: str) -> None:
    assert sentence(*pair(f"cron({local})", NEW_YORK), NEW_YORK) == words
    # Without a zone two expressions are understood as New York's time.
    assert sentence(*pair(f"cron({local})", NEW_YORK)) == words


@pytest.mark.parametrize(
    ("zone", "words", "times"),
    [
        ("US/Eastern", "daily at 8pm EST (1am UTC +1 day), 8pm EDT (12am UTC +1 day)", ["8pm EST", "8pm EDT"]),
        ("America/Denver", "daily at 8pm MST (3am UTC +1 day), 8pm MDT (2am UTC +1 day)", ["8pm MST", "8pm MDT"]),
        (
            "America/Phoenix",
            "daily at 8pm America/Phoenix time (3am UTC all year +1 day)",
            ["8pm America/Phoenix time"],
        ),
        # Its CST is another one.
        (
            "America/Havana",
            "daily at 8pm America/Havana time (1am UTC +1 day in standard time, 12am UTC +1 day in daylight saving"
            " time)",
            ["8pm America/Havana time"],
        ),
        (
            "Europe/London",
            "daily at 8pm Europe/London time (8pm UTC in standard time, 7pm UTC in daylight saving time)",
            ["8pm Europe/London time"],
        ),
        ("Asia/Kolkata", "daily at 8pm Asia/Kolkata time (2:30pm UTC all year)", ["8pm Asia/Kolkata time"]),
        ("UTC", "daily at 8pm UTC all year (3pm EST, 4pm EDT)", ["8pm UTC time"]),
    ],
)
def test_other_zones(zone: str, words: str, times: list[str]) -> None:
    both = pair("cron(0 20 * * ? *)", zone)
    assert sentence(*both, zone) == words
    if zone != "UTC":
        assert local_times(*both, zone) == times


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("0 9 * * ? *", "daily at 9am UTC (4am EST, 5am EDT)"),
        ("0 4 ? * MON-FRI *", "Monday through Friday at 4am UTC (11pm EST -1 day, 12am EDT)"),
        ("0 0/12 * * ? *", "daily at 12am and 12pm UTC (7pm EST -1 day and 7am EST; 8pm EDT -1 day and 8am EDT)"),
        ("0 9-17 ? * MON-FRI *", "Monday through Friday, every hour between 9am and 5pm UTC (4am to 12pm EST, 5am to 1pm EDT)"),
        ("* 9 * * ? *", "every minute between 9am and 9:59am UTC (4am to 4:59am EST, 5am to 5:59am EDT)"),
        ("0/15 0-2,3,9-23 * * ? *", "every 15 minutes between 9am and 3:45am UTC (4am to 10:45pm EST, 5am to 11:45pm EDT)"),
        # On certain days, the hours after midnight are not those of the evening before.
        ("0 0-2,22,23 ? * MON *", "every Monday, 5 times between 12am and 11pm UTC (7pm to 6pm EST, 8pm to 7pm EDT)"),
        # Not one expression in New York's time.
        ("0 2 15W * ? *", "on the weekday nearest to the 15th of the month at 2am UTC (9pm EST -1 day, 10pm EDT -1 day)"),
        ("0 9 * 7 ? *", "daily in July at 9am UTC (5am EDT)"),
    ],
)  # fmt: skip
def test_utc(expression: str, words: str) -> None:
    schedule = parse(f"cron({expression})")
    assert sentence(schedule, schedule) == words
    assert sentence(schedule, schedule, utc=True) == words.replace(" UTC (", " UTC all year (")


@pytest.mark.parametrize(
    ("standard", "daylight", "words"),
    [
        ("rate(1 day)", "rate(1 day)", "once a day"),
        ("rate(1 hour)", "rate(1 hour)", "every hour"),
        ("rate(15 minutes)", "rate(15 minutes)", "every 15 minutes"),
        ("rate(1 day)", "rate(2 days)", "once a day in standard time, every 2 days in daylight saving time"),
        ("rate(1 day)", "cron(0 9 * * ? *)", "once a day in standard time, cron(0 9 * * ? *) in daylight saving time"),
        # Whatever two expressions are, both are stated.
        ("cron(0 9 * * ? *)", "cron(0 7 ? * MON *)", "daily at 4am EST (9am UTC), every Monday at 3am EDT (7am UTC)"),
        (
            "cron(0 3,12 ? * TUE *)",
            "cron(0 2,11 ? * TUE *)",
            "every Tuesday at 3am and 12pm UTC in standard time, every Tuesday at 2am and 11am UTC in daylight saving"
            " time",
        ),
        ("cron(0/15 * ? * MON-FRI *)", "cron(0/15 * ? * MON-FRI *)", "Monday through Friday in UTC, every 15 minutes"),
    ],
)
def test_other_pairs(standard: str, daylight: str, words: str) -> None:
    assert sentence(parse(standard), parse(daylight)) == words


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("0 9 * * ? *", "4am EST in winter, 5am EDT in summer"),
        ("0 1 ? * MON *", "8pm EST in winter, 9pm EDT in summer"),
        ("30 9,21 * * ? *", "4:30am and 4:30pm EST in winter, 5:30am and 5:30pm EDT in summer"),
        ("0 9-17 * * ? *", "4am to 12pm EST in winter, 5am to 1pm EDT in summer"),
        ("0 9 * 6-8 ? *", ""),
        ("0 9 * DEC,JAN,FEB ? *", ""),
        ("0 * * * ? *", ""),
        ("0 0-23 * * ? *", ""),
        ("0 0/2 * * ? *", ""),
    ],
)
def test_clock_change(expression: str, words: str) -> None:
    assert clock_change(cron(f"cron({expression})")) == words
    assert moves_with_clocks(cron(f"cron({expression})")) is bool(words)


def test_local_times() -> None:
    nine = cron("cron(0 9 * * ? *)")
    assert local_times(nine, nine) == ["4am EST", "5am EDT"]
    assert local_times(*pair("cron(0/15 4-21 * * ? *)", NEW_YORK)) == ["4am to 9:45pm EST", "4am to 9:45pm EDT"]
    assert local_times(Rate(1, "day"), Rate(1, "day")) == []
    assert local_times(cron("cron(5 * * * ? *)"), cron("cron(5 * * * ? *)")) == []
    assert local_times(cron("cron(0 3,12 ? * TUE *)"), cron("cron(0 2,11 ? * TUE *)")) == []
    assert clock_times(nine) == "9am"
