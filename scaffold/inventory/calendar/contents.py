"""A calendar before it is printed: the schedules of an environment, with their runs in a span of days."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from scaffold.errors import Refusal, unknown
from scaffold.files.checkout import Checkout
from scaffold.files.layout import ENVIRONMENTS
from scaffold.pfml.environments import names_with_tasks
from scaffold.pfml.near import OFTEN
from scaffold.pfml.planned import Planned, planned_in
from scaffold.pfml.tasks import require_task
from scaffold.terraform.folder import Folder

_DEFAULT = "prod"
_YEARS = range(1970, 2199)
"""Those that cron expressions have (Amazon EventBridge User Guide), without the last one, which a span may leave."""


@dataclass(frozen=True)
class Scheduled:
    """A schedule with its runs in the span, in local time; next: the first one after the span, if there is none in it.

    is_often: whether its times are summed up in words.
    """

    planned: Planned
    runs: tuple[datetime, ...]
    next: datetime | None

    @cached_property
    def is_often(self) -> bool:
        return max(map(len, self._by_day.values()), default=0) >= OFTEN

    def on(self, day: date) -> list[datetime]:
        """Its runs on a day."""
        return self._by_day.get(day, [])

    @cached_property
    def _by_day(self) -> dict[date, list[datetime]]:
        days: dict[date, list[datetime]] = {}
        for run in self.runs:
            days.setdefault(run.date(), []).append(run)
        return days


@dataclass(frozen=True)
class Calendar:
    """schedules: those that are on, or may be: first those with runs in the span, by time. off: the names of others."""

    environment: str
    zone: ZoneInfo
    first: date
    days: int
    schedules: tuple[Scheduled, ...]
    off: tuple[str, ...]

    @property
    def dates(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range(self.days)]


def calendar_of(
    checkout: Checkout, environment: str, zone: ZoneInfo, first: date, days: int, tasks: Collection[str] = ()
) -> Calendar:
    """What runs in an environment in some days, which begin and end at midnight in the zone.

    tasks: only the schedules of these tasks. Raises Refusal for an environment or a task that does not exist, and for
    days in which nothing can run.
    """
    environment = _environment(environment, checkout)
    _check_year(first)
    wanted = {require_task(Folder.of(checkout), name).name for name in tasks}
    start, end = (datetime.combine(day, time(), zone) for day in (first, first + timedelta(days=days)))
    chosen = [planned for planned in planned_in(environment, checkout) if not wanted or planned.task in wanted]
    schedules = [_scheduled(planned, start, end, zone) for planned in chosen if not planned.is_off]
    off = tuple(sorted(planned.name for planned in chosen if planned.is_off))
    return Calendar(environment, zone, first, days, tuple(sorted(schedules, key=_order)), off)


def _environment(name: str, checkout: Checkout) -> str:
    """The environment with that name; without one, prod, or the first one."""
    known = names_with_tasks(checkout)
    if not known:
        raise Refusal("no environment has the tasks", place=ENVIRONMENTS, instead="Call the template in one of them.")
    if not name:
        return _DEFAULT if _DEFAULT in known else known[0]
    if name not in known:
        raise unknown("environment", name, known, option="--environment", where=ENVIRONMENTS)
    return name


def _check_year(first: date) -> None:
    if first.year not in _YEARS:
        instead = "Use a year from 1970 to 2198."
        raise Refusal("schedules have no runs then", option="--from", value=str(first), instead=instead)


def _scheduled(planned: Planned, start: datetime, end: datetime, zone: ZoneInfo) -> Scheduled:
    runs = tuple(run.astimezone(zone) for run in planned.runs(start, end))
    following = None if runs else planned.next_run(end - timedelta(seconds=1))
    return Scheduled(planned, runs, following.astimezone(zone) if following else None)


def _order(scheduled: Scheduled) -> tuple[bool, bool, time, str]:
    """By the time of day of the first run; what runs often comes last, since it has no time of its own."""
    runs = scheduled.runs
    return not runs, scheduled.is_often, min((run.time() for run in runs), default=time()), scheduled.planned.name
