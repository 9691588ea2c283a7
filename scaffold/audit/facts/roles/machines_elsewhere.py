"""Step functions that run tasks and whose definition is not in the template: those of other folders of infra/, such as
those of the API before May 2021, and those whose definition the environments pass, as until June 2021."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.folders import complete_folders_with
from scaffold.audit.facts.tasks.entries import known_tasks
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.environments import environment_names
from scaffold.pfml.iam.roles import Roles
from scaffold.pfml.machine_definitions import definitions_of
from scaffold.pfml.state_machines import MACHINE, runs_in, task_of
from scaffold.pfml.tasks import Task
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.json.values import Value

_VARIABLE = re.compile(r"var\.([\w-]+)")


class RunElsewhere(NamedTuple):
    """role: the label of the step function's role in its own folder."""

    folder: Folder
    machine: PlacedBlock
    role: str
    task: Task
    environment: str


def runs_elsewhere(facts: Facts) -> Iterator[RunElsewhere]:
    for folder in complete_folders_with(facts, MACHINE):
        for machine in folder.blocks("resource", MACHINE):
            if folder.path == TEMPLATE and not _VARIABLE.fullmatch(folder.attribute_text(machine, "definition")):
                continue
            role = Roles.of(folder).label(folder.attribute_text(machine, "role_arn"))
            for environment, document in _documents(facts, folder, machine) if role else ():
                for run in runs_in(machine.path, document):
                    task = task_of(facts.template, run.definition, facts.once(known_tasks))
                    if task:
                        yield RunElsewhere(folder, machine, role, task, environment)


def _documents(facts: Facts, folder: Folder, machine: PlacedBlock) -> Iterator[tuple[str, Value]]:
    """The definition in each environment: of the folder itself, or as its caller passes it."""
    attribute = machine.block.attributes.get("definition")
    passed = _VARIABLE.fullmatch(folder.attribute_text(machine, "definition"))
    for environment in environment_names(facts.checkout):
        place, path, value = folder, machine.path, attribute
        if passed:
            place = Folder.of(facts.checkout, f"{folder.path.rpartition('/')[0]}/environments/{environment}")
            call = next(place.modules(folder.path.rpartition("/")[2]), None)
            path, value = (call.path, call.block.attributes.get(passed[1])) if call else ("", None)
        for definition in definitions_of(place, path, value.value) if value else ():
            yield from (
                (environment, rendered.document)
                for rendered in definition.rendered()
                if isinstance(rendered.document, Value)
            )
