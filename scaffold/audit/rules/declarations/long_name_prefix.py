"""A prefix of a name that is longer than Terraform's provider allows."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.lengths import Lengths
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.audit.rules.declarations.long_name import of_resources

WHY = "The provider appends characters to a prefix, and refuses the plan if there is no room for them."
HOW = "Shorten the prefix, or set the whole name instead of a prefix."


def check(facts: Facts) -> Iterator[Finding]:
    yield from of_resources(facts, Lengths(facts), prefixes=True)
