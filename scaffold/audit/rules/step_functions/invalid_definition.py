"""A step function whose definition is not valid JSON, or whose template does not parse."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.machines import machines
from scaffold.audit.finding import Finding
from scaffold.audit.phrases import environments_phrase
from scaffold.pfml.machine_definitions import Definition, Rendered
from scaffold.terraform.json.values import JsonError

WHY = "Terraform rejects a template that does not parse, and AWS a definition that is not JSON."
HOW = (
    "Correct the JSON at the reported place, often a comma before a closing bracket, or after a part that a condition "
    "leaves out; close each interpolation and each %{ if } of a template."
)


def check(facts: Facts) -> Iterator[Finding]:
    environments_by_error: dict[tuple[Definition, int, str], list[str]] = {}
    for rendered in () if facts.focus else facts.once(machines):
        error = _error(rendered)
        if error:
            key = (rendered.definition, error.offset, error.message)
            environments_by_error.setdefault(key, []).extend(rendered.environments)
    for (definition, offset, message), environments in environments_by_error.items():
        where = environments_phrase(facts, environments) if environments != [""] else ""
        yield Finding(
            subject=definition.name,
            message=f"the definition of the step function is not valid{where}: {message}",
            instead="Correct it.",
            path=definition.path,
            offset=offset,
        )


def _error(rendered: Rendered) -> JsonError | None:
    """Why a text does not parse as a template, which it is unless it is only read, or as JSON."""
    definition = rendered.definition
    error = definition.template_error if definition.call else None
    return error or (rendered.document if isinstance(rendered.document, JsonError) else None)
