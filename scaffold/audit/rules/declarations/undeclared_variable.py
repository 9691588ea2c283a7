"""A module call with an argument that the module does not declare."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.calls import module_calls
from scaffold.audit.facts.declarations.variables import variables
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.audit.similar import did_you_mean

WHY = "Terraform rejects the plan of every environment that has the call, so nothing can be deployed there."
HOW = "Correct the name of the argument, declare the variable in the module, or remove the argument."


def check(facts: Facts) -> Iterator[Finding]:
    for call in facts.once(module_calls):
        declared = facts.checkout.once(variables, call.folder)
        if declared is None:
            continue
        for argument in call.arguments():
            if argument.name not in declared:
                free = [name for name in declared if name not in call.placed.block.attributes]

                yield Finding(
                    subject=argument.name,
                    message=(
                        f"the variable {argument.name}, which {call.subject} sets, is not declared in {call.folder}, "
                        "so Terraform rejects the plan"
                    ),
                    instead=did_you_mean(argument.name, free, "Declare the variable, or remove this argument."),
                    path=call.placed.path,
                    offset=argument.start,
                    task=call.task,
                )
