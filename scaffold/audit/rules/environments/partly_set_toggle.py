"""A toggle that is set in some environments but not in others."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.unused import unused_variables
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import environments
from scaffold.pfml.toggles import Toggle, toggles
from scaffold.terraform.folder import PlacedBlock

WHY = "The other environments use the default, and nobody can tell whether that is intended."
HOW = "Set the toggle in every environment, even where it has the value of its default."
_WORDS = {"true": "on", "false": "off"}


def check(facts: Facts) -> Iterator[Finding]:
    # Which toggles nothing uses is only known if all files parse.
    if facts.whole is None or not facts.complete():
        return
    checkout = facts.checkout
    for toggle in toggles(checkout):
        where: dict[str, list[str]] = {}
        for setting in toggle.settings:
            text = setting.value.strip('"')
            where.setdefault(_WORDS.get(text, text), []).append(setting.environment.name)
        names = [setting.environment.name for setting in toggle.settings]
        unset = [environment.name for environment in environments(checkout) if environment.name not in names]
        # Of one that nothing uses, unused-variable says that it should be removed.
        if toggle.variable and where and unset and toggle.name not in facts.once(unused_variables):
            yield _finding(toggle, toggle.variable, where, unset)


def _same(toggle: Toggle) -> str:
    word = _WORDS.get(toggle.default)
    return f", even if it is {word}" if word else ""


def _finding(toggle: Toggle, variable: PlacedBlock, where: dict[str, list[str]], unset: list[str]) -> Finding:
    default = toggle.default or "none"
    parts = [f"{value} in {', '.join(names)}" for value, names in sorted(where.items(), reverse=True)]
    return Finding(
        subject=toggle.name,
        message=(
            f"the toggle {toggle.name} is {'; '.join(parts)}; it is not set in {', '.join(unset)}, where the default "
            f"applies ({_WORDS.get(default, default)})"
        ),
        instead=f"Set it in every environment{_same(toggle)}.",
        path=variable.path,
        offset=variable.block.start,
    )
