"""The module calls that concern tasks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.files.layout import ENVIRONMENTS, TEMPLATE
from scaffold.pfml.all_starts import all_starts
from scaffold.pfml.environments import environment_names
from scaffold.pfml.references import infra_files
from scaffold.pfml.schedules import MODULE as SCHEDULER
from scaffold.pfml.triggers import MODULE as TRIGGER
from scaffold.terraform.folder import Folder, PlacedBlock, joined

BOOTSTRAP = "bin/bootstrap-env/ecs-tasks"
"""The folder that a new environment is copied from."""
MODULES = "infra/modules"
_WATCHED = (SCHEDULER, TRIGGER, "alarms_api")
_META = frozenset(("source", "version", "count", "for_each", "providers", "depends_on"))


class ModuleCall(NamedTuple):
    """A module block and the folder that it calls. subject: its name in an exceptions file, which is the environment or
    the module's label. task: the task that it starts, "" for none."""

    placed: PlacedBlock
    folder: str
    subject: str
    task: str

    def arguments(self) -> Iterator[hcl.Attribute]:
        return (argument for name, argument in self.placed.block.attributes.items() if name not in _META)


def module_calls(facts: Facts) -> tuple[ModuleCall, ...]:
    """All of them; with a focus, those that start its tasks."""
    return tuple(_module_calls(facts))


def _module_calls(facts: Facts) -> Iterator[ModuleCall]:
    for start in all_starts(facts.checkout):
        if facts.in_focus(start.task_name):
            module = SCHEDULER if start.kind == "schedule" else TRIGGER
            yield ModuleCall(start, f"{MODULES}/{module}", start.name, start.task_name)
    if not facts.focus:
        yield from _others(facts)


def _others(facts: Facts) -> Iterator[ModuleCall]:
    started = {start.location for start in all_starts(facts.checkout)}
    for path in (TEMPLATE, *_environment_folders(facts)):
        for call in calls_in(facts, path):
            if call.placed.location not in started:
                yield call
    for path in infra_files(facts.checkout):
        data = facts.checkout.read(path) or b""
        if not path.startswith((TEMPLATE, ENVIRONMENTS)) and any(name.encode() in data for name in _WATCHED):
            of_folder = calls_in(facts, path.rpartition("/")[0])
            yield from (
                call for call in of_folder if call.placed.path == path and call.folder.rpartition("/")[2] in _WATCHED
            )


def _environment_folders(facts: Facts) -> list[str]:
    names = [f"{ENVIRONMENTS}/{name}" for name in environment_names(facts.checkout)]
    return [*names, BOOTSTRAP] if facts.checkout.is_folder(BOOTSTRAP) else names


def calls_in(facts: Facts, path: str) -> Iterator[ModuleCall]:
    """The module calls in a folder whose source is a folder of the checkout."""
    for placed in Folder.of(facts.checkout, path).blocks("module"):
        call = _call(facts, placed, path)
        if call:
            yield call


def _call(facts: Facts, placed: PlacedBlock, path: str) -> ModuleCall | None:
    attribute = placed.block.attributes.get("source")
    source = Folder.of(facts.checkout).text(placed.path, attribute.value).strip('"') if attribute else ""
    if not source.startswith(".") or "${" in source:
        return None
    # The folder for new environments is read as if it were already copied to its destination.
    folder = joined(f"{ENVIRONMENTS}/new" if path == BOOTSTRAP else path, source)
    if not facts.checkout.is_folder(folder):
        return None
    if path == BOOTSTRAP:
        subject = "bootstrap-env"
    elif path.startswith(ENVIRONMENTS) and folder == TEMPLATE:
        subject = path.rpartition("/")[2]
    else:
        subject = placed.block.labels[0] if placed.block.labels else ""
    return ModuleCall(placed, folder, subject, "")
