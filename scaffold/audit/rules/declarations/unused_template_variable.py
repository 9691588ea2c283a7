"""A variable that is passed to a template file and that the template does not use."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.templates import known_templates
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding

WHY = "It has no effect and misleads readers: what the template contains does not depend on it."
HOW = "Remove the variable where the template is rendered, or use it in the template."


def check(facts: Facts) -> Iterator[Finding]:
    for call in () if facts.focus else facts.once(known_templates):
        for name, (path, entry) in call.passed.items():
            # Whatever some of the tasks need is passed to the templates of all.
            if call.used and name not in call.used and not call.task:
                yield Finding(
                    subject=name,
                    message=f"the variable {name} is passed to {call.file}, which does not use it",
                    instead="Remove it.",
                    path=path,
                    offset=entry.start,
                )
