"""The fields of cron expressions: moved, and written from values."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.aws.schedules.expression import DAY_OF_WEEK, YEAR, Field, entry_values


def field_values(text: str, field: Field) -> set[int]:
    """The values of a field without L, W, # and ?. Raises ScheduleError for these."""
    if text == "*":
        return set(range(field.low, field.high + 1))
    return {value for entry in text.split(",") for value in entry_values(entry, field)}


def moved_field(text: str, field: Field, distance: int) -> str:
    """The field with every value moved by `distance`, wrapping around, in its original form if possible."""
    entries = text.split(",")
    before = {value for entry in entries if entry != "*" for value in entry_values(entry, field)}
    if {_round(value + distance, field) for value in before} == before:
        return text
    moved = ",".join(_moved_entry(entry, field, distance) for entry in entries).split(",")
    if all(entry[0].isdecimal() for entry in moved) and field is not DAY_OF_WEEK:
        moved.sort(key=lambda entry: int(entry.partition("-")[0].partition("/")[0]))
    return ",".join(moved)


def _moved_entry(entry: str, field: Field, distance: int) -> str:
    values = [_round(value + distance, field) for value in entry_values(entry, field)]
    base, slash, step = entry.partition("/")
    word = _name if base[0].isalpha() else _digits
    first, last = word(values[0], field), word(values[-1], field)
    if slash and "-" in base and values == sorted(values):
        return f"{first}-{last}/{step}"
    if slash:
        values.sort()
        if values == list(range(values[0], field.high + 1, int(step))):
            return f"{word(values[0], field)}/{step}"
        return ",".join(word(value, field) for value in values)
    if values[0] > values[-1] and field is not DAY_OF_WEEK:
        # AWS accepts ranges that wrap around, but only for weekdays is one known to run in production.
        return ",".join(_range(list(part), field) for part in rising(values))
    return first if len(values) == 1 else f"{first}-{last}"


def listed(values: set[int], field: Field) -> str:
    """The values as a list, with three or more consecutive ones as a range."""
    if len(values) == field.size:
        return "*"
    if field is YEAR:
        return ",".join(_stepped(sorted(values)))
    return ",".join(_range(part, field) for part in rising(sorted(values)))


def _stepped(values: list[int]) -> Iterator[str]:
    """The values in ranges with steps, such as all leap years, whose list would be too long for an expression."""
    while values:
        step = values[1] - values[0] if len(values) > 1 else 1
        count = next((i for i, value in enumerate(values) if value != values[0] + i * step), len(values))
        if count < 3:
            count, text = 1, str(values[0])
        else:
            text = f"{values[0]}-{values[count - 1]}{f'/{step}' if step > 1 else ''}"
        yield text
        values = values[count:]


def rising(values: list[int]) -> list[list[int]]:
    """The values, split into runs of consecutive ones."""
    parts: list[list[int]] = []
    for value in values:
        if parts and value == parts[-1][-1] + 1:
            parts[-1].append(value)
        else:
            parts.append([value])
    return parts


def _range(values: list[int], field: Field) -> str:
    if len(values) < 3:
        return ",".join(_digits(value, field) for value in values)
    return f"{_digits(values[0], field)}-{_digits(values[-1], field)}"


def _round(value: int, field: Field) -> int:
    return (value - field.low) % field.size + field.low


def _name(value: int, field: Field) -> str:
    return field.names[value - field.low]


def _digits(value: int, field: Field) -> str:
    return str(value)
