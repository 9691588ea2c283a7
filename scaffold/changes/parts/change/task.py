"""Changes the entry of `locals.tasks`: its size, its roles and its environment."""

from __future__ import annotations

from scaffold import hcl
from scaffold.changes.parts.change import environment
from scaffold.changes.parts.change.literal import is_number, not_literal
from scaffold.changes.parts.infra.task import SIZES, added
from scaffold.changes.parts.requests import Modification
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.pfml.iam.roles import default_execution_role
from scaffold.pfml.tasks import Task, require_task
from scaffold.spec.part_names import TASK
from scaffold.terraform.folder import Folder
from scaffold.terraform.items import remove_items
from scaffold.terraform.steps import Step, in_steps, set_value


def change(modification: Modification) -> list[Edit]:
    wanted = _wanted(modification)
    steps: list[Step] = [_attribute(modification, name, value) for name, value in wanted.items()]
    steps += environment.steps(modification)
    if not steps:
        return []
    task, checkout = modification.task, modification.checkout
    edits = in_steps(checkout, steps, TASK)
    return edits or [checkout.unchanged(task.path, task.entry.start, TASK)]


def _wanted(modification: Modification) -> dict[str, str]:
    """The attributes that were asked for, as Terraform; "" for one that is to have its default."""
    spec, roles = modification.spec, modification.addition.roles
    wanted = {}
    if spec.subject.task_role:
        wanted["task_role"] = roles.task
    if spec.subject.execution_role:
        default = default_execution_role(modification.folder)
        wanted["execution_role"] = roles.execution if roles.execution != default else ""
    for name, number in (("cpu", spec.cpu), ("memory", spec.memory)):
        if number is not None:
            wanted[name] = str(number or "")
    return wanted


def _attribute(modification: Modification, name: str, value: str) -> Step:
    def step(checkout: Checkout) -> list[Edit]:
        folder = Folder.of(checkout)
        task = require_task(folder, modification.task.name)
        attribute = task.attribute(folder, name)
        if attribute is None:
            return added(checkout, task, name, f"{name} = {value}") if value else []
        has = folder.text(task.path, attribute.value)
        if has.strip('"') == value:
            return []
        _check(folder, task, name, attribute)
        if not value:
            return remove_items(checkout, task.path, task.value, [attribute], TASK)
        text = f'"{value}"' if name in SIZES and has.startswith('"') else value
        return set_value(checkout, task.path, attribute.value, text, TASK)

    return step


def _check(folder: Folder, task: Task, name: str, attribute: hcl.Item) -> None:
    """Raise Refusal for a value that may be more than one."""
    node = attribute.value
    plain = is_number(folder, task.path, node) if name in SIZES else isinstance(node, hcl.Reference | hcl.Template)
    if not plain and folder.text(task.path, node) != "null":
        option = f"--{name.replace('_', '-')}"
        raise not_literal(folder, task.path, node, f"{name} of the task {task.name!r}", option)
