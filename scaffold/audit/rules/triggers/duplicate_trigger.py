"""Two triggers with the same name."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.audit.rules._duplicate_start import duplicate_starts
from scaffold.pfml.triggers import triggers

WHY = "The Lambda function of a trigger is named after its task_name, so AWS rejects the second one at deploy."
HOW = "Give each trigger a task_name of its own."


def check(facts: Facts) -> Iterator[Finding]:
    yield from duplicate_starts(facts, triggers(facts.checkout), "Lambda function")
