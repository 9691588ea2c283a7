"""Conditions: decided, combined and taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scaffold import hcl
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import Values, is_known


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


# --- conditions


def gate(folder: Folder, found: PlacedBlock) -> tuple[str, hcl.Node] | None:
    """The condition under which a block is made at all, from its `count`, and the expression that says so."""
    count = found.block.attributes.get("count")
    if count is None:
        return None
    text = folder.text(found.path, count.value)
    node = count.value
    if isinstance(node, hcl.Conditional):
        yes, no = folder.text(found.path, node.yes), folder.text(found.path, node.no)
        condition = one_line(folder.text(found.path, node.condition))
        if no == "0":
            return condition, node
        if yes == "0":
            return f"!{grouped(condition)}", node
    if text == "1":
        return None
    return f"{grouped(one_line(text))} > 0", node


def one_line(expression: str) -> str:
    """An expression without its line breaks and comments."""
    data, position = expression.encode(), 0
    pieces: list[str] = []
    for kind, start, end in hcl.tokens(data, 0, len(data)):
        if kind != "newline":
            pieces.append((" " if start > position and pieces else "") + data[start:end].decode())
            position = end
    return re.sub(r"([(\[]) | (?=[)\]])", r"\1", "".join(pieces))


def alternatives(condition: str) -> list[str] | None:
    """The operands of a condition that is made with `||` alone; None for any other."""
    data = unwrapped(condition).encode()
    depth, start, operands = 0, 0, []
    for kind, first, end in hcl.tokens(data, 0, len(data)):
        if kind != "operator":
            continue
        text = data[first:end]
        depth += (text in (b"(", b"[", b"{")) - (text in (b")", b"]", b"}"))
        if depth == 0 and text == b"||":
            operands.append(data[start:first].decode().strip())
            start = end
        elif depth == 0 and text in (b"&&", b"?", b":"):
            return None
    return [*operands, data[start:].decode().strip()]


def unwrapped(condition: str) -> str:
    """A condition without parentheses around the whole of it."""
    text = condition.strip()
    while text.startswith("(") and _closing(text) == len(text) - 1:
        text = text[1:-1].strip()
    return text


def _closing(text: str) -> int:
    """Where the parenthesis that opens a text is closed."""
    depth = 0
    for kind, start, _ in hcl.tokens(text.encode(), 0, len(text.encode())):
        if kind == "operator":
            depth += (text.encode()[start : start + 1] == b"(") - (text.encode()[start : start + 1] == b")")
            if depth == 0:
                return start
    return -1


def grouped(condition: str) -> str:
    """A condition that can stand as an operand."""
    text = unwrapped(condition)
    return text if re.fullmatch(r"!?[\w.\[\]\"-]+", text) else f"({text})"


def either(condition: str, other: str) -> str:
    """A condition that holds where one of two does."""
    operands = alternatives(condition)
    if operands is None:
        operands = [grouped(condition)]
    if other in operands:
        return condition
    joined = " || ".join([*operands, grouped(other)])
    # A row of alternatives without parentheses stays one, so that it can be what it was when this one goes.
    return joined if len(operands) > 1 and unwrapped(condition) == condition.strip() else f"({joined})"


def without(old: str, removed: list[str], guards: list[str]) -> str:
    """A gate of alternatives without those that only removed destinations had; "" where it stays as it is."""
    operands = alternatives(old) or []
    had = operands if not all(removed) else [grouped(text) for text in removed]
    needed = [operand for operand in operands if operand not in had or any(holds_in(operand, own) for own in guards)]
    if not needed or needed == operands:
        return ""
    if len(needed) == 1:
        return unwrapped(needed[0])
    joined = " || ".join(needed)
    return joined if unwrapped(old) == old.strip() else f"({joined})"


def holds_in(operand: str, condition: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(operand)}(?![\w-])", condition) is not None


def common(guards: list[str]) -> str:
    """The condition under which at least one of several holds."""
    operands = list(dict.fromkeys(part for text in guards for part in (alternatives(text) or [grouped(text)])))
    wide = [one for one in operands if not any(unwrapped(one).startswith(f"{other} && ") for other in operands)]
    return unwrapped(wide[0]) if len(wide) == 1 else f"({' || '.join(wide)})"
