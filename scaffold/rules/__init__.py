"""The rules of `check`, a module each.

A module's name with hyphens is the rule's, the first line of its docstring its title. It has SEVERITY; WHY, one
sentence on what happens at run time; and `check(facts)`, which yields the findings. Where a finding has one right
answer, `fix(facts, findings)` returns the edits, and SELECTED_ONLY says that it does so only for a rule that was named.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from scaffold.audit.finding import Rule, Severity


def names(severity: Severity | None = None) -> list[str]:
    """The names of all rules, or of those of one severity, in alphabetical order.

    A severity is read from the module's text: before a write the others need not be imported.
    """
    modules = (path for path in Path(__file__).parent.glob("*.py") if path.stem != "__init__")
    line = f"\nSEVERITY = Severity.{severity.name}\n" if severity else ""
    return sorted(path.stem.replace("_", "-") for path in modules if line in path.read_text("utf-8"))


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
