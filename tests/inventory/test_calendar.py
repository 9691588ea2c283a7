"""`calendar`: compared with an independent computation of all runs of a year, and its forms."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest

from scaffold.aws.schedules.upcoming import season_spans
from tests.conftest import Run
from tests.helpers import change

NEW_YORK = ZoneInfo("America/New_York")
CLOUDWATCH = "infra/ecs-tasks/template/cloudwatch.tf"
NAMES = {name: str(number) for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}


# --- an independent computation


def expanded(field: str, low: int, high: int) -> set[int]:
    """The values of a field of a cron expression with names, lists, ranges and steps."""
    values: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = (NAMES.get(word, word) if word else "" for word in span.partition("-"))
        start, end = (low, high) if first in ("*", "?") else (int(first), int(last or (high if step else first)))
        wrapped = (
            list(range(start, high + 1)) + list(range(low, end + 1)) if start > end else list(range(start, end + 1))
        )
        values |= set(wrapped[:: int(step or 1)])
    return values


def fires(expression: str, day: date) -> Iterator[datetime]:
    """The moments of a day in UTC at which a cron expression fires."""
    minutes, hours, days, months, weekdays, years = expression.removeprefix("cron(").removesuffix(")").split()
    assert years == "*"
    if day.month not in expanded(months, 1, 12) or day.day not in expanded(days, 1, 31):
        return
    if day.isoweekday() % 7 + 1 not in expanded(weekdays, 1, 7):
        return
    for hour, minute in product(sorted(expanded(hours, 0, 23)), sorted(expanded(minutes, 0, 59))):
        yield datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def independent(winter: str, summer: str, first: date, days: int) -> list[datetime]:
    """The runs in some days of New York, each by the expression of its season."""
    runs = []
    for number in range(-1, days + 2):
        day = first + timedelta(days=number)
        for expression, is_summer in ((winter, False), (summer, True)):
            moments = (moment.astimezone(NEW_YORK) for moment in fires(expression, day))
            runs += [moment for moment in moments if bool(moment.dst()) is is_summer]
    inside = (run for run in runs if first <= run.date() < first + timedelta(days=days))
    return sorted(inside, key=datetime.timestamp)


def check_all_runs_of_a_year(checkout: str, run: Run) -> int:
    """Compare the calendar of each environment with the independent computation; returns the number of runs."""
    listed = json.loads(run(f"list schedules --format json{checkout}").output)
    compared = 0
    for environment in listed["environments"]:
        options = f"--environment {environment} --from 2026-01-01 --days 365 --format json{checkout}"
        document = json.loads(run(f"calendar {options}").output)
        schedules = {(row["name"], row["place"]): row for row in document["schedules"]}
        on = [row for row in listed["schedules"] if environment in (*row["on"], *row["undecided"])]
        assert len(on) == len(schedules)
        for row in on:
            timing = next(timing for timing in row["timings"] if environment in timing["environments"])
            pair = timing["winter"]["expression"], timing["summer"]["expression"]
            shown = schedules[row["name"] or row["module"], row["place"]]["runs"]
            expected = independent(*pair, date(2026, 1, 1), 365) if pair[0].startswith("cron") else []
            assert shown == [moment.isoformat() for moment in expected], (environment, row["name"])
            compared += len(expected)
    return compared


def test_all_runs_of_a_year_in_each_environment(sample: Path, run: Run) -> None:
    assert check_all_runs_of_a_year("", run) > 1000


@pytest.mark.skipif("PFML_CHECKOUT" not in os.environ, reason="PFML_CHECKOUT is not set")
def test_all_runs_of_a_year_in_a_real_checkout(run: Run) -> None:
    assert check_all_runs_of_a_year(f" --repo {os.environ['PFML_CHECKOUT']}", run) > 10_000


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "Asia/Tokyo"])
def test_the_spans_of_the_seasons_are_those_of_the_zone(zone: str) -> None:
    place, start = ZoneInfo(zone), datetime(2026, 1, 1, tzinfo=UTC)
    end = start + timedelta(days=365)
    spans = list(season_spans(place, start, end))
    assert (spans[0][0], spans[-1][1]) == (start, end)
    assert [span[1] for span in spans[:-1]] == [span[0] for span in spans[1:]]
    offsets = [(moment, moment.astimezone(place).utcoffset()) for moment in _minutes(spans)]
    assert all(before != after for (_, before), (_, after) in zip(offsets[::2], offsets[1::2], strict=True))
    assert len(spans) == (1 if zone == "Asia/Tokyo" else 3)


def _minutes(spans: list[tuple[datetime, datetime, bool]]) -> Iterator[datetime]:
    """The last minute before and the first minute after each change of clocks."""
    for _, last, _ in spans[:-1]:
        yield last - timedelta(minutes=1)
        yield last


# --- its forms


def test_a_day_in_which_the_clocks_change(sample: Path, run: Run) -> None:
    document = json.loads(run("calendar --from 2026-11-01 --days 1 --format json fineos-bucket-tool").output)
    assert all(moment.endswith("-05:00") for row in document["schedules"] for moment in row["runs"])


def test_only_what_is_on_there(sample: Path, run: Run) -> None:
    assert "reductions-process-agency-data" in run("calendar --from 2026-07-01 --environment prod").output
    elsewhere = run("calendar --from 2026-07-01 --environment cps-preview").output
    assert elsewhere.endswith("\n\nOff in cps-preview: reductions-process-agency-data\n")
    assert elsewhere.count("reductions-process-agency-data") == 1


def test_what_is_known_only_at_deployment(sample: Path, run: Run) -> None:
    change(sample, CLOUDWATCH, "is_enabled = true", "is_enabled = data.aws_ssm_parameter.on.value")
    output = run("calendar --from 2026-07-01").output
    assert "fineos-daily-export-copy        05:30" in output
    assert "known at deployment:\n  fineos-daily-export-copy: data.aws_ssm_parameter.on.value\n" in output


def test_the_days_end_at_midnight_in_the_zone(sample: Path, run: Run) -> None:
    change(sample, CLOUDWATCH, "cron(30 10 * * ? *)", "cron(30 4 * * ? *)")
    january = "calendar --from 2026-01-05 --days 1 --format csv fineos-bucket-tool"
    assert [row["local time"] for row in _rows(run(january).output)] == ["2026-01-05T23:30:00-05:00"]
    tokyo = _rows(run(f"{january} --timezone Asia/Tokyo").output)
    assert [row["local time"] for row in tokyo] == ["2026-01-05T13:30:00+09:00"]
    assert [row["utc"] for row in tokyo] == ["2026-01-05T04:30Z"]


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def test_events_for_calendar_programs(sample: Path, run: Run) -> None:
    rows = _rows(run("calendar --from 2026-03-05 --days 9 --format csv").output)
    events = icalendar.Calendar.from_ical(run("calendar --from 2026-03-05 --days 9 --format ics").output).walk("VEVENT")
    starts = sorted(f"{event.decoded('dtstart'):%Y-%m-%dT%H:%MZ}" for event in events)
    assert starts == sorted(row["utc"] for row in rows)
    assert len({str(event["uid"]) for event in events}) == len(events)


def test_what_runs_often_is_summed_up(sample: Path, run: Run) -> None:
    change(sample, CLOUDWATCH, "cron(30 10 * * ? *)", "cron(0/15 * * * ? *)")
    change(sample, CLOUDWATCH, "cron(30 9 * * ? *)", "cron(0/15 * * * ? *)")
    week = run("calendar --from 2026-01-05").output
    assert "Often:\n  fineos-daily-export-copy: Every 15 minutes" in week
    events = icalendar.Calendar.from_ical(run("calendar --from 2026-01-05 --format ics fineos-bucket-tool").output)
    assert len(events.walk("VEVENT")) == 7


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("cron(0 9 1 * ? *)", "next 2026-02-01 04:00"),
        ("cron(0 9 1 1 ? 2020)", "never again"),
        ("rate(12 hours)", "every 12 hours, counted from when it was created"),
        ("cron(99 9 1 * ? *)", "cron(99 9 1 * ? *) ("),
    ],
)
def test_schedules_without_a_run_in_the_span(sample: Path, run: Run, expression: str, words: str) -> None:
    change(sample, CLOUDWATCH, "cron(30 10 * * ? *)", expression)
    change(sample, CLOUDWATCH, "cron(30 9 * * ? *)", expression)
    output = run("calendar --from 2026-01-05 --days 2").output
    assert f"No run at a known time in these days:\n  fineos-daily-export-copy: {words}" in output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--environment tset", "error: --environment 'tset': no such environment in"),
        ("process-agency-dat", "error: TASK 'process-agency-dat': no such task in"),
        ("--days 0", "Invalid value for '--days': 0 is not in the range"),
        ("--days 100000", "Invalid value for '--days': 100000 is not in the range"),
        ("--from 2026-02-30", "Invalid value for '--from'"),
        ("--from 9999-12-31", "error: --from '9999-12-31': "),
        ("--timezone Eastern", "error: --timezone 'Eastern': it is not an IANA time zone"),
    ],
)
def test_what_it_refuses(sample: Path, run: Run, options: str, message: str) -> None:
    result = run(f"calendar {options}")
    assert message in result.output
    assert result.exit_code in (1, 2)


@pytest.mark.parametrize("width", [40, 60, 80, 200])
@pytest.mark.parametrize("days", [1, 10])
def test_it_fits_the_terminal(sample: Path, run: Run, monkeypatch: pytest.MonkeyPatch, width: int, days: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = run(f"calendar --from 2026-01-05 --days {days}").output.splitlines()
    assert max(map(len, lines)) <= max(width, 80)
    assert "data" in lines[-1] and "05:30" in "".join(lines)


@pytest.mark.parametrize("command", ["calendar", "catalog --output page.html"])
def test_without_environments(sample: Path, run: Run, command: str) -> None:
    shutil.rmtree(sample / "infra/ecs-tasks/environments")
    assert run(command).output == (
        "error: infra/ecs-tasks/environments: no environment has the tasks. Call the template in one of them.\n"
    )
