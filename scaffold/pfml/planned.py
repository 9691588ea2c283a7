"""When the schedules of an environment run: what a calendar shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from scaffold.aws.schedules.expression import Cron, Rate
from scaffold.aws.schedules.upcoming import runs_between, upcoming
from scaffold.aws.schedules.zones import NEW_YORK
from scaffold.files.checkout import Checkout
from scaffold.pfml.enabled import enabled_by
from scaffold.pfml.event_rules import ScheduledRule, event_rules
from scaffold.pfml.local_times import local_times
from scaffold.pfml.schedules import Schedule, schedules
from scaffold.pfml.timing import parsed
from scaffold.terraform.folder import Folder


@dataclass(frozen=True)
class Planned:
    """A schedule in one environment.

    starts: the name of its task, or the address of what a rule starts. place: its file and line. in_words: when it
    runs by the clock in New York. is_off: whether it is off there. condition: what has to hold for it to be on, if that
    is only known at deployment, else "". winter, summer: None if an expression is only known at deployment, or AWS
    refuses it.
    """

    name: str
    starts: str
    task: str
    place: str
    in_words: str
    is_off: bool
    condition: str
    winter: Rate | Cron | None
    summer: Rate | Cron | None

    @property
    def has_times(self) -> bool:
        """Whether its runs have fixed times: those of a rate depend on when the rule was created."""
        return isinstance(self.winter, Cron) and isinstance(self.summer, Cron)

    def runs(self, start: datetime, end: datetime) -> tuple[datetime, ...]:
        """The moments (aware, UTC) at which it runs, from `start` until before `end`; none without fixed times."""
        if self.winter is None or self.summer is None or not self.has_times:
            return ()
        return tuple(runs_between(self.winter, self.summer, NEW_YORK, start, end))

    def next_run(self, after: datetime) -> datetime | None:
        """The first run after a moment, None if there is none, or its runs have no fixed times."""
        if self.winter is None or self.summer is None or not self.has_times:
            return None
        return next(iter(upcoming(self.winter, self.summer, NEW_YORK, after, 1)), None)


def planned_in(environment: str, checkout: Checkout) -> Iterator[Planned]:
    """The schedules, and the rules of EventBridge's own."""
    for schedule in schedules(checkout):
        yield _planned(schedule, schedule.task_name or schedule.task_key, environment)
    for rule in event_rules(Folder.of(checkout)):
        yield _planned(rule, ", ".join(rule.targets), environment)


def _planned(schedule: Schedule | ScheduledRule, starts: str, environment: str) -> Planned:
    checkout = schedule.folder.checkout
    enabled = enabled_by(schedule.conditions, checkout)
    winter, summer = schedule.pairs.get(environment) or schedule.pairs.get("") or (None, None)
    return Planned(
        name=schedule.name,
        starts=starts,
        task=starts if isinstance(schedule, Schedule) else "",
        place=checkout.place(*schedule.location),
        in_words=next((times.in_words for times in local_times(schedule) if environment in times.environments), ""),
        is_off=environment in enabled.off,
        condition=" and ".join(enabled.conditions) if environment in enabled.undecided else "",
        winter=parsed(winter if winter and winter.is_known else None),
        summer=parsed(summer if summer and summer.is_known else None),
    )
