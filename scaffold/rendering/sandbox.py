"""The sandbox of templates: a checkout can have its own."""

from __future__ import annotations

import re
from typing import Any

from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

_LARGEST, _WIDE = 10_000, re.compile(r"\d{5}|\*")


class Sandbox(ImmutableSandboxedEnvironment):
    """Besides what Jinja forbids, arithmetic with results that fill the memory."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        wide = operator == "%" and isinstance(left, str) and _WIDE.search(left)
        small = all(abs(side) <= _LARGEST for side in (left, right) if isinstance(side, int | float))
        if not small or (operator == "**" and abs(right) > 10) or wide:
            raise SecurityError(f"the result of {operator} may be too large")
        return super().call_binop(context, operator, left, right)
