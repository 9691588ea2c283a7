"""Conditions: decided, combined and taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from scaffold import hcl
from scaffold.files.checkout import text_of
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import Values, is_known


@lru_cache(maxsize=1024)
def parsed(condition: str) -> tuple[bytes, hcl.Node]:
    """A condition as bytes, and its node in them, without the parentheses around it. Raises HclError."""
    data = condition.encode()
    return data, hcl.unparenthesized(hcl.parse_expression(data, 0, len(data)))


# --- decided


def decide(condition: str, values: Values) -> bool | None:
    """True or False; None if it depends on what is only known at deployment, or is not a condition.

    Supported: `true`, `false`, names with one of these values, `!`, `&&`, `||`, `==`, `!=`, `> number`, `? :` and
    parentheses.
    """
    try:
        return decide_node(*parsed(condition), values)
    except hcl.HclError:
        return None


def decide_all(conditions: Iterable[str], values: Values) -> bool | None:
    """Whether all of them hold."""
    return _all(decide(condition, values) for condition in conditions)


def decide_node(data: bytes, node: hcl.Node, values: Values) -> bool | None:
    """The same for a node of some text."""
    node = hcl.unparenthesized(node)
    if isinstance(node, hcl.Conditional):
        chosen = decide_node(data, node.condition, values)
        return None if chosen is None else decide_node(data, node.yes if chosen else node.no, values)
    if isinstance(node, hcl.Unary) and node.operator == "!":
        return _not(decide_node(data, node.operand, values))
    if isinstance(node, hcl.Binary):
        return _decide_binary(data, node, values)
    return {"true": True, "false": False}.get(_value(data, node, values) or "")


def _decide_binary(data: bytes, node: hcl.Binary, values: Values) -> bool | None:
    sides = (node.left, node.right)
    if node.operator == "&&":
        return _all(decide_node(data, side, values) for side in sides)
    if node.operator == "||":
        return _not(_all(_not(decide_node(data, side, values)) for side in sides))
    left, right = (_value(data, side, values) for side in sides)
    if left is None or right is None:
        return None
    if node.operator == ">":
        return int(left) > int(right) if left.isdecimal() and right.isdecimal() else None
    return {"==": left == right, "!=": left != right}.get(node.operator)


def _value(data: bytes, node: hcl.Node, values: Values) -> str | None:
    value = values.of_text(text_of(data, hcl.unparenthesized(node)))
    return value if is_known(value) else None


def _not(decided: bool | None) -> bool | None:
    return None if decided is None else not decided


def _all(decisions: Iterable[bool | None]) -> bool | None:
    distinct = set(decisions)
    return False if False in distinct else None if None in distinct else True


# --- as they are written


def gate(folder: Folder, placed: PlacedBlock) -> tuple[str, hcl.Node] | None:
    """The condition under which a block exists at all, from its `count`, and the expression that states it."""
    count = placed.block.attributes.get("count")
    if count is None:
        return None
    node = count.value
    text = folder.text(placed.path, node)
    if isinstance(node, hcl.Conditional):
        yes, no = folder.text(placed.path, node.yes), folder.text(placed.path, node.no)
        condition = one_line(folder.text(placed.path, node.condition))
        if no == "0":
            return condition, node
        if yes == "0":
            return negated(condition), node
    if text == "1":
        return None
    return f"{grouped(one_line(text))} > 0", node


@lru_cache(maxsize=1024)
def one_line(expression: str) -> str:
    """An expression without its line breaks and comments. Raises HclError."""
    data, position, previous = f"{expression}\n".encode(), 0, "("  # a heredoc ends with its line
    pieces: list[str] = []
    for kind, start, end in hcl.tokens(data, 0, len(data)):
        if kind == "newline":
            continue
        if previous == "heredoc":
            pieces.append("\n")  # Without it, the heredoc would not end.
        elif start > position and previous not in ("(", "[") and kind not in (")", "]"):
            pieces.append(" ")
        pieces.append(data[start:end].decode())
        position, previous = end, kind
    return "".join(pieces)


def alternatives(condition: str) -> list[str] | None:
    """The operands of a condition that uses only `||`; None for any other."""
    data, node = parsed(condition)
    operands = _operands(node)
    if any(isinstance(operand, hcl.Conditional) or _is(operand, "&&") for operand in operands):
        return None
    return [text_of(data, operand) for operand in operands]


def _operands(node: hcl.Node) -> list[hcl.Node]:
    """The operands of a chain of `||`, from left to right."""
    if isinstance(node, hcl.Binary) and node.operator == "||":
        return [*_operands(node.left), node.right]
    return [node]


def _is(node: hcl.Node, operator: str) -> bool:
    return isinstance(node, hcl.Binary) and node.operator == operator


def unwrapped(condition: str) -> str:
    """A condition without enclosing parentheses."""
    try:
        return text_of(*parsed(condition))
    except hcl.HclError:
        return condition.strip()


def _is_wrapped(condition: str) -> bool:
    return unwrapped(condition) != condition.strip()


def grouped(condition: str) -> str:
    """A condition that can be used as an operand: in parentheses, unless it is a name or its negation."""
    text = unwrapped(condition)
    if re.fullmatch(r"!?[\w.\[\]\"-]+", text):
        return text
    return f"({text}\n)" if "<<" in text else f"({text})"  # The line of a heredoc's marker has nothing else.


def negated(condition: str) -> str:
    """A condition that holds where another does not."""
    text = grouped(condition)
    return text[1:] if text.startswith("!") else f"!{text}"


# --- combined


def either(condition: str, addition: str) -> str:
    """A condition that holds if either of two does."""
    operands = alternatives(condition)
    if operands is None:
        operands = [grouped(condition)]
    if addition in operands:
        return condition
    joined = " || ".join([*operands, grouped(addition)])
    # Alternatives without parentheses stay without, so that removing this one restores the text.
    return f"({joined})" if len(operands) == 1 or _is_wrapped(condition) else joined


def without(gate: str, removed: list[str], guards: list[str]) -> str:
    """A gate without the alternatives that only removed blocks needed; "" if it stays as it is.

    removed: the conditions of the removed blocks. guards: those of the blocks that remain.
    """
    operands = alternatives(gate) or []
    candidates = [grouped(text) for text in removed] if all(removed) else operands
    needed = [
        operand
        for operand in operands
        if operand not in candidates or any(_mentions(guard, operand) for guard in guards)
    ]
    if not needed or needed == operands:
        return ""
    if len(needed) == 1:
        return unwrapped(needed[0])
    joined = " || ".join(needed)
    return f"({joined})" if _is_wrapped(gate) else joined


def _mentions(condition: str, operand: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(operand)}(?![\w-])", condition) is not None


def common(guards: list[str]) -> str:
    """The condition under which at least one of several holds."""
    operands = list(dict.fromkeys(part for text in guards for part in (alternatives(text) or [grouped(text)])))
    wide = [operand for operand in operands if not any(beyond(operand, second) for second in operands)]
    return unwrapped(wide[0]) if len(wide) == 1 else f"({' || '.join(wide)})"


def beyond(condition: str, premise: str) -> str:
    """What a condition `premise && …` requires in addition to its premise; "" for any other condition."""
    data, root = parsed(condition)
    node = root
    while isinstance(node, hcl.Binary) and node.operator == "&&":
        if text_of(data, node.left) == premise:
            return unwrapped(data[node.right.start : root.end].decode())
        node = node.left
    return ""
