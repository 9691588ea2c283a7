"""Whether conditions can hold together, in one environment or for any values of the variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from scaffold import hcl
from scaffold.files.checkout import text_of
from scaffold.terraform.conditions import decide_node, one_line, parsed
from scaffold.terraform.values import Values

_DIFFERENT = ""
_MOST = 4096
_LITERAL = re.compile(r'"[^"$%\\]*"|\d+')
Formula = tuple[object, ...]


class _Atom(NamedTuple):
    """A condition that is not broken down further: `text`, or with a `value` the comparison `text == value`."""

    text: str
    value: str = ""


def can_hold(conditions: Iterable[str], values: Values | None = None) -> bool:
    """Whether all conditions can hold at once; True if that cannot be determined.

    What the environment's values do not decide may be either true or false, but equal conditions have equal values,
    and a name has one value.
    """
    formulas = []
    for condition in conditions:
        try:
            formulas.append(_formula(*parsed(one_line(condition)), values))
        except hcl.HclError:
            continue
    atoms = list(dict.fromkeys(atom for formula in formulas for atom in _atoms(formula)))
    choices = _choices(atoms)
    count = 1
    for choice in choices.values():
        count *= len(choice)
    if count > _MOST:
        return True
    return any(all(_holds(formula, given) for formula in formulas) for given in _assignments(choices))


def implies(premises: Sequence[str], conclusion: str, values: Values | None = None) -> bool:
    """Whether a condition holds wherever all premises do."""
    return not can_hold([*premises, f"!({conclusion})"], values)


def _formula(data: bytes, node: hcl.Node, values: Values | None) -> Formula:
    node = hcl.unparenthesized(node)
    text = text_of(data, node)
    decided = decide_node(data, node, values) if values else {"true": True, "false": False}.get(text)
    if decided is not None:
        return ("constant", decided)
    if isinstance(node, hcl.Binary) and node.operator in ("==", "!="):
        equal = ("atom", _equality(text_of(data, node.left), text_of(data, node.right)))
        return equal if node.operator == "==" else ("not", equal)
    connective = _connective(node)
    if connective:
        kind, operands = connective
        return (kind, *(_formula(data, operand, values) for operand in operands))
    return ("atom", _Atom(text))


def _connective(node: hcl.Node) -> tuple[str, Sequence[hcl.Node]] | None:
    """How a condition is composed of others: the kind of formula, and the operands' nodes."""
    if isinstance(node, hcl.Conditional):
        return "if", node.children()
    if isinstance(node, hcl.Binary) and node.operator in ("||", "&&"):
        return "or" if node.operator == "||" else "and", node.children()
    if isinstance(node, hcl.Unary) and node.operator == "!":
        return "not", node.children()
    if isinstance(node, hcl.Call) and node.name in ("anytrue", "alltrue"):
        operands = node.arguments[0] if len(node.arguments) == 1 else None
        if isinstance(operands, hcl.Tuple):
            return "or" if node.name == "anytrue" else "and", operands.items
    return None


def _equality(left: str, right: str) -> _Atom:
    if _LITERAL.fullmatch(left):
        left, right = right, left
    return _Atom(left, right) if _LITERAL.fullmatch(right) else _Atom(" == ".join(sorted((left, right))))


def _atoms(formula: Formula) -> Iterator[_Atom]:
    for part in formula[1:]:
        if isinstance(part, _Atom):
            yield part
        elif isinstance(part, tuple):
            yield from _atoms(part)


def _choices(atoms: Sequence[_Atom]) -> dict[str, list[str]]:
    """The possible values of each name: true or false, or each value that it is compared with, or a different one."""
    choices: dict[str, list[str]] = {}
    for atom in atoms:
        known = choices.setdefault(atom.text, [_DIFFERENT])
        if (atom.value or "true") not in known:
            known.append(atom.value or "true")
    return choices


def _assignments(choices: Mapping[str, Sequence[str]]) -> Iterator[dict[str, str]]:
    for chosen in product(*choices.values()):
        yield dict(zip(choices, chosen, strict=True))


def _holds(formula: Formula, given: Mapping[str, str]) -> bool:
    kind, *parts = formula
    if kind == "constant":
        return bool(parts[0])
    if kind == "atom":
        atom = parts[0]
        return isinstance(atom, _Atom) and given[atom.text] == (atom.value or "true")
    held = (_holds(part, given) for part in parts if isinstance(part, tuple))
    if kind == "not":
        return not next(held)
    if kind == "if":
        condition, yes, no = held
        return yes if condition else no
    return any(held) if kind == "or" else all(held)
