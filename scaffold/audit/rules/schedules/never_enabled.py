"""A schedule that is on in no environment."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.model import Start
from scaffold.audit.finding import Finding
from scaffold.files.layout import ENVIRONMENTS
from scaffold.pfml.environments import environments
from scaffold.terraform.conditions import decide_all, gate
from scaffold.terraform.folder import Folder

WHY = "The task is deployed and never started by itself: whoever reads the schedule believes that it runs."


def check(facts: Facts) -> Iterator[Finding]:
    # An environment that does not parse may have it on.
    whole = environments(facts.checkout) and not any(path.startswith(ENVIRONMENTS) for path in facts.checkout.unparsed)
    for start in facts.schedules if whole else ():
        conditions = _conditions(facts, start)
        if conditions and not any(_may_run(facts, conditions)):
            attribute = start.placed.block.attributes.get("is_enabled")
            yield Finding(
                subject=start.name,
                message=f"the schedule {start.name} is on in no environment: {' and '.join(conditions)} never holds",
                instead="Switch it on where it is to run, or take it away.",
                path=start.placed.path,
                offset=attribute.start if attribute else start.placed.block.start,
                task=facts.task_name(start),
            )


def _may_run(facts: Facts, conditions: list[str]) -> Iterator[bool]:
    """By environment; what cannot be told may hold."""
    for environment in environments(facts.checkout):
        yield decide_all(conditions, environment.values) is not False


def _conditions(facts: Facts, start: Start) -> list[str]:
    """What has to hold for a schedule to be on, without what always holds."""
    enabled = facts.template.attribute_text(start.placed, "is_enabled") or _default(facts)
    counted = gate(facts.template, start.placed)
    return [text for text in (enabled, counted[0] if counted else "") if text not in ("", "true")]


def _default(facts: Facts) -> str:
    module = Folder.of(facts.checkout, "infra/modules/ecs_task_scheduler")
    found = module.block("variable", "is_enabled")
    return module.attribute_text(found, "default") if found else ""
