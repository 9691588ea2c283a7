"""A schedule that is not enabled in any environment."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.files.layout import ENVIRONMENTS
from scaffold.pfml.environments import environments
from scaffold.pfml.schedules import schedules
from scaffold.terraform.conditions import decide_all

WHY = "The task is deployed but never started by the schedule, although the code suggests that it runs."


def check(facts: Facts) -> Iterator[Finding]:
    # An environment that does not parse may enable it.
    if not environments(facts.checkout) or any(path.startswith(ENVIRONMENTS) for path in facts.checkout.unparsed):
        return
    for start in schedules(facts.checkout):
        conditions = [condition for condition in start.conditions if condition != "true"]
        if conditions and not any(_may_run(facts, conditions)):
            yield Finding(
                subject=start.name,
                message=(
                    f"the schedule {start.name} is not enabled in any environment: {' and '.join(conditions)} is never "
                    "true"
                ),
                instead="Enable it in an environment, or remove it.",
                path=start.path,
                offset=start.offset_of("is_enabled"),
                task=start.task_name,
            )


def _may_run(facts: Facts, conditions: list[str]) -> Iterator[bool]:
    """Whether a schedule may run, by environment; True if a condition is unknown."""
    for environment in environments(facts.checkout):
        yield decide_all(conditions, environment.values) is not False
