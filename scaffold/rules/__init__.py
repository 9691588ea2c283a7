"""The rules of `check`, a module each.

A module's name with hyphens is the rule's, the first line of its docstring its title. It has SEVERITY; WHY, one
sentence on what happens at run time; and `check(facts)`, which yields the findings. Where a finding has one right
answer, `fix(facts, findings)` returns the edits, and SELECTED_ONLY says that it does so only for a rule that was named.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from importlib import import_module

from scaffold.audit.finding import Rule


def names() -> list[str]:
    """The names of all rules, in alphabetical order."""
    return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__))


def load(wanted: Iterable[str]) -> list[Rule]:
    """The rules of these names."""
    return [_rule(name) for name in wanted]


def _rule(name: str) -> Rule:
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    return Rule(
        name=name,
        severity=module.SEVERITY,
        title=(module.__doc__ or "").split("\n", 1)[0].rstrip("."),
        why=module.WHY,
        check=module.check,
        fix=getattr(module, "fix", None),
        selected_only=getattr(module, "SELECTED_ONLY", False),
    )
