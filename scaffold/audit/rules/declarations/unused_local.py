"""A local of the template that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.commented_out import or_restore
from scaffold.audit.facts.declarations.unused import unused
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding

WHY = "It has no effect, and it misleads readers who look for what a task is given."
HOW = "Remove the local, or use it where it was meant to be used."


def check(facts: Facts) -> Iterator[Finding]:
    if facts.whole is None:
        return
    for declaration in unused(facts):
        if declaration.kind == "local":
            yield Finding(
                subject=declaration.name,
                message=f"nothing uses local.{declaration.name}",
                instead=or_restore(facts, "Remove it.", f"local.{declaration.name}"),
                path=declaration.path,
                offset=declaration.node.start,
            )
