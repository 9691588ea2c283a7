"""Wording that several rules share."""

from __future__ import annotations

from collections.abc import Sequence

from scaffold.audit.facts.facts import Facts
from scaffold.files import printable
from scaffold.pfml.environments import values_by_environment

_SHOWN = 5


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; for many names, the first five and the number of the others."""
    if len(names) > _SHOWN + 1:
        return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} others"
    return printable.listed(names)


def environments_phrase(facts: Facts, names: Sequence[str]) -> str:
    """` in test and prod`; "" for all environments."""
    return "" if len(names) == len(values_by_environment(facts.checkout)) else f" in {listed(names)}"
