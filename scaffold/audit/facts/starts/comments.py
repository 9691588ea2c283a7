"""The comments about a schedule, and the times of day that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scaffold.files.checkout import Checkout
from scaffold.pfml.timing import DAYLIGHT, SINGLE, STANDARD, Timing
from scaffold.terraform.comments import Comment, above, beside

_TIME = r"(?<![\d:.])(\d{1,2})(?::([0-5]\d))?(?:\s?([AaPp])\.?[Mm]\b\.?)?"
_ZONE = r"\s?[\[(]?(EST|EDT|ET|UTC|GMT|[Ee]astern)\b"
_CLOCK = re.compile(_TIME + _ZONE)
_RANGE = re.compile(f"{_TIME}(?:{_ZONE})?\\s?(?:-|\u2013|\u2014|to|through|and)\\s?{_TIME}{_ZONE}")
_BETWEEN = re.compile(r"(?:between|from)\s*\Z", re.IGNORECASE)
# A line with one of these words may not be about the schedule.
_UNRELATED = re.compile(
    r"\b(after|before|prior|instead|until|unless|once|when|if|was|were|used to|previously|formerly|offset)\b",
    re.IGNORECASE,
)


class Clock(NamedTuple):
    """A time of day that a comment names.

    text: as it is written. zone: EST, EDT, ET or UTC. minutes: since midnight; two values if it may be am or pm. until:
    the end of a range, None for a single time.
    """

    text: str
    zone: str
    minutes: tuple[int, ...]
    until: int | None
    offset: int


def comments_about(timing: Timing, checkout: Checkout) -> Iterator[tuple[str, tuple[Comment, ...]]]:
    """The comments above the schedule, and those above and next to its expressions, wherever they are written."""
    schedule, attributes = timing.placed, timing.placed.block.attributes
    own = [attributes[name].start for name in (STANDARD, DAYLIGHT, SINGLE) if name in attributes]
    places = [schedule.location, *((schedule.path, start) for start in own)]
    places += [(expression.path, expression.offset) for expression in timing.expressions]
    blocks: dict[tuple[str, tuple[Comment, ...]], None] = {}
    for path, offset in places:
        data = checkout.require(path)
        for lines in (above(data, offset), beside(data, offset)):
            if lines:
                blocks[path, tuple(lines)] = None
    yield from blocks


def clocks(comment: Comment) -> Iterator[Clock]:
    """The times with a zone that a comment names; none if the line may not be about the schedule."""
    text = comment.text
    if _UNRELATED.search(text):
        return
    ranges = []
    for match in _RANGE.finditer(text):
        if "and" not in match[0] or _BETWEEN.search(text[: match.start()]):
            ranges.append(match)
            yield from _range(comment, match)
    for match in _CLOCK.finditer(text):
        minutes = _minutes(match[1], match[2], match[3])
        if minutes and not any(span.start() <= match.start() < span.end() for span in ranges):
            yield Clock(match[0].strip(), _zone(match[4]), minutes, None, _offset(comment, match))


def _range(comment: Comment, match: re.Match[str]) -> Iterator[Clock]:
    """A range whose two ends are unambiguous."""
    first, last = _minutes(match[1], match[2], match[3]), _minutes(match[5], match[6], match[7])
    if len(first) == 1 and len(last) == 1:
        yield Clock(match[0].strip(), _zone(match[8]), first, last[0], _offset(comment, match))


def _minutes(hour: str, minute: str | None, half: str | None) -> tuple[int, ...]:
    """Empty if it is not a time, such as 5 or 31:00."""
    value = int(hour)
    if half:
        return (value % 12 * 60 + 720 * (half in "Pp") + int(minute or 0),) if 1 <= value <= 12 else ()
    if minute is None or value > 23:
        return ()
    time = value * 60 + int(minute)
    # 6:00 may mean the evening; 06:00 and 18:00 are unambiguous.
    return (time, time + 720) if 1 <= value < 12 and not hour.startswith("0") else (time,)


def _zone(text: str) -> str:
    return {"GMT": "UTC"}.get(text, text if text.isupper() else "ET")


def _offset(comment: Comment, match: re.Match[str]) -> int:
    return comment.offset + len(comment.text[: match.start()].encode())
