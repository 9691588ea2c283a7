"""A toggle that is set in some environments but not in others."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import environments
from scaffold.terraform.conditions import one_line
from scaffold.terraform.folder import PlacedBlock, boolean_variables

WHY = "The other environments use the default, and nobody can tell whether that is intended."
_WORDS = {"true": "on", "false": "off"}


def check(facts: Facts) -> Iterator[Finding]:
    if facts.focus:
        return
    for name in boolean_variables(facts.template):
        declared = facts.template.block("variable", name)
        where: dict[str, list[str]] = {}
        unset = []
        for environment in environments(facts.checkout):
            attribute = environment.call.block.attributes.get(name)
            if attribute is None:
                unset.append(environment.name)
            else:
                text = one_line(facts.template.text(environment.call.path, attribute.value)).strip('"')
                where.setdefault(_WORDS.get(text, text), []).append(environment.name)
        if declared and where and unset:
            yield _finding(facts, name, declared, where, unset)


def _finding(facts: Facts, name: str, declared: PlacedBlock, where: dict[str, list[str]], unset: list[str]) -> Finding:
    default = facts.template.attribute_text(declared, "default") or "none"
    parts = [f"{value} in {', '.join(names)}" for value, names in sorted(where.items(), reverse=True)]
    return Finding(
        subject=name,
        message=(
            f"the toggle {name} is {'; '.join(parts)}; it is not set in {', '.join(unset)}, where the default applies "
            f"({_WORDS.get(default, default)})"
        ),
        instead="Set it in every environment, even if it is off.",
        path=declared.path,
        offset=declared.block.start,
    )
