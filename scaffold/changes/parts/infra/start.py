"""What schedules and triggers share: their roles, and how they are renamed."""

from __future__ import annotations

from collections.abc import Sequence

from scaffold.aws.names import same_form, task_name_problem
from scaffold.changes.parts.infra.uses import rename_address, rename_inside, rename_label
from scaffold.changes.parts.task_roles import TaskRoles
from scaffold.files.edit import Edit, Place
from scaffold.pfml.all_starts import all_starts
from scaffold.pfml.iam.roles import Roles
from scaffold.pfml.limits import check_folder, fits_folder
from scaffold.pfml.lookups import lookup_of_start
from scaffold.pfml.references import first_reference
from scaffold.pfml.starts import Start
from scaffold.pfml.tasks import find_task
from scaffold.spec.naming import Naming
from scaffold.terraform.folder import Folder, PlacedBlock


def rename_start(naming: Naming, folder: Folder, start: Start, others: Sequence[Start], part: str) -> list[Edit]:
    """The `task_name` of a schedule or a trigger that contains its task's name, and only with it the module's label.

    With a new label and the same `task_name`, Terraform would create resources before it deletes those of that name.
    """
    checkout, name = folder.checkout, start.given_name
    attribute, label = start.block.attributes.get("task_name"), start.block.labels[0]
    edits = rename_inside(naming, checkout, start.path, attribute.value, part) if attribute else []
    if not edits:
        return [checkout.keep(*start.location, part, f"{name} is not named after the task")]
    looked_up = lookup_of_start(start)
    if looked_up:
        reason = f"{name} stays: {looked_up[0].address} looks up its {looked_up[1]} by name"
        return [checkout.keep(*start.location, part, reason, looked_up[0].placed.location)]
    new_name, new_label = naming.in_name(name), naming.in_identifier(label)
    definition = Folder.of(checkout, f"infra/modules/{start.module}")
    check_folder(definition, naming.new, {"task_name": new_name}, "NEW", lambda shorter: _fits(naming, shorter, folder))
    for taken in others:
        if same_form(taken.given_name, new_name) and not same_form(taken.given_name, name):
            what = f"another {part} is already named {taken.given_name!r}"
            raise naming.taken(what, checkout.place(*taken.location))
    for module in folder.blocks("module"):
        if module.block.labels[0] == new_label != label:
            what = f"the module {new_label!r} already exists"
            raise naming.taken(what, checkout.place(*module.location))
    if new_label != label:
        edits += rename_label(checkout, start, 0, new_label, part)
        edits += rename_address(checkout, f"module.{label}", new_label, part)
    return edits


def use_of(start: Start, removed: Sequence[Edit]) -> Place | None:
    """Where something still uses a schedule or a trigger after the edits: a reference, or a look-up by name."""
    used = first_reference(start.folder.checkout, f"module.{start.label}", removed)
    looked_up = None if used else lookup_of_start(start)
    return looked_up[0].placed.location if looked_up else used


def _fits(naming: Naming, new: str, folder: Folder) -> bool:
    """Whether the task could have another new name, also in the names of all of its schedules and triggers."""
    shorter = naming._replace(new=new)
    return (
        task_name_problem(new) is None
        and find_task(folder, new) is None
        and all(
            fits_folder(
                Folder.of(folder.checkout, f"infra/modules/{start.module}"),
                new,
                {"task_name": shorter.in_name(start.given_name)},
            )
            for start in all_starts(folder.checkout)
            if start.task_key == naming.key
        )
    )


def pass_on(folder: Folder, start: PlacedBlock, roles: TaskRoles, part: str) -> list[Edit]:
    """Have a schedule or a trigger pass on the task's own roles."""
    checkout, attributes, identity = folder.checkout, start.block.attributes, Roles.of(folder).identity
    edits = []
    for name, wanted in (("ecs_task_executor_role", roles.passed_execution), ("ecs_task_role", roles.passed_task)):
        has = folder.attribute_text(start, name)
        if has and wanted and has != wanted and (identity(has) is None or identity(has) != identity(wanted)):
            value = attributes[name].value
            edits.append(checkout.replace(start.path, value.start, value.end, wanted, part))
    if roles.passed_task and "ecs_task_role" not in attributes:
        edits += insert_task_role(folder, start, roles.passed_task, part)
    return edits


def insert_task_role(folder: Folder, start: PlacedBlock, wanted: str, part: str) -> list[Edit]:
    """The missing task role of a schedule or a trigger, below the execution role and in its column."""
    before = start.block.attributes.get("ecs_task_executor_role")
    if before is None:
        return []
    data = folder.checkout.require(start.path)
    line = data.rfind(b"\n", 0, before.start) + 1
    indent = before.start - line
    column = data.index(b"=", before.start) - line
    text = f"\n{' ' * indent}{'ecs_task_role':<{column - indent}}= {wanted}"
    # After a comment on the same line.
    end = data.find(b"\n", before.end)
    end = len(data) if end < 0 else end - data[:end].endswith(b"\r")
    return [folder.checkout.insert(start.path, end, text, part)]
