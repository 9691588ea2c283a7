"""Whether a Terraform condition holds in an environment, as far as the checkout says it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scaffold import hcl
from scaffold.environment_values import Values, is_known
from scaffold.triggers import unwrapped


def decide(condition: str, values: Values) -> bool | None:
    """True or False, or None where it cannot be told: it rests on what only the deploy knows, or is no such condition.

    Known are `true`, `false`, names that come to one of them, `!`, `&&`, `||`, `==`, `!=`, `> number`, `? :` and
    parentheses.
    """
    try:
        return _decide(condition, values)
    except hcl.HclError:
        return None


def decide_all(conditions: Iterable[str], values: Values) -> bool | None:
    """Whether all of them hold."""
    return _all(decide(condition, values) for condition in conditions)


def _decide(condition: str, values: Values) -> bool | None:
    text = unwrapped(condition)
    # From what binds least to what binds most (Terraform, "Arithmetic and Logical Operators").
    if question := split_condition(text, "?"):
        yes, no = split_condition(question[1], ":") or ("", "")
        chosen = _decide(question[0], values)
        return None if chosen is None else _decide(yes if chosen else no, values)
    if sides := split_condition(text, "||"):
        return _not(_all(_not(_decide(side, values)) for side in sides))
    if sides := split_condition(text, "&&"):
        return _all(_decide(side, values) for side in sides)
    for operator in ("==", "!="):
        if sides := split_condition(text, operator):
            left, right = (_value(side, values) for side in sides)
            return None if left is None or right is None else (left == right) is (operator == "==")
    if sides := split_condition(text, ">"):
        numbers = [int(side) for side in (_value(side, values) for side in sides) if side and side.isdecimal()]
        return numbers[0] > numbers[1] if len(numbers) == 2 else None
    if text.startswith("!"):
        return _not(_decide(text[1:], values))
    return {"true": True, "false": False}.get(_value(text, values) or "")


def _value(text: str, values: Values) -> str | None:
    found = values.of_text(unwrapped(text))
    return found if is_known(found) else None


def _not(decided: bool | None) -> bool | None:
    return None if decided is None else not decided


def _all(decided: Iterable[bool | None]) -> bool | None:
    found = set(decided)
    return False if False in found else None if None in found else True


def split_condition(text: str, operator: str) -> tuple[str, str] | None:
    """What stands before and behind the first such operator outside of brackets."""
    data = text.encode()
    for word, start, end in _outside(data):
        if word == operator:
            return data[:start].decode().strip(), data[end:].decode().strip()
    return None


def _outside(data: bytes) -> Iterator[tuple[str, int, int]]:
    depth = 0
    for kind, start, end in hcl.tokens(data, 0, len(data)):
        if kind == "operator":
            word = data[start:end].decode()
            depth += (word in "([{") - (word in ")]}")
            if depth == 0:
                yield word, start, end
