"""What schedules and triggers share: their roles, and how they are renamed."""

from __future__ import annotations

from collections.abc import Sequence

from scaffold.changes.parts.infra.uses import rename_address, rename_inside, rename_label
from scaffold.changes.parts.task_roles import TaskRoles
from scaffold.files.edit import Edit
from scaffold.pfml.limits import check_folder
from scaffold.pfml.starts import Start
from scaffold.spec.naming import Naming
from scaffold.terraform.folder import Folder, PlacedBlock


def rename_start(naming: Naming, folder: Folder, found: Start, others: Sequence[Start], part: str) -> list[Edit]:
    """The `task_name` of a schedule or a trigger that holds its task's name, and then the label of the module.

    With another label and the same `task_name` Terraform would make what bears that name before it is gone.
    """
    checkout, name = folder.checkout, found.given_name
    attribute, label = found.block.attributes.get("task_name"), found.block.labels[0]
    edits = rename_inside(naming, checkout, found.path, attribute.value, part) if attribute else []
    if not edits:
        return [checkout.keep(found.path, found.block.start, part, f"{name} is not named after the task")]
    new_name, new_label = naming.in_name(name), naming.in_identifier(label)
    check_folder(Folder.of(checkout, f"infra/modules/{found.module}"), naming.new, {"task_name": new_name}, "NEW")
    for start in others:
        if start.given_name == new_name != name:
            raise naming.taken(f"a {part} is named {new_name!r} already", checkout.place(start.path, start.block.start))
    for other in folder.blocks("module"):
        if other.block.labels[0] == new_label != label:
            raise naming.taken(
                f"the module {new_label!r} is there already", checkout.place(other.path, other.block.start)
            )
    if new_label != label:
        edits += rename_label(checkout, found, 0, new_label, part)
        edits += rename_address(checkout, f"module.{label}", new_label, part)
    return edits


def pass_on(folder: Folder, found: PlacedBlock, roles: TaskRoles, part: str) -> list[Edit]:
    """Have a schedule or a trigger pass on the task's own roles."""
    checkout, attributes = folder.checkout, found.block.attributes
    edits = []
    for name, wanted in (("ecs_task_executor_role", roles.execution), ("ecs_task_role", roles.task)):
        has = folder.attribute_text(found, name)
        if has and wanted and has != wanted:
            value = attributes[name].value
            edits.append(checkout.replace(found.path, value.start, value.end, wanted, part))
    if roles.task and "ecs_task_role" not in attributes:
        edits += insert_task_role(folder, found, roles.task, part)
    return edits


def insert_task_role(folder: Folder, found: PlacedBlock, wanted: str, part: str) -> list[Edit]:
    """The task role that a schedule or a trigger lacks, below the execution role and in its column."""
    before = found.block.attributes.get("ecs_task_executor_role")
    if before is None:
        return []
    data = folder.checkout.require(found.path)
    line = data.rfind(b"\n", 0, before.start) + 1
    indent = before.start - line
    column = data.index(b"=", before.start) - line
    text = f"\n{' ' * indent}{'ecs_task_role':<{column - indent}}= {wanted}"
    # Behind a comment that stands on the line.
    end = data.find(b"\n", before.end)
    end = len(data) if end < 0 else end - data[:end].endswith(b"\r")
    return [folder.checkout.insert(found.path, end, text, part)]
