"""Conditions: decided, combined and taken apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from scaffold import hcl
from scaffold.files.checkout import text_of
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import Values, is_known

# The guard of a `dynamic` block over filtered values.
_FILTERED = re.compile(r"length\([{\[] ?for .* if ?(.*?) ?[}\]]\) > 0")


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
    condition = count_condition(folder.checkout.require(placed.path), count.value)
    return (condition, count.value) if condition else None


def count_condition(data: bytes, node: hcl.Node) -> str:
    """The condition under which a `count` is not 0; "" if it never is."""
    text = text_of(data, node)
    if isinstance(node, hcl.Call) and node.name == "max":
        conditions = [count_condition(data, argument) for argument in node.arguments]
        distinct = list(dict.fromkeys(conditions))
        return "" if not all(distinct) else distinct[0] if len(distinct) == 1 else " || ".join(map(grouped, distinct))
    if isinstance(node, hcl.Conditional):
        yes, no = text_of(data, node.yes), text_of(data, node.no)
        condition = one_line(text_of(data, node.condition))
        if no == "0":
            return condition
        if yes == "0":
            return negated(condition)
    return "" if text == "1" else f"{grouped(one_line(text))} > 0"


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


def operands_of(condition: str) -> list[str]:
    """The operands of a chain of `||`, each so that it can be an operand of any other; one for any other condition."""
    data, node = parsed(condition)
    return [grouped(text_of(data, operand)) for operand in _operands(node)]


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


def mentions(condition: str, operand: str) -> bool:
    """Whether a condition contains another one."""
    return re.search(rf"(?<![\w.-]){re.escape(operand)}(?![\w-])", condition) is not None


def requires(condition: str, premises: Collection[str]) -> bool:
    """Whether a condition can only hold if at least one of some operands does."""
    filtered = _FILTERED.fullmatch(unwrapped(condition))
    return _requires(*parsed(filtered[1] if filtered else condition), premises)


def _requires(data: bytes, node: hcl.Node, premises: Collection[str]) -> bool:
    if grouped(text_of(data, node)) in premises:
        return True
    node = hcl.unparenthesized(node)
    if isinstance(node, hcl.Binary) and node.operator in ("&&", "||"):
        sides = (_requires(data, side, premises) for side in (node.left, node.right))
        return any(sides) if node.operator == "&&" else all(sides)
    return False


def beyond(condition: str, premise: str) -> str:
    """What a condition `premise && …` requires in addition to its premise; "" for any other condition."""
    data, root = parsed(condition)
    node = root
    while isinstance(node, hcl.Binary) and node.operator == "&&":
        if text_of(data, node.left) == premise:
            return unwrapped(data[node.right.start : root.end].decode())
        node = node.left
    return ""
