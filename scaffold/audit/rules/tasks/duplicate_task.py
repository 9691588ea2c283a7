"""Two tasks of one name."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.duplicates import repeated
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding

WHY = "Of two entries with one key Terraform takes the last and drops the other without a word."


def check(facts: Facts) -> Iterator[Finding]:
    for earlier, later in repeated(facts.all_tasks, lambda task: facts.template.expand_text(task.key, {})):
        name = later.name
        if facts.focus and name not in facts.focus:
            continue
        place = facts.checkout.place(earlier.path, earlier.item.start)
        yield Finding(
            subject=name,
            message=f"the task {name} stands at {place}, too, and Terraform drops that one without a word",
            instead="Take one out, or give it another name.",
            path=later.path,
            offset=later.item.start,
            task=name,
        )
