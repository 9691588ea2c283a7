"""What was probably meant by a schedule expression that AWS refuses.

These are guesses: each comes with a proposed expression, and `schedule.parse` shows a guess only if that is valid.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("“”„‘’", '"'))  # noqa: RUF001

_ENGLISH = {
    "minutely": "rate(1 minute)",
    "hourly": "rate(1 hour)",
    "daily": "rate(1 day)",
    "once a day": "rate(1 day)",
    "nightly": "cron(0 0 * * ? *)",
    "midnight": "cron(0 0 * * ? *)",
    "noon": "cron(0 12 * * ? *)",
    "weekdays": "cron(0 0 ? * MON-FRI *)",
    "weekly": "rate(7 days)",
    "monthly": "cron(0 0 1 * ? *)",
    "yearly": "cron(0 0 1 1 ? *)",
    "annually": "cron(0 0 1 1 ? *)",
}
_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10080}
_UNITS = {
    **dict.fromkeys(["m", "min", "mins", "minute", "minutes"], "minute"),
    **dict.fromkeys(["h", "hr", "hrs", "hour", "hours"], "hour"),
    **dict.fromkeys(["d", "day", "days"], "day"),
    **dict.fromkeys(["w", "week", "weeks"], "week"),
    **dict.fromkeys(["s", "sec", "secs", "second", "seconds"], "second"),
    **dict.fromkeys(["month", "months"], "month"),
    **dict.fromkeys(["year", "years"], "year"),
}


def likely(expression: str) -> Iterator[tuple[str, str]]:
    """Pairs of a reason and a proposed expression, the likeliest first.

    The expression is empty if there is nothing to propose; then the reason is certain.
    """
    if len(expression) > 256:
        return
    tidy = _tidy(expression)
    if tidy != expression:
        yield _untidiness(expression), tidy
    if tidy.lower().startswith("at("):
        yield (
            "at(...) is for EventBridge Scheduler, but an EventBridge rule takes rate(...) or cron(...); for a single"
            " run set the year, such as cron(0 9 15 6 ? 2030)",
            "",
        )
    if match := re.fullmatch(r"rate\((.*)\)", tidy):
        yield from _rate(match[1])
    elif match := re.fullmatch(r"cron\((.*)\)", tidy):
        yield from _cron(match[1])
    else:
        yield from _bare(tidy)


def _tidy(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    plain = " ".join(plain.split()).strip("\"' ")
    plain = re.sub(r"\s*([()])\s*", r"\1", plain)
    wrapper, parenthesis, fields = plain.partition("(")
    if not parenthesis:
        return plain
    # Uppercase is right inside cron(...), for names, L and W, and wrong everywhere else.
    fields = fields.upper() if wrapper.lower() == "cron" else fields.lower()
    return f"{wrapper.lower()}({fields}"


def _untidiness(text: str) -> str:
    if any(character in text for character in "\r\n\v\f\x85\u2028\u2029"):
        return "an expression must be on one line"
    if not text.isascii():
        odd = next(character for character in text if not character.isascii())
        return f"the character {odd!a} is not allowed in an expression; use only printable ASCII characters"
    if text.strip("\"'") != text:
        return "the quotation marks are not part of the expression"
    if " ".join(text.split()) != text or re.search(r"\s[()]|[()]\s", text):
        return "fields are separated by one space, and there are no other spaces"
    return "rate, cron and the units are lowercase, and names, L and W are uppercase"


def _rate(text: str) -> Iterator[tuple[str, str]]:
    match = re.fullmatch(r"\+?(\d+(?:\.\d+)?) ?([a-z]+)", text)
    unit = _UNITS.get(match[2]) if match else None
    if not match or not unit:
        return
    value = Fraction(match[1])
    if unit == "second":
        yield "the shortest rate is one minute", "rate(1 minute)"
    elif unit in ("month", "year"):
        month = "*" if unit == "month" else "1"
        yield "rate only takes minutes, hours and days", f"cron(0 0 1 {month} ? *)"
    elif value == 0:
        yield "the number must be 1 or more", f"rate(1 {unit})"
    else:
        reason = "rate takes a whole number, one space, and minute(s), hour(s) or day(s)"
        if match[2] == unit + "s" and value == 1:
            reason = "the unit is singular for 1"
        elif match[2] == unit and value > 1:
            reason = "the unit is plural for more than 1"
        if unit == "week":
            value, unit = value * 7, "day"
        if value.denominator > 1:
            value, unit = value * _MINUTES[unit], "minute"
        yield reason, f"rate({value} {unit}{'s' if value > 1 else ''})"


def _bare(text: str) -> Iterator[tuple[str, str]]:
    words = text.lower().removeprefix("@").removesuffix(".")
    words = re.sub(r"^(every|each|once an?) ", "1 ", words)
    words = re.sub(r"^1 (\d)", r"\1", words)
    duration = re.fullmatch(r"p(?:t(\d+)([hm])|(\d+)([dw]))", words)
    if duration:
        words = f"{duration[1] or duration[3]} {duration[2] or duration[4]}"
    english = _ENGLISH.get(words) or _ENGLISH.get(text.lower())
    if english:
        yield "AWS does not accept words", english
    for _, proposal in _rate(words):
        yield "an interval is written as rate(...)", proposal
    if re.match(r"\d{4}-\d\d-\d\d", text):
        yield (
            "a date is not a schedule expression: an EventBridge rule takes rate(...) or cron(...); for a single run"
            " set the year, such as cron(0 9 15 6 ? 2030)",
            "",
        )
    fields = text.split()
    if len(fields) == 6:
        yield "the six fields must be inside cron(...)", f"cron({text})"
    if 5 <= len(fields) <= 7:
        yield from _cron(text)


def _cron(text: str) -> Iterator[tuple[str, str]]:
    fields = text.split()
    if len(fields) == 5:
        yield from _unix(fields)
    elif len(fields) == 7:
        reason = "cron takes six fields; there is no field for seconds, minutes come first"
        yield reason, f"cron({' '.join(fields[1:])})"
    elif len(fields) == 6:
        yield from _days(fields)


def _days(fields: list[str]) -> Iterator[tuple[str, str]]:
    minutes, hours, day_of_month, month, day_of_week, year = fields

    def with_days(of_month: str, of_week: str) -> str:
        return f"cron({minutes} {hours} {of_month} {month} {of_week} {year})"

    if year == "?" or (month == "?" and day_of_week != "?"):
        yield (
            "this looks like a cron expression with seconds, but AWS has no field for seconds, and the year is last",
            f"cron({' '.join(fields[1:])} *)",
        )
    rule = "exactly one of day-of-month and day-of-week must be ?"
    if day_of_month == day_of_week == "?":
        yield f"both day fields are ?, but {rule}", with_days("*", "?")
    elif day_of_week == "*" and day_of_month != "?":
        yield f"{rule}, not *", with_days(day_of_month, "?")
    elif day_of_month == "*" and day_of_week != "?":
        yield f"{rule}, not *", with_days("?", day_of_week)
        day_of_month = "?"
    elif "?" not in (day_of_month, day_of_week):
        yield (
            f"{rule}; to run on either day, add two schedules, {with_days(day_of_month, '?')} and"
            f" {with_days('?', day_of_week)}",
            "",
        )
    if "0" in re.findall(r"\d+", day_of_week) and "#" not in day_of_week:
        yield (
            "AWS numbers the weekdays from 1 (Sunday) to 7 (Saturday), so there is no 0; if you count from 0 (Sunday),"
            " as Unix does",
            with_days(day_of_month, _from_unix_weekdays(day_of_week)),
        )
    if "/" in day_of_week:
        yield (
            "day-of-week takes no steps; list the days",
            with_days(day_of_month, _without_steps(day_of_week, first=1)),
        )
    if hours == "24":
        yield "hours are 0 to 23", f"cron({' '.join([minutes, '0', *fields[2:]])})"
    if minutes.startswith("/") or hours.startswith("/"):
        started = [f"0{field}" if field.startswith("/") else field for field in fields[:2]]
        yield "a step needs a start value before the /", f"cron({' '.join(started + fields[2:])})"
    short = re.sub(r"([A-Za-z]{3})[A-Za-z]+", r"\1", f"{month} {day_of_week}")
    yield (
        "months and weekdays have three letters, such as JAN and MON",
        f"cron({minutes} {hours} {day_of_month} {short} {year})",
    )


def _unix(fields: list[str]) -> Iterator[tuple[str, str]]:
    minutes, hours, day_of_month, month, day_of_week = fields
    if "?" in fields:
        yield "the sixth field, the year, is missing", f"cron({' '.join(fields)} *)"
    reason = (
        "this is a five-field Unix cron expression; AWS takes six fields, with ? as one of the days and 1 for Sunday"
    )
    if day_of_week in ("*", "?"):
        yield reason, f"cron({minutes} {hours} {day_of_month.replace('?', '*')} {month} ? *)"
    elif day_of_month in ("*", "?"):
        weekdays = _from_unix_weekdays(day_of_week)
        yield reason, f"cron({minutes} {hours} ? {month} {weekdays} *)"
    else:
        yield (
            f"{reason}; Unix cron runs on either day, which takes two schedules in AWS",
            "",
        )


def _from_unix_weekdays(text: str) -> str:
    """Unix numbers weekdays from 0 (Sunday) to 6, with 7 for Sunday again; AWS from 1 (Sunday) to 7."""

    def entry(text: str) -> str:
        ends = [int(end) for end in text.split("-") if end.isdecimal()]
        if len(ends) == 2 and ends[1] - ends[0] >= 6:
            return "1-7"
        return re.sub(r"\d+", lambda match: str(int(match[0]) % 7 + 1), text)

    if any(int(number) > 7 for number in re.findall(r"\d+", text)):
        return text
    if "/" in text:
        text = _without_steps(text, first=0)
    return ",".join(entry(part) for part in text.split(","))


def _without_steps(text: str, first: int) -> str:
    """`*/2` as a list of weekdays, in a week that begins with the number `first`."""
    match = re.fullmatch(r"(\*|\d)(?:-(\d))?/([1-7])", text)
    if not match:
        return text
    start = first if match[1] == "*" else int(match[1])
    end = int(match[2]) if match[2] else first + 6
    return ",".join(str(day) for day in range(start, end + 1, int(match[3])))
