"""A local of the template that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.unused import unused
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding

WHY = "It does nothing, and whoever looks for what a task gets reads it in vain."


def check(facts: Facts) -> Iterator[Finding]:
    if facts.focus:
        return
    for one in unused(facts):
        if one.kind == "local":
            yield Finding(
                subject=one.name,
                message=f"nothing reads local.{one.name}",
                instead="Take it out.",
                path=one.path,
                offset=one.node.start,
            )
