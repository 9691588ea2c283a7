"""The template files of the tasks: those of the template, and those of step functions anywhere in infra/."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.folders import folders_with
from scaffold.audit.facts.tasks.entries import known_tasks
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.container_templates import container_template
from scaffold.pfml.state_machines import STATES
from scaffold.pfml.template_calls import CALL, TemplateCall, template_calls


def known_templates(facts: Facts) -> tuple[TemplateCall, ...]:
    """The calls of which all variables are known."""
    return tuple(call for call in (*_calls(facts), *facts.once(of_containers)) if call.is_complete)


def of_containers(facts: Facts) -> tuple[TemplateCall, ...]:
    """The templates of the tasks' containers, as before July 2021: one for each task, which may have the same file."""
    calls = (container_template(facts.template, task) for task in facts.once(known_tasks))
    return tuple(call for call in calls if call is not None)


def _calls(facts: Facts) -> Iterator[TemplateCall]:
    yield from template_calls(facts.template)
    for folder in folders_with(facts, f"{CALL}("):
        if folder.path != TEMPLATE:
            calls = template_calls(folder)
            yield from (call for call in calls if STATES in (facts.checkout.read(call.file) or b""))
