"""A variable without a default that a call of its module does not pass."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.calls import module_calls
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding

WHY = "Terraform refuses the plan of every environment that makes the call, and nothing can be deployed there."


def check(facts: Facts) -> Iterator[Finding]:
    for call in facts.once(module_calls):
        declared = facts.variables(call.folder) or {}
        for name, found in declared.items():
            if "default" not in found.block.attributes and name not in call.placed.block.attributes:
                place = facts.checkout.place(found.path, found.block.start)
                yield Finding(
                    subject=name,
                    message=(
                        f"the variable {name} has no default ({place}), and {call.subject} does not pass it, so "
                        "Terraform refuses the plan"
                    ),
                    instead="Pass it, or give the variable a default.",
                    path=call.placed.path,
                    offset=call.placed.block.start,
                    task=call.task,
                )
