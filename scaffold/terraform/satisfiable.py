"""Whether conditions of Terraform can hold together: in one environment, or whatever its variables are set to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from scaffold import hcl
from scaffold.files.checkout import text_of
from scaffold.terraform.conditions import decide, one_line, split_condition, unwrapped
from scaffold.terraform.values import Values

_OTHER = ""
_MOST = 4096
_LITERAL = re.compile(r'"[^"$%\\]*"|\d+')
_SEVERAL = re.compile(r"(anytrue|alltrue)\((\[.*\])\)")
Formula = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Atom:
    """Something that is true or false; with a `value` it is that of `text == value`."""

    text: str
    value: str = ""


def can_hold(conditions: Iterable[str], values: Values | None = None) -> bool:
    """Whether all conditions can hold at once. What the environment's values do not decide may be either, though the
    same condition is the same wherever it stands, and a name has one value. True where it cannot be told."""
    formulas = []
    for condition in conditions:
        try:
            formulas.append(_formula(one_line(condition), values))
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


def _formula(condition: str, values: Values | None) -> Formula:
    text = unwrapped(condition)
    decided = decide(text, values) if values else {"true": True, "false": False}.get(text)
    if decided is not None:
        return ("constant", decided)
    if question := split_condition(text, "?"):
        branches = split_condition(question[1], ":")
        if branches:
            return ("if", *(_formula(part, values) for part in (question[0], *branches)))
    for operator, name in (("||", "or"), ("&&", "and")):
        if sides := split_condition(text, operator):
            return (name, *(_formula(side, values) for side in sides))
    for operator in ("==", "!="):
        if sides := split_condition(text, operator):
            equal = ("atom", _equality(*sides))
            return equal if operator == "==" else ("not", equal)
    if text.startswith("!"):
        return ("not", _formula(text[1:], values))
    if match := _SEVERAL.fullmatch(text):
        data = match[2].encode()
        items = hcl.parse_expression(data, 0, len(data)).children()
        return ("or" if match[1] == "anytrue" else "and", *(_formula(text_of(data, item), values) for item in items))
    return ("atom", _Atom(text))


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
    """What each name may be: true or false, or one of the values that it is compared with, or another."""
    choices: dict[str, list[str]] = {}
    for atom in atoms:
        known = choices.setdefault(atom.text, [_OTHER])
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
