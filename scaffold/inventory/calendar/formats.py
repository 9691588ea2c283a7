"""A calendar as JSON, CSV and iCalendar."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from scaffold.files.printable import printable, printable_json
from scaffold.inventory.calendar.contents import Calendar, Scheduled
from scaffold.inventory.calendar.text import as_text, why_none
from scaffold.inventory.lists.formats import harmless

if TYPE_CHECKING:
    from icalendar import Event

_COLUMNS = ("local time", "utc", "schedule", "starts", "environment", "place")


def formatted(calendar: Calendar, format: str, width: int) -> str:
    if format == "json":
        return _as_json(calendar)
    if format == "csv":
        return _as_csv(calendar)
    return _as_ics(calendar) if format == "ics" else as_text(calendar, width)


def _as_json(calendar: Calendar) -> str:
    document = {
        "environment": calendar.environment,
        "time_zone": calendar.zone.key,
        "from": calendar.first.isoformat(),
        "days": calendar.days,
        "schedules": [_as_object(scheduled) for scheduled in calendar.schedules],
        "off": calendar.off,
    }
    return printable_json(document) + "\n"


def _as_object(scheduled: Scheduled) -> dict[str, object]:
    planned = scheduled.planned
    return {
        "name": planned.name,
        "starts": planned.starts,
        "task": planned.task,
        "place": planned.place,
        "in_words": planned.in_words,
        "condition": planned.condition,
        "runs": [run.isoformat() for run in scheduled.runs],
        "next": scheduled.next.isoformat() if scheduled.next else "",
        "without_runs": "" if scheduled.runs else why_none(scheduled),
    }


def _as_csv(calendar: Calendar) -> str:
    """One line for each run, in their order."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for run, scheduled in sorted(_runs(calendar), key=lambda pair: pair[0].timestamp()):
        planned = scheduled.planned
        names = (planned.name, planned.starts, calendar.environment, planned.place)
        cells = (run.isoformat(), f"{run.astimezone(UTC):%Y-%m-%dT%H:%M}Z", *names)
        writer.writerow(harmless(printable(cell)) for cell in cells)
    return stream.getvalue()


def _runs(calendar: Calendar) -> Iterator[tuple[datetime, Scheduled]]:
    for scheduled in calendar.schedules:
        yield from ((run, scheduled) for run in scheduled.runs)


# --- iCalendar


def _as_ics(calendar: Calendar) -> str:
    """An event for each run, or one a day for what runs often (RFC 5545). Times are in UTC, so they need no zone."""
    from icalendar import Calendar as Document

    document = Document()
    document.add("prodid", "-//pfml-scaffold//calendar//EN")
    document.add("version", "2.0")
    for scheduled in calendar.schedules:
        for day in dict.fromkeys(run.date() for run in scheduled.runs):
            for start, end in _spans(scheduled, day):
                document.add_component(_event(scheduled, start, end, calendar))
    data: bytes = document.to_ical()
    return data.decode()


def _spans(scheduled: Scheduled, day: date) -> list[tuple[datetime, datetime]]:
    runs = scheduled.on(day)
    return [(runs[0], runs[-1])] if scheduled.is_often else [(run, run) for run in runs]


def _event(scheduled: Scheduled, start: datetime, end: datetime, calendar: Calendar) -> Event:
    from icalendar import Event

    planned, event = scheduled.planned, Event()
    event.add("uid", f"{start.astimezone(UTC):%Y%m%dT%H%MZ}-{printable(planned.name)}@{calendar.environment}")
    event.add("dtstamp", datetime.combine(calendar.first, time(), UTC))
    event.add("dtstart", start.astimezone(UTC))
    event.add("dtend", end.astimezone(UTC) if end > start else start.astimezone(UTC) + timedelta(minutes=1))
    words = f" ({planned.in_words})" if scheduled.is_often else ""
    event.add("summary", printable(f"{planned.name}{words}"))
    event.add("description", printable(f"Starts {planned.starts} in {calendar.environment}: {planned.place}"))
    event.add("transp", "TRANSPARENT")
    return event
