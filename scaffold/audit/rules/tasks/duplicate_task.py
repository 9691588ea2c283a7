"""Two tasks with the same name."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.duplicates import repeated
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.entries import known_tasks
from scaffold.audit.finding import Finding

WHY = "If two entries have the same key, Terraform uses the last one and silently drops the other."
HOW = "Remove one of the two entries, or give it another name."


def check(facts: Facts) -> Iterator[Finding]:
    for earlier, later in repeated(facts.once(known_tasks), lambda task: facts.template.expand_text(task.key, {})):
        name = later.name
        if not facts.in_focus(name):
            continue
        place = facts.checkout.place(earlier.path, earlier.entry.start)
        yield Finding(
            subject=name,
            message=f"the task {name} is already defined at {place}, and Terraform silently drops that definition",
            instead="Remove one of them, or rename it.",
            path=later.path,
            offset=later.entry.start,
            task=name,
        )
