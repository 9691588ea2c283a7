"""The name of a task definition in AWS, its family."""

from __future__ import annotations

from scaffold.aws import names
from scaffold.errors import Refusal
from scaffold.files.edit import Place
from scaffold.pfml.limits import check
from scaffold.pfml.lookups import families, in_same_plan, lookups_of
from scaffold.pfml.tasks import Task
from scaffold.spec.naming import Naming
from scaffold.terraform.folder import Folder


def check_family(key: str, name: str, folder: Folder, option: str) -> None:
    """Raise Refusal if the name is too long for AWS."""
    definition = folder.block("resource", "aws_ecs_task_definition", "ecs_tasks")
    if definition is None:
        return
    key = folder.expand_text(key, {})
    inner = folder.attribute_text(definition, "family").strip('"')
    limit = names.LIMITS["aws_ecs_task_definition", "family"]
    check(folder, [(inner, "aws_ecs_task_definition", limit)], name, {"each.key": key}, option)


def check_lookups(naming: Naming, folder: Folder) -> None:
    """Raise Refusal for a data source that would be read before the task definition has its new name."""
    for lookup in lookups_of(folder.checkout, "aws_ecs_task_definition", families(folder, naming.key), naming.old):
        if in_same_plan(lookup.placed.path):
            raise Refusal(
                f"{lookup.address} looks up the task definition by its name, before Terraform creates it under the "
                "new name",
                option="NEW",
                value=naming.new,
                place=folder.checkout.place(*lookup.placed.location),
                instead=f'Use aws_ecs_task_definition.ecs_tasks["{naming.key}"] there first.',
            )


def lookup_elsewhere(folder: Folder, task: Task) -> Place | None:
    """Where a data source outside of the template looks up the task definition."""
    names_by_environment = families(folder, task.key)
    for lookup in lookups_of(folder.checkout, "aws_ecs_task_definition", names_by_environment, task.own_name):
        if lookup.folder.path != folder.path:
            return lookup.placed.location
    return None
