"""Schedules in words, in UTC and in New York time."""

from __future__ import annotations

import pytest

from scaffold.aws.schedules.expression import Cron
from scaffold.aws.schedules.schedule import parse
from scaffold.aws.schedules.words import in_summer, in_winter, in_words


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("rate(1 day)", "Every day"),
        ("rate(15 minutes)", "Every 15 minutes"),
        ("cron(0 9 * * ? *)", "At 09:00, every day"),
        ("cron(30 17,21 * * ? *)", "At 17:30 and 21:30, every day"),
        ("cron(0 11 ? * MON-FRI *)", "At 11:00, Monday through Friday"),
        ("cron(0 11 ? * mon-fri *)", "At 11:00, Monday through Friday"),
        # AWS counts from Sunday, which is 1.
        ("cron(0 11 ? * 2-6 *)", "At 11:00, Monday through Friday"),
        ("cron(0 11 ? * 1 *)", "At 11:00, only on Sunday"),
        ("cron(0 11 ? * 7 *)", "At 11:00, only on Saturday"),
        ("cron(0 11 ? * L *)", "At 11:00, only on Saturday"),
        ("cron(0 11 ? * 3#2 *)", "At 11:00, on the second Tuesday of the month"),
        ("cron(0 11 ? * 6L *)", "At 11:00, on the last Friday of the month"),
        ("cron(0 11 L * ? *)", "At 11:00, on the last day of the month"),
        ("cron(0 11 ? * SAT-SUN *)", "At 11:00, Saturday through Sunday"),
        ("cron(5 * * * ? *)", "At 5 minutes past the hour, every hour, every day"),
        ("cron(0/15 4-18,19-21,22 * * ? *)", "Every 15 minutes, between 04:00 and 22:59, every day"),
        ("cron(0 9 1 1 ? 2030)", "At 09:00, on day 1 of the month, only in January, only in 2030"),
    ],
)
def test_in_words(expression: str, words: str) -> None:
    assert in_words(parse(expression)) == words


@pytest.mark.parametrize(
    ("expression", "winter", "summer"),
    [
        ("cron(0 9 * * ? *)", "At 04:00, every day", "At 05:00, every day"),
        # 19:00 is the next day in UTC in winter, and the same day in summer.
        ("cron(0 0 ? * TUE-SAT *)", "At 19:00, Monday through Friday", "At 20:00, Monday through Friday"),
        ("cron(0 4 ? * MON *)", "At 23:00, only on Sunday", "At 00:00, only on Monday"),
        ("cron(30 2 1 * ? *)", "At 21:30, on the last day of the month", "At 22:30, on the last day of the month"),
        ("cron(5 * * * ? *)", *["At 5 minutes past the hour, every hour, every day"] * 2),
        ("rate(15 minutes)", *["Every 15 minutes"] * 2),
        (
            "cron(0/15 0-2,3,9-23 * * ? *)",
            "Every 15 minutes, between 04:00 and 22:59, every day",
            "Every 15 minutes, between 05:00 and 23:59, every day",
        ),
    ],
)
def test_by_the_clock(expression: str, winter: str, summer: str) -> None:
    assert (in_winter(expression).local, in_summer(expression).local) == (winter, summer)


def test_local_times_that_one_expression_cannot_express_stay_in_utc() -> None:
    # At 03:00 UTC on Tuesday it is still Monday in New York; at 12:00 it is not.
    assert in_winter("cron(0 3,12 ? * TUE *)").local == (
        "At 03:00 and 12:00, only on Tuesday, UTC, which is 5 hours ahead"
    )


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("cron(0 9 * * * *)", "exactly one of day-of-month and day-of-week"),
        ("cron(0 25 * * ? *)", "hours: 25 is out of range"),
        ("every day", "an interval is written as rate(...); write rate(1 day)"),
    ],
)
def test_what_does_not_parse(expression: str, problem: str) -> None:
    found = in_winter(expression)
    assert (found.expression, found.words, found.local) == (expression, "", "")
    assert found.problem.startswith(problem)


def test_an_expression_without_words_is_shown_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    import cron_descriptor

    def refuse(*_: object) -> str:
        raise cron_descriptor.FormatException("no")

    monkeypatch.setattr(cron_descriptor, "get_description", refuse)
    schedule = parse("cron(7 9 * * ? *)")
    assert isinstance(schedule, Cron)
    assert in_words(schedule) == "cron(7 9 * * ? *)"
