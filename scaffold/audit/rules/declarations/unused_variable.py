"""A variable of the template that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.calls import module_calls
from scaffold.audit.facts.declarations.unused import unused
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.files.layout import TEMPLATE

WHY = "Whoever sets it in an environment changes nothing, whatever its name says."


def check(facts: Facts) -> Iterator[Finding]:
    if facts.focus:
        return
    for one in unused(facts):
        if one.kind == "var":
            calls = [call for call in facts.once(module_calls) if call.folder == TEMPLATE]
            passed = [call.subject for call in calls if one.name in call.placed.block.attributes]
            where = f", though {_listed(passed, len(calls))} set it" if passed else ""
            yield Finding(
                subject=one.name,
                message=f"nothing in {TEMPLATE} reads var.{one.name}{where}",
                instead="Take it out, there and where it is passed." if passed else "Take it out.",
                path=one.path,
                offset=one.node.start,
            )


def _listed(names: list[str], count: int) -> str:
    return f"all {count} calls" if len(names) == count else ", ".join(names)
