"""Which schedule expressions are valid, when they fire, and the messages about invalid ones.

Two validators by other people are the oracles. Each is wrong now and then: where, is listed here,
so that agreement elsewhere means something.
"""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import aws_croniter
import pytest
from aws_cron_expression_validator.validator import (
    AWSCronExpressionError,
    AWSCronExpressionValidator,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scaffold.aws.schedules.expression import Cron, Rate, ScheduleError
from scaffold.aws.schedules.schedule import next_runs, parse, warnings

NOW = datetime(2024, 1, 1, tzinfo=UTC)

VALID_CRONS = [
    "0 9 * * ? *",
    "0 9 ? * * *",
    "0 9 ? * MON-FRI *",
    "0 9 ? * mon-Fri *",
    "0 0 ? * SAT-SUN *",
    "0 9 ? * 2-6 *",
    "0 9 ? * MON,WED,FRI *",
    "0 9 ? * MON-WED,SAT *",
    "0/15 0-2,3,9-23 * * ? *",
    "*/5 * * * ? *",
    "0/1 * * * ? *",
    "* * * * ? *",
    "1/10 8-18/2 * * ? *",
    "0 22-4 * * ? *",
    "50-10/5 9 * * ? *",
    "05 09 * * ? *",
    "0 9 L * ? *",
    "0 9 LW * ? *",
    "0 9 1W * ? *",
    "0 9 15W * ? *",
    "0 9 31W * ? *",
    "0 9 1,15 * ? *",
    "0 9 28-3 * ? *",
    "0 9 */2 * ? *",
    "0 9 31 2 ? *",
    "0 9 1 JAN,apr,7 ? *",
    "0 9 1 NOV-FEB ? *",
    "0 9 1 1/3 ? *",
    "0 9 ? * L *",
    "0 9 ? * 6L *",
    "0 9 ? * FRIL *",
    "0 9 ? * 3#2 *",
    "0 9 ? * TUE#5 *",
    "0 9 ? 6-8 2#1 2030-2040",
    "0 9 29 2 ? 2024/4",
    "0 9 1 1 ? 1970,2199",
    "59 23 31 12 ? 2199",
    "0/59 0/23 1/31 1/12 ? *",
]

VALIDATOR_REFUSES: set[str] = set()
CRONITER_REFUSES = {
    "0 9 LW * ? *",  # reads the L as a number
    "0 9 29 2 ? 2024/4",  # takes a step in years only from 1970 up
}
CRONITER_RUNS_DIFFER = {
    "0 9 ? * L *",  # never fires there; the guide: the last day of the week
}

INVALID_CRONS = [
    "",
    "0",
    "0 9 * * *",
    "0 0 9 * * ? *",
    "0 9 * * * *",
    "0 9 ? * ? *",
    "0 9 1 * MON *",
    "0 9 * * MON *",
    "60 9 * * ? *",
    "0 24 * * ? *",
    "-1 9 * * ? *",
    "0 9 0 * ? *",
    "0 9 32 * ? *",
    "0 9 1 0 ? *",
    "0 9 1 13 ? *",
    "0 9 ? * 0 *",
    "0 9 ? * 8 *",
    "0 9 1 * ? 1969",
    "0 9 1 * ? 2200",
    "0 9 1 * ? 20",
    "? 9 * * ? *",
    "0 ? * * ? *",
    "0 9 1 ? ? *",
    "0 9 1 * ? ?",
    "0/0 9 * * ? *",
    "0/60 * * * ? *",
    "0 0/24 * * ? *",
    "0 9 1 1/13 ? *",
    "/5 * * * ? *",
    "5/ * * * ? *",
    "0,, 9 * * ? *",
    "0, 9 * * ? *",
    "0- 9 * * ? *",
    "1-2-3 9 * * ? *",
    "1/2/3 9 * * ? *",
    "*,5 9 * * ? *",
    "*-5 9 * * ? *",
    "5-* 9 * * ? *",
    "0 9 1,L * ? *",
    "0 9 L-3 * ? *",
    "0 9 W * ? *",
    "0 9 WL * ? *",
    "0 9 32W * ? *",
    "0 9 1-5W * ? *",
    "0 9 15W,20W * ? *",
    "0 9 l * ? *",
    "0 9 ? * MON#6 *",
    "0 9 ? * 3#0 *",
    "0 9 ? * 3# *",
    "0 9 ? * #2 *",
    "0 9 ? * 3#1,6#3 *",
    "0 9 ? * MON,L *",
    "0 9 ? * L-2 *",
    "0 9 ? * */2 *",
    "0 9 ? * 2/2 *",
    "0 9 ? * 15W *",
    "0 9 ? * MONDAY *",
    "0 9 JAN * ? *",
    "0 9 1 MON ? *",
    "0 9 * L ? *",
    "0 9 1 1 ? 2030-2020",
    "x 9 * * ? *",
    "1.5 9 * * ? *",
    "005 9 * * ? *",
]

VALIDATOR_ACCEPTS = {
    # any step, however long
    "0/60 * * * ? *",
    "0 0/24 * * ? *",
    "0 9 1 1/13 ? *",
    # ranges to and from everything, which the guide does not know
    "*-5 9 * * ? *",
    "5-* 9 * * ? *",
    "0 9 ? * L-2 *",
    "0 9 1 1 ? 2030-2020",
}
CRONITER_ACCEPTS = {
    "0 9 L-3 * ? *",
    "0 9 ? * L-2 *",
    "0 9 1 1 ? 2030-2020",
}


def cron(text: str) -> Cron:
    parsed = parse(f"cron({text})")
    assert isinstance(parsed, Cron)
    return parsed


def validator_takes(text: str) -> bool:
    try:
        AWSCronExpressionValidator.validate(text)
    except AWSCronExpressionError:
        return False
    return True


def croniter_takes(text: str) -> bool:
    try:
        aws_croniter.AwsCroniter(text)
    except ValueError:
        return False
    return True


def croniter_runs(text: str, after: datetime, count: int) -> tuple[datetime, ...]:
    schedule = aws_croniter.AwsCroniter(text)
    found: list[datetime] = []
    for _ in range(count):
        try:
            run = schedule.occurrence(found[-1] if found else after).next()
        except Exception:  # it raises a bare Exception if there is no next run
            break
        if run is None:
            break
        found.append(run)
    return tuple(found)


@pytest.mark.parametrize("text", VALID_CRONS)
def test_valid_crons_keep_their_text(text: str) -> None:
    assert str(cron(text)) == f"cron({text})"


@pytest.mark.parametrize("text", INVALID_CRONS)
def test_invalid_crons(text: str) -> None:
    with pytest.raises(ScheduleError) as error:
        parse(f"cron({text})")
    assert str(error.value).startswith(f"cron({text}): ")


def test_the_validator_differs_only_in_known_cases() -> None:
    assert {text for text in VALID_CRONS if not validator_takes(text)} == VALIDATOR_REFUSES
    assert {text for text in INVALID_CRONS if validator_takes(text)} == VALIDATOR_ACCEPTS


def test_croniter_differs_only_in_known_cases() -> None:
    assert {text for text in VALID_CRONS if not croniter_takes(text)} == CRONITER_REFUSES
    assert {text for text in INVALID_CRONS if croniter_takes(text)} == CRONITER_ACCEPTS


@pytest.mark.parametrize("text", sorted(set(VALID_CRONS) - CRONITER_REFUSES))
def test_runs_are_the_same_as_croniters(text: str) -> None:
    after = datetime(2024, 2, 27, 13, 7, tzinfo=UTC)
    same = next_runs(cron(text), after, 12) == croniter_runs(text, after, 12)
    assert same == (text not in CRONITER_RUNS_DIFFER)


def numbers(low: int, high: int) -> st.SearchStrategy[str]:
    value = st.integers(low, high)
    item = st.one_of(
        value.map(str),
        st.tuples(value, value).map(lambda ends: f"{ends[0]}-{ends[1]}"),
        st.tuples(value, st.integers(1, high)).map(lambda parts: f"{parts[0]}/{parts[1]}"),
        st.tuples(value, value, st.integers(1, high)).map(lambda p: f"{p[0]}-{p[1]}/{p[2]}"),
    )
    return st.just("*") | st.lists(item, min_size=1, max_size=3).map(",".join)


WEEKDAYS = st.sampled_from(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", *"1234567"])
DAYS_OF_WEEK = st.one_of(
    st.just("*"),
    st.lists(WEEKDAYS, min_size=1, max_size=3).map(",".join),
    st.tuples(WEEKDAYS, WEEKDAYS).map("-".join),
    st.tuples(WEEKDAYS, st.sampled_from("12345")).map("#".join),
    WEEKDAYS.map(lambda day: f"{day}L"),
)
DAYS_OF_MONTH = st.one_of(numbers(1, 31), st.just("L"), st.integers(1, 31).map(lambda day: f"{day}W"))
DAYS = st.one_of(DAYS_OF_MONTH.map(lambda d: (d, "?")), DAYS_OF_WEEK.map(lambda d: ("?", d)))
CRONS = st.tuples(numbers(0, 59), numbers(0, 23), DAYS, numbers(1, 12)).map(
    lambda t: f"{t[0]} {t[1]} {t[2][0]} {t[3]} {t[2][1]} *"
)


@given(CRONS, st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)))
@settings(max_examples=100, deadline=None)
def test_random_crons_against_croniter(text: str, after: datetime) -> None:
    assert validator_takes(text)
    moment = after.replace(tzinfo=UTC)
    runs = next_runs(cron(text), moment, 3)
    assume(len(runs) == 3 and runs[-1] - moment < timedelta(days=5 * 365))
    assert runs == croniter_runs(text, moment, 3)


@given(CRONS, st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)))
@settings(max_examples=50, deadline=None)
def test_runs_are_ascending_and_can_be_continued(text: str, after: datetime) -> None:
    moment = after.replace(tzinfo=UTC)
    runs = next_runs(cron(text), moment, 6)
    assert all(one < other for one, other in pairwise((moment, *runs)))
    assume(len(runs) == 6)
    assert next_runs(cron(text), runs[2], 3) == runs[3:]


@given(st.text(max_size=30) | st.text("0123456789*?/,-LW# ()ratecronmdhoiuys", max_size=30))
@settings(max_examples=300)
def test_no_text_raises_anything_else(text: str) -> None:
    for expression in (text, f"cron({text})", f"rate({text})"):
        try:
            assert str(parse(expression)) == expression
        except ScheduleError as error:
            assert str(error).isprintable()


@pytest.mark.parametrize(
    "expression",
    ["rate(1 minute)", "rate(5 minutes)", "rate(1 hour)", "rate(36 hours)", "rate(1 day)"],
)
def test_valid_rates(expression: str) -> None:
    rate = parse(expression)
    assert isinstance(rate, Rate)
    assert str(rate) == expression
    assert not rate.unit.endswith("s")


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        # rates
        ("rate(1 days)", "the unit is singular for 1; write rate(1 day)"),
        ("rate(5 minute)", "the unit is plural for more than 1; write rate(5 minutes)"),
        ("rate(0 minutes)", "1 or more; write rate(1 minute)"),
        ("rate(-5 minutes)", "positive whole number"),
        ("rate(1.5 hours)", "write rate(90 minutes)"),
        ("rate(05 minutes)", "write rate(5 minutes)"),
        ("rate(5minutes)", "write rate(5 minutes)"),
        ("rate(5  minutes)", "fields are separated by one space"),
        ("rate(5 min)", "write rate(5 minutes)"),
        ("rate(30 seconds)", "the shortest rate is one minute; write rate(1 minute)"),
        ("rate(2 weeks)", "write rate(14 days)"),
        ("rate(1 month)", "write cron(0 0 1 * ? *)"),
        ("rate(5 Minutes)", "write rate(5 minutes)"),
        ("Rate(5 minutes)", "write rate(5 minutes)"),
        ("rate(five minutes)", "rate takes a positive whole number"),
        ("rate()", "rate takes a positive whole number"),
        # without a wrapper
        ("5 minutes", "write rate(5 minutes)"),
        ("every 5 minutes", "write rate(5 minutes)"),
        ("every day", "write rate(1 day)"),
        ("daily", "write rate(1 day)"),
        ("@hourly", "write rate(1 hour)"),
        ("PT15M", "write rate(15 minutes)"),
        ("P1D", "write rate(1 day)"),
        ("0 9 * * ? *", "the six fields must be inside cron(...); write cron(0 9 * * ? *)"),
        ("", "either rate(value unit)"),
        ("cron(0 9 * * ? *", "either rate(value unit)"),
        ("cron(0 9 * * ? *);", "either rate(value unit)"),
        # one-time schedules
        ("at(2030-06-15T09:00:00)", "EventBridge Scheduler"),
        ("2030-06-15T09:00:00", "a date is not a schedule expression"),
        # Unix
        ("0 5 * * *", "Unix cron expression; AWS takes six"),
        ("0 5 * * *", "write cron(0 5 * * ? *)"),
        ("cron(0 5 * * 1-5)", "write cron(0 5 ? * 2-6 *)"),
        ("cron(0 5 * * 0,6)", "write cron(0 5 ? * 1,7 *)"),
        ("cron(0 5 * * 7)", "write cron(0 5 ? * 1 *)"),
        ("cron(0 5 * * 0-7)", "write cron(0 5 ? * 1-7 *)"),
        ("cron(0 5 * * */2)", "write cron(0 5 ? * 1,3,5,7 *)"),
        ("cron(*/10 5 1 JAN *)", "write cron(*/10 5 1 JAN ? *)"),
        ("cron(0 5 1 * 1)", "which takes two schedules in AWS"),
        ("cron(0 9 ? * MON-FRI)", "the year, is missing; write cron(0 9 ? * MON-FRI *)"),
        # seconds
        ("cron(0 0 9 * * ?)", "seconds"),
        ("cron(0 0 9 * * ?)", "write cron(0 9 * * ? *)"),
        (
            "cron(0 0 9 * * ? *)",
            "no field for seconds, minutes come first; write cron(0 9 * * ? *)",
        ),
        # days
        ("cron(0 9 * * * *)", "write cron(0 9 * * ? *)"),
        ("cron(0 9 * * MON *)", "write cron(0 9 ? * MON *)"),
        ("cron(0 9 ? * ? *)", "write cron(0 9 * * ? *)"),
        ("cron(0 9 1 * MON *)", "two schedules, cron(0 9 1 * ? *) and cron(0 9 ? * MON *)"),
        ("cron(0 9 ? * 0 *)", "write cron(0 9 ? * 1 *)"),
        ("cron(0 9 * * 0-4 *)", "write cron(0 9 ? * 1-5 *)"),
        ("cron(0 9 ? * MONDAY-Friday *)", "write cron(0 9 ? * MON-FRI *)"),
        ("cron(0 9 ? * */3 *)", "write cron(0 9 ? * 1,4,7 *)"),
        # numbers
        ("cron(0 24 * * ? *)", "write cron(0 0 * * ? *)"),
        ("cron(60 9 * * ? *)", "minutes: 60 is out of range; minutes takes 0-59"),
        ("cron(/5 * * * ? *)", "write cron(0/5 * * * ? *)"),
        ("cron(0/60 * * * ? *)", "a whole number from 1 to 59"),
        ("cron(0 9 1 1 ? 2030-2020)", "ends before it starts"),
        # letters
        ("CRON(0 9 ? * mon *)", "write cron(0 9 ? * MON *)"),
        ("cron(0 9 lw * ? *)", "write cron(0 9 LW * ? *)"),
        ("cron (0 9 * * ? *)", "write cron(0 9 * * ? *)"),
        (" cron(0 9 * * ? *)", "write cron(0 9 * * ? *)"),
        ("cron(0 9 * * ? *)\n", "must be on one line; write cron(0 9 * * ? *)"),
        ("cron(0 9\t* * ? *)", "write cron(0 9 * * ? *)"),
        ('"rate(1 day)"', "quotation marks are not part of the expression; write rate(1 day)"),
        ("cron(0 9 ? * MON\N{EN DASH}FRI *)", "'\\u2013' is not allowed in an expression"),
        ("cron(0 9 ? * MON\N{EN DASH}FRI *)", "write cron(0 9 ? * MON-FRI *)"),
        ("rate(\N{FULLWIDTH DIGIT FIVE} minutes)", "write rate(5 minutes)"),
        ("rate(\N{ARABIC-INDIC DIGIT FIVE} minutes)", "write rate(5 minutes)"),
        ("rate(1 day)\0", "'\\x00' is not allowed in an expression"),
        (f"cron({'0,' * 130}0 9 * * ? *)", "AWS accepts at most 256"),
    ],
)
def test_messages_about_mistakes(expression: str, words: str) -> None:
    with pytest.raises(ScheduleError) as error:
        parse(expression)
    assert words in str(error.value)
    assert str(error.value).isprintable()


def test_the_longest_expression() -> None:
    minutes = ",".join(["10"] * 80)
    longest = f"cron({minutes} 9 10 * ? *)"
    assert len(longest) == 256
    assert isinstance(parse(longest), Cron)
    with pytest.raises(ScheduleError, match="257 characters, but AWS accepts at most 256"):
        parse(longest.replace(" 9 ", " 09 "))


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("0 9 L * ? *", ["2024-01-31", "2024-02-29", "2024-03-31"]),
        ("0 9 LW * ? *", ["2024-01-31", "2024-02-29", "2024-03-29"]),
        ("0 9 1W * ? *", ["2024-01-01", "2024-02-01", "2024-03-01"]),
        ("0 9 1W 6,9 ? *", ["2024-06-03", "2024-09-02", "2025-06-02"]),
        ("0 9 31W 3 ? *", ["2024-03-29", "2025-03-31", "2026-03-31"]),
        ("0 9 31W * ? *", ["2024-01-31", "2024-03-29", "2024-05-31"]),
        ("0 9 ? * L *", ["2024-01-06", "2024-01-13", "2024-01-20"]),
        ("0 9 ? * 6L *", ["2024-01-26", "2024-02-23", "2024-03-29"]),
        ("0 9 ? * 3#2 *", ["2024-01-09", "2024-02-13", "2024-03-12"]),
        ("0 9 ? * MON#5 *", ["2024-01-29", "2024-04-29", "2024-07-29"]),
        ("0 9 ? * SAT-SUN *", ["2024-01-06", "2024-01-07", "2024-01-13"]),
        ("0 9 29 2 ? *", ["2024-02-29", "2028-02-29", "2032-02-29"]),
        ("0 9 1 1 ? 1999,2030", ["2030-01-01"]),
        ("0 9 31 2 ? *", []),
    ],
)
def test_days(text: str, dates: list[str]) -> None:
    assert [str(run.date()) for run in next_runs(cron(text), NOW, 3)] == dates


def test_runs_come_after_the_moment_and_in_utc() -> None:
    nine = datetime(2024, 1, 1, 9, tzinfo=UTC)
    assert next_runs(cron("0 9 * * ? *"), nine, 1) == (nine + timedelta(days=1),)
    eastern = timezone(timedelta(hours=-5))
    (run,) = next_runs(cron("0 9 * * ? *"), datetime(2024, 1, 1, 3, 59, 59, tzinfo=eastern), 1)
    assert run == nine
    assert run.tzinfo is UTC


def test_runs_of_a_rate_are_counted_from_the_moment() -> None:
    assert next_runs(parse("rate(36 hours)"), NOW, 2) == (
        NOW + timedelta(hours=36),
        NOW + timedelta(hours=72),
    )
    assert next_runs(parse(f"rate({10**30} days)"), NOW, 2) == ()


def test_a_datetime_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        next_runs(parse("rate(1 day)"), datetime(2024, 1, 1), 1)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("cron(0 9 31 2 ? *)", "never fires"),
        ("cron(0 9 30 FEB ? *)", "never fires"),
        ("cron(0 9 29 2 ? 2023)", "never fires"),
        ("cron(0 9 1 1 ? 2020)", "its last run is in the past"),
        ("cron(0 9 1 1 ? 1970-2023)", "its last run is in the past"),
        ("rate(1 minute)", "fires every minute"),
        ("cron(* * * * ? *)", "fires every minute"),
        ("cron(0/1 * * * ? *)", "fires every minute"),
        ("cron(0-59 0/1 ? * * *)", "fires every minute"),
        ("cron(* 9 * * ? *)", "every minute of the hours 9"),
    ],
)
def test_warnings(expression: str, words: str) -> None:
    (warning,) = warnings(parse(expression), NOW + timedelta(days=1))
    assert words in warning


@pytest.mark.parametrize("expression", ["rate(5 minutes)", "rate(1 day)", "cron(0 9 29 2 ? *)", "cron(*/2 * * * ? *)"])
def test_no_warnings(expression: str) -> None:
    assert warnings(parse(expression), NOW) == ()
