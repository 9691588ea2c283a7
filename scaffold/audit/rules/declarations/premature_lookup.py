"""A data source that looks up a resource of the same configuration by its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.entries import known_tasks
from scaffold.audit.finding import Finding
from scaffold.pfml.all_starts import all_starts
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.lookups import NAMES, DataSource, families, lookups, names_from, names_in_environments
from scaffold.pfml.starts import gates
from scaffold.pfml.tasks import DEFINITION, TASKS
from scaffold.terraform.conditions import decide_all

WHY = (
    "Terraform reads it before it creates the resource, so the first deployment to an environment fails, and so does "
    "the one after the resource gets another name."
)
HOW = "Refer to the resource itself instead of looking it up by its name, and remove the data source."


class _Named(NamedTuple):
    """Something with a name in AWS. conditions: under which it exists."""

    address: str
    names: Mapping[str, str]
    conditions: tuple[str, ...]


def check(facts: Facts) -> Iterator[Finding]:
    for source in lookups(facts.template) if facts.complete() and not facts.focus else ():
        named = next((named for named in _of_type(facts, source.type) if _looks_up(facts, source, named)), None)
        if named:
            yield Finding(
                subject=source.placed.block.labels[1],
                message=(
                    f"the data source {source.address} looks up {named.address} by its name, but Terraform reads it "
                    "before it creates the resource, so the first deployment to an environment fails"
                ),
                instead=f"Refer to {named.address} instead.",
                path=source.placed.path,
                offset=source.placed.block.start,
            )


def _looks_up(facts: Facts, source: DataSource, named: _Named) -> bool:
    conditions = (*gates(facts.template, source.placed), *named.conditions)
    return any(
        environment in named.names
        and source.names(named.names[environment], values)
        and decide_all(conditions, values) is not False
        for environment, values in values_by_environment(facts.checkout).items()
    )


def _of_type(facts: Facts, type: str) -> Iterator[_Named]:
    """What the template and the modules of schedules and triggers create of a type."""
    for resource in facts.template.blocks("resource", type):
        for name in NAMES:
            names = names_in_environments(resource, facts.checkout, name)
            if names:
                yield _Named(".".join(resource.block.labels), names, gates(facts.template, resource))
    if type == DEFINITION:
        for task in facts.once(known_tasks):
            yield _Named(f'{DEFINITION}.{TASKS}["{task.key}"]', families(facts.template, task.key), ())
    yield from facts.once(_of_starts).get(type, ())


def _of_starts(facts: Facts) -> dict[str, list[_Named]]:
    """What the modules of schedules and triggers create, by type."""
    created: dict[str, list[_Named]] = {}
    for start in all_starts(facts.checkout):
        for type, names in names_from(start):
            created.setdefault(type, []).append(_Named(f"module.{start.label}", names, start.gates))
    return created
