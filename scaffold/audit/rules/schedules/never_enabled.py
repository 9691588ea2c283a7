"""A schedule that is not enabled in any environment."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.files.layout import ENVIRONMENTS
from scaffold.pfml.enabled import Enabled, where_enabled
from scaffold.pfml.environments import Environment, environments
from scaffold.pfml.schedules import schedules
from scaffold.pfml.toggles import Toggle, toggles_in
from scaffold.terraform.conditions import decide_all

WHY = "The task is deployed but never started by the schedule, although the code suggests that it runs."
HOW = "Turn the schedule on in an environment, say explicitly that it is off in all of them, or remove it."


def check(facts: Facts) -> Iterator[Finding]:
    # An environment that does not parse may enable it.
    if not environments(facts.checkout) or any(path.startswith(ENVIRONMENTS) for path in facts.checkout.unparsed):
        return
    for start in schedules(facts.checkout):
        enabled = where_enabled(start)
        conditions = [condition for condition in enabled.conditions if condition != "true"]
        if conditions and not enabled.on and not enabled.undecided and not _is_decision(facts, enabled):
            yield Finding(
                subject=start.name,
                message=(
                    f"the schedule {start.name} is not enabled in any environment: {' and '.join(conditions)} is never "
                    "true"
                ),
                instead="Enable it in an environment, set its toggle to false in all of them, or remove it.",
                path=start.path,
                offset=start.offset_of("is_enabled"),
                task=start.task_name,
            )


def _is_decision(facts: Facts, enabled: Enabled) -> bool:
    """Whether every environment turns it off itself, with a toggle that it sets."""
    toggles = toggles_in(facts.checkout, enabled.conditions)
    return all(
        any(_is_turned_off(enabled, toggle, environment) for toggle in toggles)
        for environment in environments(facts.checkout)
    )


def _is_turned_off(enabled: Enabled, toggle: Toggle, environment: Environment) -> bool:
    """Whether an environment sets a toggle, and with the opposite value the schedule would be on."""
    if toggle.name not in environment.call.block.attributes:
        return False
    variables = environment.values.variables
    opposite = "false" if variables.get(toggle.name) == "true" else "true"
    values = environment.values._replace(variables={**variables, toggle.name: opposite})
    return decide_all(enabled.conditions, values) is not False
