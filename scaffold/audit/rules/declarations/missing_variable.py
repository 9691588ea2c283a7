"""A module call that does not set a required variable."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.calls import ModuleCall, module_calls
from scaffold.audit.facts.declarations.unused import unused_variables
from scaffold.audit.facts.declarations.variables import variables
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.files.layout import TEMPLATE

WHY = "Terraform rejects the plan of every environment that has the call, so nothing can be deployed there."
HOW = "Set the variable in the module call, or give it a default."


def check(facts: Facts) -> Iterator[Finding]:
    for call in facts.once(module_calls):
        declared = facts.checkout.once(variables, call.folder) or {}
        for name, variable in declared.items():
            if "default" not in variable.block.attributes and name not in call.placed.block.attributes:
                place = facts.checkout.place(*variable.location)
                yield Finding(
                    subject=name,
                    message=(
                        f"the variable {name} has no default ({place}) and {call.subject} does not set it, so "
                        "Terraform rejects the plan"
                    ),
                    instead=_instead(facts, call, name),
                    path=call.placed.path,
                    offset=call.placed.block.start,
                    task=call.task,
                )


def _instead(facts: Facts, call: ModuleCall, name: str) -> str:
    if call.folder == TEMPLATE and name in facts.once(unused_variables):
        return "Remove the variable, which nothing uses."
    return "Set it, or give the variable a default."
