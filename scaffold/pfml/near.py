"""What else starts at about the time of a schedule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from scaffold.aws.schedules.expression import Cron, Rate
from scaffold.aws.schedules.upcoming import runs_between
from scaffold.aws.schedules.zones import NEW_YORK
from scaffold.files.checkout import Checkout
from scaffold.pfml.enabled import enabled_by
from scaffold.pfml.event_rules import ScheduledRule, event_rules
from scaffold.pfml.schedules import Schedule, schedules
from scaffold.pfml.timing import parsed, times
from scaffold.terraform.folder import Folder

OFTEN = 7
"""What runs so many times a day is near to everything, so it says nothing."""
_MINUTES = 30
_DAY = 24 * 60
_SPAN = timedelta(days=366)
_SHOWN = 5

Seasonal = tuple[Cron, Cron]


def near(standard: Rate | Cron, daylight: Rate | Cron, name: str, checkout: Checkout, now: datetime) -> dict[str, str]:
    """The other schedules and rules that start within half an hour of some run in the next year.

    By name, with the time in New York of the first of these starts. Those that are off everywhere are left out, and so
    is what runs often or, like a rate, at no fixed time. name: the schedule's own.
    """
    pair = _seasonal(standard, daylight)
    beside = {other.name: _beside(pair, other, now) for other in _others(name, checkout)} if pair else {}
    return {name: f"{moment.astimezone(ZoneInfo(NEW_YORK)):%H:%M}" for name, moment in beside.items() if moment}


def near_in_words(standard: Rate | Cron, daylight: Rate | Cron, name: str, checkout: Checkout) -> Iterator[str]:
    """A sentence on what `near` finds, nothing if it finds nothing."""
    found = [
        f"{other} at {time}" for other, time in near(standard, daylight, name, checkout, datetime.now(UTC)).items()
    ]
    if found:
        rest = f" and {len(found) - _SHOWN} others" if len(found) > _SHOWN + 1 else ""
        shown = found[:_SHOWN] if rest else found
        yield f"Within half an hour of {name}, New York time: {', '.join(shown)}{rest}"


def _others(name: str, checkout: Checkout) -> Iterator[Schedule | ScheduledRule]:
    """The schedules and rules that are on somewhere, or may be."""
    others: tuple[Schedule | ScheduledRule, ...] = (*schedules(checkout), *event_rules(Folder.of(checkout)))
    for other in others:
        enabled = enabled_by(other.conditions, checkout)
        if other.name != name and (enabled.on or enabled.undecided):
            yield other


def _beside(pair: Seasonal, other: Schedule | ScheduledRule, now: datetime) -> datetime | None:
    """The first start of another schedule that is near to one of a pair."""
    for winter, summer in dict.fromkeys(other.pairs.values()):
        its = _seasonal(parsed(winter), parsed(summer))
        moment = _meeting(pair, its, now) if its else None
        if moment:
            return moment
    return None


def _seasonal(winter: Rate | Cron | None, summer: Rate | Cron | None) -> Seasonal | None:
    """Two expressions that have fixed times and do not run often."""
    if isinstance(winter, Cron) and isinstance(summer, Cron) and len(times(winter)) < OFTEN:
        return winter, summer
    return None


def _meeting(pair: Seasonal, other: Seasonal, now: datetime) -> datetime | None:
    if not any(_close(first, second) for first, second in zip(pair, other, strict=True)):
        return None
    moments = sorted((moment, number) for number, two in enumerate((pair, other)) for moment in _runs(*two, now))
    for (first, whose), (second, other_whose) in pairwise(moments):
        if whose != other_whose and second - first <= timedelta(minutes=_MINUTES):
            return first if whose else second
    return None


@lru_cache(maxsize=8)
def _runs(winter: Cron, summer: Cron, now: datetime) -> tuple[datetime, ...]:
    return tuple(runs_between(winter, summer, NEW_YORK, now, now + _SPAN))


def _close(first: Cron, second: Cron) -> bool:
    """Whether some times of day are at most half an hour apart, on whatever days."""
    distances = ((one - two) % _DAY for one in times(first) for two in times(second))
    return any(min(distance, _DAY - distance) <= _MINUTES for distance in distances)
