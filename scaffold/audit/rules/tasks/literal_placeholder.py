"""A placeholder that Terraform does not replace."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.placeholders import placeholders
from scaffold.audit.finding import Finding

WHY = (
    "Terraform only replaces ${…}, so the value contains the placeholder itself: a bucket or path that does not exist."
)
HOW = "Write ${…} around the reference. To keep the text as it is, accept the finding with a reason."


def check(facts: Facts) -> Iterator[Finding]:
    for placeholder in placeholders(facts):
        where = f" in {placeholder.variable}" if placeholder.variable else ""
        yield Finding(
            subject=placeholder.subject,
            message=f"{placeholder.text}{where} is not replaced, so the value contains it literally",
            instead=f"Write ${{{placeholder.reference}}}.",
            path=placeholder.path,
            offset=placeholder.offset,
            task=placeholder.task,
        )
