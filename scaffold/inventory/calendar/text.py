"""A calendar as text: a day as a chart of its hours, more days as tables of a week."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from scaffold.files.printable import printable
from scaffold.inventory.calendar.contents import Calendar, Scheduled
from scaffold.inventory.columns import GAP, laid_out, wrapped
from scaffold.inventory.lists.contents import counted

_WEEK = 7
_HOURS = 24
_RUN, _EMPTY = "#", "."
_WIDEST_HOUR = 4
_TIME = len("00:00")
_NARROWEST = 16


def as_text(calendar: Calendar, width: int) -> str:
    """A page for the terminal. Nothing in it is cut off: what does not fit in a column is wrapped."""
    with_runs = [scheduled for scheduled in calendar.schedules if scheduled.runs]
    timed = with_runs if calendar.days == 1 else [scheduled for scheduled in with_runs if not scheduled.is_often]
    tables = [_day(timed, calendar.first, width)] if calendar.days == 1 else _weeks(timed, calendar.dates, width)
    sections = [wrapped(_caption(calendar), width), *tables, *_lists(calendar, width)]
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _lists(calendar: Calendar, width: int) -> Iterator[list[str]]:
    """What has no place in the tables."""
    schedules = calendar.schedules
    often = {one.planned.name: one.planned.in_words for one in schedules if one.is_often and calendar.days > 1}
    without = {one.planned.name: why_none(one) for one in schedules if not one.runs}
    undecided = {one.planned.name: one.planned.condition for one in schedules if one.planned.condition}
    yield from _list("Often:", often, width)
    yield from _list("No run at a known time in these days:", without, width)
    yield from _list("On only if the condition holds, which is only known at deployment:", undecided, width)
    if calendar.off:
        yield wrapped(f"Off in {printable(calendar.environment)}: {', '.join(map(printable, calendar.off))}", width)


def _list(heading: str, entries: Mapping[str, str], width: int) -> Iterator[list[str]]:
    if entries:
        lines = (wrapped(printable(f"  {name}: {text}"), width) for name, text in entries.items())
        yield [heading, *(line for several in lines for line in several)]


def _caption(calendar: Calendar) -> str:
    dates = calendar.dates
    days = _long(dates[0]) if calendar.days == 1 else f"{_long(dates[0])} to {_long(dates[-1])}"
    count = counted(len(calendar.schedules), "schedule")
    return f"{days}: {count} in {printable(calendar.environment)}. Times are in {calendar.zone.key}."


# --- a day


def _day(schedules: Sequence[Scheduled], day: date, width: int) -> list[str]:
    """A line for each schedule, with a mark in each hour, or part of an hour, in which it runs."""
    if not schedules:
        return []
    names, times = _names(schedules), [_summary(scheduled, day) for scheduled in schedules]
    words = min(max(map(len, times)), max(width // 4, _TIME))
    room = width - 2 * GAP - words
    hour = min(max((room - max(map(len, names))) // _HOURS, 1), _WIDEST_HOUR)
    widths = (_fitted(names, room - hour * _HOURS), hour * _HOURS, words)
    charts = [_chart(scheduled.on(day), hour) for scheduled in schedules]
    rows = [("", _axis(hour), ""), *zip(names, charts, times, strict=True)]
    return [line for row in rows for line in laid_out(row, widths)]


def _axis(hour: int) -> str:
    """The hours above the chart, as many of them as have room."""
    step = next(step for step in (1, 2, 3, 6) if step * hour > 2)
    return "".join(f"{number:<{step * hour}}" for number in range(0, _HOURS, step)).rstrip()


def _chart(runs: Sequence[datetime], hour: int) -> str:
    marks = [_EMPTY] * (_HOURS * hour)
    for run in runs:
        marks[run.hour * hour + run.minute * hour // 60] = _RUN
    return "".join(marks)


def _summary(scheduled: Scheduled, day: date) -> str:
    if scheduled.is_often:
        return printable(scheduled.planned.in_words)
    return ", ".join(f"{run:%H:%M}" for run in scheduled.on(day))


# --- weeks


def _weeks(schedules: Sequence[Scheduled], dates: Sequence[date], width: int) -> list[list[str]]:
    weeks = [dates[start : start + _WEEK] for start in range(0, len(dates), _WEEK)]
    return [_week([one for one in schedules if any(map(one.on, week))], week, width) for week in weeks]


def _week(schedules: Sequence[Scheduled], week: Sequence[date], width: int) -> list[str]:
    if not schedules:
        return []
    names = _names(schedules)
    widths = [_fitted(names, width - (GAP + _TIME) * len(week)), *([_TIME] * len(week))]
    times = ([_times(scheduled.on(day)) for day in week] for scheduled in schedules)
    rows = [
        ["", *(f"{day:%a}\n{day:%m-%d}" for day in week)],
        *([name, *row] for name, row in zip(names, times, strict=True)),
    ]
    return [line for row in rows for line in laid_out(row, widths)]


def _times(runs: Sequence[datetime]) -> str:
    return "\n".join(f"{run:%H:%M}" for run in runs)


# --- both


def _names(schedules: Sequence[Scheduled]) -> list[str]:
    return [printable(scheduled.planned.name) for scheduled in schedules]


def _fitted(names: Sequence[str], room: int) -> int:
    """The width of the column of names: as wide as the longest one if there is room, and never too narrow to read."""
    return max(min(max(map(len, names)), room), _NARROWEST)


def why_none(scheduled: Scheduled) -> str:
    """Why a schedule has no run in the span: when it has its next one, or what its times depend on."""
    if scheduled.next:
        return f"next {scheduled.next:%Y-%m-%d %H:%M}"
    planned = scheduled.planned
    words = planned.in_words[:1].lower() + planned.in_words[1:]
    if planned.winter is None or planned.summer is None:
        return words or "its expression is not known"
    return f"{words}, counted from when it was created" if not planned.has_times else "never again"


def _long(day: date) -> str:
    return f"{day:%A} {day.isoformat()}"
