"""The sandbox of templates: a checkout can have its own."""

from __future__ import annotations

import re
from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

_LARGEST, _WIDE = 10_000, re.compile(r"\d{5}|\*")


class TooLargeError(SecurityError):
    """A template computes something that could fill the memory."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Besides what Jinja forbids, arithmetic with results that fill the memory."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def __init__(self, **options: Any) -> None:
        super().__init__(optimized=False, **options)  # else constant expressions are computed without a bound
        self.globals.pop("lipsum")  # as much text as is asked for
        self.globals["range"] = _range

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        wide = operator == "%" and isinstance(left, str) and _WIDE.search(left)
        small = all(abs(side) <= _LARGEST for side in (left, right) if isinstance(side, int | float))
        if not small or (operator == "**" and abs(right) > 10) or wide:
            raise TooLargeError(f"the result of {operator} may be too large")
        return super().call_binop(context, operator, left, right)


def _range(*arguments: int) -> range:
    numbers = range(*arguments)
    if numbers and abs(numbers[-1] - numbers[0]) >= abs(numbers.step) * _LARGEST:
        raise TooLargeError(f"a range may have at most {_LARGEST:,} numbers")
    return numbers
