"""A local of the template that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.commented_out import place_of
from scaffold.audit.facts.declarations.unused import unused
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding

WHY = "It has no effect, and it misleads readers who look for what a task is given."
HOW = "Remove the local, or use it where it was meant to be used."


def check(facts: Facts) -> Iterator[Finding]:
    if facts.whole is None:
        return
    for declaration in unused(facts):
        # Code that is commented out waits for the others.
        if declaration.kind == "local" and not place_of(facts, f"local.{declaration.name}"):
            yield Finding(
                subject=declaration.name,
                message=f"nothing uses local.{declaration.name}",
                instead="Remove it.",
                path=declaration.path,
                offset=declaration.node.start,
            )
