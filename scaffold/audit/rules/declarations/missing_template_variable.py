"""A variable that a template file uses and that is not passed to it.

Source: Terraform, "templatefile Function": the variables of the template are those of the second argument.
"""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.templates import known_templates
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.audit.similar import did_you_mean

WHY = "Terraform rejects the plan, also if the variable is in a branch of the template that is not used."
HOW = "Pass the variable where the template is rendered, or correct its name in the template."


def check(facts: Facts) -> Iterator[Finding]:
    for call in () if facts.focus else facts.once(known_templates):
        for name, offset in call.used.items():
            if name not in call.passed:
                place = facts.checkout.place(call.path, call.node.start)
                whose = f" for the task {call.task}" if call.task else ""
                yield Finding(
                    subject=name,
                    message=(
                        f"the template uses {name}, which {place} does not pass{whose}, so Terraform rejects the plan"
                    ),
                    instead=did_you_mean(name, call.passed, "Pass it."),
                    path=call.file,
                    offset=offset,
                    task=call.task,
                )
