"""A schedule that is not enabled in any environment."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.model import Start
from scaffold.audit.finding import Finding
from scaffold.files.layout import ENVIRONMENTS
from scaffold.pfml.environments import environments
from scaffold.terraform.conditions import decide_all, gate
from scaffold.terraform.folder import Folder

WHY = "The task is deployed but never started by the schedule, although the code suggests that it runs."


def check(facts: Facts) -> Iterator[Finding]:
    # An environment that does not parse may enable it.
    whole = environments(facts.checkout) and not any(path.startswith(ENVIRONMENTS) for path in facts.checkout.unparsed)
    for start in facts.schedules if whole else ():
        conditions = _conditions(facts, start)
        if conditions and not any(_may_run(facts, conditions)):
            attribute = start.placed.block.attributes.get("is_enabled")
            yield Finding(
                subject=start.name,
                message=(
                    f"the schedule {start.name} is not enabled in any environment: {' and '.join(conditions)} is never "
                    "true"
                ),
                instead="Enable it in an environment, or remove it.",
                path=start.placed.path,
                offset=attribute.start if attribute else start.placed.block.start,
                task=facts.task_name(start),
            )


def _may_run(facts: Facts, conditions: list[str]) -> Iterator[bool]:
    """Whether a schedule may run, by environment; True if a condition is unknown."""
    for environment in environments(facts.checkout):
        yield decide_all(conditions, environment.values) is not False


def _conditions(facts: Facts, start: Start) -> list[str]:
    """The conditions under which a schedule is enabled, without those that are always true."""
    enabled = facts.template.attribute_text(start.placed, "is_enabled") or _default(facts)
    counted = gate(facts.template, start.placed)
    return [text for text in (enabled, counted[0] if counted else "") if text not in ("", "true")]


def _default(facts: Facts) -> str:
    module = Folder.of(facts.checkout, "infra/modules/ecs_task_scheduler")
    found = module.block("variable", "is_enabled")
    return module.attribute_text(found, "default") if found else ""
