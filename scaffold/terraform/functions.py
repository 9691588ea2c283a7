"""Functions of Terraform that build names."""

from __future__ import annotations

import re
from collections.abc import Sequence

KNOWN = frozenset(("format", "join"))
CALLS = tuple(f"{name}(" for name in sorted(KNOWN))
_VERB = re.compile(r"%([%sdv]?)")


def result(name: str, arguments: Sequence[str]) -> str | None:
    """The text that a function returns, the elements of a list given one by one; None if that is unknown."""
    if not arguments or any("${" in argument for argument in arguments):
        return None
    first, rest = arguments[0], list(arguments[1:])
    return first.join(rest) if name == "join" else _formatted(first, rest)


def _formatted(pattern: str, values: list[str]) -> str | None:
    verbs = _VERB.findall(pattern)
    if "" in verbs or len([verb for verb in verbs if verb != "%"]) != len(values):
        return None
    rest = iter(values)
    return _VERB.sub(lambda match: "%" if match[1] == "%" else next(rest), pattern)
