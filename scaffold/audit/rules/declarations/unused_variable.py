"""A variable of the template that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.calls import module_calls
from scaffold.audit.facts.declarations.commented_out import or_restore, place_of
from scaffold.audit.facts.declarations.unused import unused
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.files.layout import TEMPLATE

WHY = "Setting it in an environment has no effect, whatever its name suggests."
HOW = "Remove the variable and every argument that sets it, or use it where it was meant to be used."


def check(facts: Facts) -> Iterator[Finding]:
    if facts.whole is None:
        return
    calls = [call for call in facts.whole.once(module_calls) if call.folder == TEMPLATE]
    for declaration in unused(facts):
        if declaration.kind == "var":
            name = declaration.name
            setting = [call.subject for call in calls if name in call.placed.block.attributes]
            if not setting and place_of(facts, f"var.{name}"):
                continue  # it waits for code that is commented out, and nobody is misled by setting it
            where = f", although {_listed(setting, len(calls))} it" if setting else ""
            yield Finding(
                subject=name,
                message=f"nothing in {TEMPLATE} uses var.{name}{where}",
                instead=or_restore(facts, f"Remove it{' here and in the calls' if setting else ''}.", f"var.{name}"),
                path=declaration.path,
                offset=declaration.node.start,
            )


def _listed(names: list[str], count: int) -> str:
    verb = "sets" if len(names) == 1 else "set"
    return f"all {count} calls {verb}" if len(names) == count else f"{', '.join(names)} {verb}"
