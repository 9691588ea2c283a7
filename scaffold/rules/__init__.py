"""The rules of `check`, a module each.

A module's name with hyphens is the rule's, the first line of its docstring its title. It has SEVERITY; WHY, one
sentence on what happens at run time; and `check(facts)`, which yields the findings. Where a finding has one right
answer, `fix(facts, findings)` returns the edits, and SELECTED_ONLY says that it does so only for a rule that was named.
An error may have PARTS: the parts of a task whose change alone can bring it about, none for what no command changes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from importlib import import_module
from pathlib import Path

from scaffold.audit.finding import Rule

_ERROR = "\nSEVERITY = Severity.ERROR\n"
_PARTS = re.compile(r"^PARTS = (.*)$", re.MULTILINE)


def names() -> list[str]:
    """The names of all rules, in alphabetical order."""
    return sorted(name for name, _ in _modules())


def guards(parts: Collection[str]) -> list[str]:
    """The names of the errors that a change of some parts of a task can bring about.

    Read from the modules' text: before a write, most of the time would go to importing the others.
    """
    return sorted(name for name, text in _modules() if _ERROR in text and _concerns(text, parts))


def _modules() -> Iterator[tuple[str, str]]:
    """The rules' names, each with the text of its module."""
    for path in Path(__file__).parent.glob("*.py"):
        if path.stem != "__init__":
            yield path.stem.replace("_", "-"), path.read_text("utf-8")


def _concerns(text: str, parts: Collection[str]) -> bool:
    match = _PARTS.search(text)
    return match is None or any(f'"{part}"' in match[1] for part in parts)


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
