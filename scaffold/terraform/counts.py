"""The `count` of a block that several conditions share: one more, or fewer; what remains is as it was written.

`a ? 1 : 0` becomes `(a || b) ? 1 : 0`, any other number becomes `max(number, b ? 1 : 0)`, and what always exists has
`max(…, 1)`, unless the old count is known without it. Which parentheses were there before is visible in the result, so
a removal restores them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from scaffold import hcl
from scaffold.files.checkout import text_of
from scaffold.terraform.conditions import count_condition, grouped, one_line, operands_of


def is_switch(data: bytes, node: hcl.Node) -> bool:
    """Whether a count is `condition ? 1 : 0`."""
    return isinstance(node, hcl.Conditional) and (text_of(data, node.yes), text_of(data, node.no)) == ("1", "0")


def parts(node: hcl.Node) -> tuple[hcl.Node, ...]:
    """The arguments of `max(…)`; a count itself if it is anything else."""
    return node.arguments if isinstance(node, hcl.Call) and node.name == "max" and node.arguments else (node,)


def is_always(data: bytes, node: hcl.Node) -> bool:
    """Whether a count is `1` or `max(…, 1)`."""
    return text_of(data, parts(node)[-1]) == "1"


def is_one(data: bytes, node: hcl.Node) -> bool:
    """Whether a count is `1` or `max(1, 1)`."""
    return {text_of(data, part) for part in parts(node)} == {"1"}


def operands(data: bytes, node: hcl.Node) -> list[str]:
    """The alternatives of the conditions in a count, each as an operand."""
    conditions = (count_condition(data, part) for part in parts(node))
    return [operand for condition in conditions if condition for operand in operands_of(condition)]


# --- one more


def widened(data: bytes, node: hcl.Node, condition: str) -> str:
    """A count that is not 0 under one more condition; "" always."""
    text, arguments = text_of(data, node), parts(node)
    if not condition:
        if arguments == (node,):
            return f"max({text}, 1)"
        return (
            text if is_always(data, node) else _spliced(data, node, arguments[-1], f"{text_of(data, arguments[-1])}, 1")
        )
    for argument in arguments:
        if is_switch(data, argument) and isinstance(argument, hcl.Conditional):
            return _spliced(data, node, argument.condition, _either(data, argument.condition, condition))
    if arguments == (node,):
        return f"max({text}, {condition} ? 1 : 0)"
    return _spliced(data, node, arguments[0], f"{text_of(data, arguments[0])}, {condition} ? 1 : 0")


def _spliced(data: bytes, node: hcl.Node, inner: hcl.Node, text: str) -> str:
    """The text of a node with another text for one in it."""
    return data[node.start : inner.start].decode() + text + data[inner.end : node.end].decode()


def _either(data: bytes, node: hcl.Node, condition: str) -> str:
    text = text_of(data, node)
    if isinstance(node, hcl.Parentheses) and _is(node.inner, "||") and "\n" not in text:
        return _spliced(data, node, node.inner, f"{text_of(data, node.inner)} || {condition}")
    if isinstance(node, hcl.Parentheses) or _is(node, "||") or "\n" in text:
        return f"{text} || {condition}"
    return f"(({text}) || {condition})" if _is(node, "&&") else f"({text} || {condition})"


def _is(node: hcl.Node, operator: str) -> bool:
    return isinstance(node, hcl.Binary) and node.operator == operator


def _chain(node: hcl.Node) -> list[hcl.Node]:
    """The operands of a chain of `||`, from left to right."""
    node = hcl.unparenthesized(node)
    result: list[hcl.Node] = []
    while isinstance(node, hcl.Binary) and node.operator == "||":
        result.append(node.right)
        node = node.left
    return [node, *reversed(result)]


# --- fewer


def narrowed(data: bytes, node: hcl.Node, removed: Collection[str], always: bool) -> str:
    """A count without some of its operands, and without the `1` of `max(…, 1)` unless it always exists.

    It stays as it is if no condition would remain.
    """
    arguments = parts(node)
    texts = []
    for argument in arguments:
        text: str | None = text_of(data, argument)
        if is_switch(data, argument) and isinstance(argument, hcl.Conditional):
            left = _without(data, argument.condition, removed)
            text = left and _spliced(data, argument, argument.condition, left)
        if text and (text != "1" or always or arguments == (node,)):
            texts.append(text)
    if not texts and is_one(data, node):
        return "1"
    if not texts or texts == [text_of(data, argument) for argument in arguments]:
        return text_of(data, node)
    return texts[0] if len(texts) == 1 else f"max({', '.join(texts)})"


def _without(data: bytes, node: hcl.Node, removed: Collection[str]) -> str:
    """A condition without some operands; "" if none remains. Of an operand that is there twice, one remains."""
    chain = _chain(node)
    names = [grouped(one_line(text_of(data, operand))) for operand in chain]
    times = Counter(names)
    left = [
        operand
        for index, (operand, name) in enumerate(zip(chain, names, strict=True))
        if name not in removed or (times[name] > 1 and name in names[index + 1 :])
    ]
    if len(left) == len(chain) or not left:
        return text_of(data, node) if left else ""
    if len(left) == 1:
        only = left[0]
        added = isinstance(node, hcl.Parentheses) and isinstance(only, hcl.Parentheses) and _is(only.inner, "&&")
        return data[only.start + 1 : only.end - 1].decode() if added else text_of(data, only)
    text, inner = "", hcl.unparenthesized(node)
    for index, operand in enumerate(chain):
        if operand in left:
            # The text in front of it, with the operator unless it is the first that remains.
            begin = chain[index - 1].end if text else operand.start
            text += data[begin : operand.end].decode()
    return _spliced(data, node, inner, text)
