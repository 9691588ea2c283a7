"""Time zones: the seasons of an IANA zone, and what people call American zones."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from scaffold.aws.schedules.expression import ScheduleError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

NEW_YORK = "America/New_York"
"""The zone of the people who read the schedules, and by whose clock changes the two expressions are switched."""

_SAMPLE_YEARS = range(2031, 2038)
"""Late enough that only the current rules of a zone apply; the first of November is each day of the week once."""

_NAMES = {
    "America/New_York": "est edt et est_edt est5 eastern boston massachusetts ma worcester nyc washington utc-5 gmt-5",
    "America/Chicago": "cst cdt ct cst_cdt cst6 central dallas houston utc-6 gmt-6",
    "America/Denver": "mst mdt mt mst_mdt mst7 mountain utc-7 gmt-7",
    "America/Phoenix": "mst arizona",
    "America/Los_Angeles": "pst pdt pt pst_pdt pst8 pacific california seattle utc-8 gmt-8",
    "America/Anchorage": "akst akdt akt alaska",
    "Pacific/Honolulu": "hst hawaii",
    "America/Halifax": "ast adt atlantic",
    "America/Puerto_Rico": "ast",
}
"""What people call American zones, besides their cities. EST, MST and HST are IANA zones, but without daylight saving
time."""
_SEPARATORS = re.compile(r"[\s_/]+|-(?=[a-z])")
_AROUND = re.compile(r"^(?:us|usa|america) | (?:standard|daylight|savings?|time|zone)\b")


class Season(NamedTuple):
    """A time of a zone: standard time or daylight saving time.

    offset: minutes east of UTC. name: such as EST; some zones only have numbers. days: when it applies at noon, in a
    sample year. months: when it applies on any day, in any year.
    """

    offset: int
    name: str
    days: frozenset[int]
    months: frozenset[int]


@cache
def seasons(timezone: str) -> tuple[Season, ...]:
    """Standard time and daylight saving time; only one in a zone whose clocks do not change. Raises ScheduleError.

    Standard time is the one with the smaller offset; the zone's own flag means the opposite in Europe/Dublin.
    """
    zone = _zone(timezone)
    noon = datetime(_SAMPLE_YEARS[-1], 1, 1, 12, tzinfo=zone)
    days: dict[timedelta, list[datetime]] = defaultdict(list)
    for number in range(365):
        day = noon + timedelta(days=number)
        days[day.utcoffset() or timedelta()].append(day)
    if len(days) > 2:
        raise ScheduleError(f"{timezone} has more than two UTC offsets per year; use UTC expressions")
    return tuple(_season(zone, offset, days[offset]) for offset in sorted(days))


def _season(zone: ZoneInfo, offset: timedelta, days: list[datetime]) -> Season:
    return Season(
        offset // timedelta(minutes=1),
        days[0].tzname() or "",
        frozenset(day.timetuple().tm_yday - 1 for day in days),
        frozenset(edge.month for edge in _edges_of_months(zone) if edge.utcoffset() == offset),
    )


def _edges_of_months(zone: ZoneInfo) -> Iterator[datetime]:
    for year, month in product(_SAMPLE_YEARS, range(1, 13)):
        for day in (1, monthrange(year, month)[1]):
            yield datetime(year, month, day, 12, tzinfo=zone)


def names() -> list[str]:
    """The IANA zones, except those that are refused because they are not what people mean."""
    from zoneinfo import available_timezones

    return sorted(name for name in available_timezones() if "/" in name or not _meant(name))


def utc_offsets(timezone: str) -> tuple[int, int]:
    """Minutes east of UTC in standard time and in daylight saving time. Raises ScheduleError."""
    found = seasons(timezone)
    return found[0].offset, found[-1].offset


def switched_with_new_york(timezone: str) -> bool:
    """Whether the clocks of a zone change on the days on which those of New York do, or not at all."""
    own = seasons(timezone)
    return len(own) == 1 or own[-1].days == seasons(NEW_YORK)[-1].days


def _zone(timezone: str) -> ZoneInfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        proposal = _proposal(_meant(timezone) or list(_near(timezone))) or f", such as {NEW_YORK}"
        raise ScheduleError(f"{timezone!r} is not an IANA time zone{proposal}") from None
    if "/" not in timezone and _meant(timezone):
        raise ScheduleError(f"{timezone!r} is standard time all year{_proposal(_meant(timezone))}")
    return zone


def _meant(timezone: str) -> list[str]:
    """The American zones that go by a name in everyday language."""
    words = _AROUND.sub("", _SEPARATORS.sub(" ", timezone.strip().lower())).strip().replace(" ", "_")
    return [zone for zone, names in _NAMES.items() if words in (*names.split(), zone.lower().rpartition("/")[2])]


def _near(timezone: str) -> Iterator[str]:
    """Zones with a similar name; people think of cities, so the last part of each name counts, too."""
    import difflib
    from zoneinfo import available_timezones

    known: dict[str, str] = {}
    for name in sorted(available_timezones()):
        known[name.lower()] = name
        known.setdefault(name.lower().rpartition("/")[2], name)
    wanted = timezone.strip().lower().replace(" ", "_")
    matches = [wanted] if wanted in known else difflib.get_close_matches(wanted, known)
    yield from dict.fromkeys(known[match] for match in matches)


def _proposal(zones: list[str]) -> str:
    return f"; did you mean {' or '.join(zones)}?" if zones else ""
