"""A week for the catalog: for each schedule and day, when it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from scaffold.inventory.calendar.contents import Calendar, Scheduled
from scaffold.inventory.calendar.text import why_none

_HOUR = 4
"""The width of an hour, in the units of the drawing."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of a schedule. marks: positions from the left. text: the same in words."""

    marks: tuple[int, ...]
    text: str


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """task: the anchor of its task, "" if it starts something else."""

    name: str
    task: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """lists: what is not in the lines, by heading."""

    caption: str
    days: tuple[str, ...]
    lines: tuple[TimelineRow, ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...]


def week_of(calendar: Calendar, anchors: Mapping[str, str]) -> Week:
    """anchors: of the tasks, by name."""
    timed = [scheduled for scheduled in calendar.schedules if scheduled.runs]
    others = tuple(f"{one.planned.name}: {why_none(one)}" for one in calendar.schedules if not one.runs)
    lists = (("No run at a known time in these days", others), (f"Off in {calendar.environment}", calendar.off))
    return Week(
        caption=f"What runs in {calendar.environment}, from midnight to midnight in {calendar.zone.key}.",
        days=tuple(f"{day:%a %m-%d}" for day in calendar.dates),
        lines=tuple(_line(scheduled, calendar.dates, anchors) for scheduled in timed),
        lists=tuple((heading, lines) for heading, lines in lists if lines),
    )


def _line(scheduled: Scheduled, dates: Sequence[date], anchors: Mapping[str, str]) -> TimelineRow:
    cells = tuple(_cell(scheduled, scheduled.on(day)) for day in dates)
    return TimelineRow(scheduled.planned.name, anchors.get(scheduled.planned.task, ""), cells)


def _cell(scheduled: Scheduled, runs: Sequence[datetime]) -> Cell:
    marks = dict.fromkeys(run.hour * _HOUR + run.minute * _HOUR // 60 for run in runs)
    if scheduled.is_often and runs:
        return Cell(tuple(marks), scheduled.planned.in_words)
    return Cell(tuple(marks), ", ".join(f"{run:%H:%M}" for run in runs))
