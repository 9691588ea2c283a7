"""`--like`: the groups, size and roles of another task."""

from __future__ import annotations

from dataclasses import replace

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.pfml.groups import group_expressions
from scaffold.pfml.iam.roles import by_reference, own_role
from scaffold.pfml.tasks import Task, require_task, takes_environment
from scaffold.spec.specs import DATABASE, TaskSpec
from scaffold.terraform.folder import Folder


def with_like(spec: TaskSpec, checkout: Checkout) -> TaskSpec:
    """The spec with the groups, CPU, memory and roles of the task in `--like`, unless other options set them.

    Raises Refusal for a task that the checkout does not have, or whose environment cannot be carried over.
    """
    if not spec.like:
        return spec
    folder = Folder.of(checkout)
    model = require_task(folder, spec.like, "--like")
    for name in ("containers_template", "vars"):
        if model.attribute(folder, name) and not takes_environment(folder):
            raise Refusal(
                f"that task has {name}, which cannot be carried over",
                option="--like",
                value=spec.like,
                instead="Use --cpu, --memory and the options for roles instead.",
            )
    changes: dict[str, object] = {}
    if not [group for group in spec.groups if not (spec.database and group == DATABASE)]:
        groups, raw = _groups(folder, model)
        changes |= {
            "groups": (*[group for group in spec.groups if group not in groups], *groups),
            "group_expressions": raw,
        }
    for name in ("cpu", "memory"):
        if getattr(spec, name) is None and (text := model.text(folder, name).strip('"')).isdigit():
            changes[name] = int(text)
    if not spec.task_role:
        changes["task_role_expression"] = _role(folder, model, "task_role")
    if not spec.execution_role:
        changes["execution_role_expression"] = _role(folder, model, "execution_role")
    return replace(spec, **changes)  # type: ignore[arg-type]


def _groups(folder: Folder, model: Task) -> tuple[tuple[str, ...], tuple[str, ...]]:
    texts = group_expressions(folder, model)
    plain = tuple(text.removeprefix("local.") for text in texts if text.removeprefix("local.").isidentifier())
    return plain, tuple(text for text in texts if text.removeprefix("local.") not in plain)


def _role(folder: Folder, model: Task, attribute: str) -> str:
    return by_reference(folder, own_role(folder, model, attribute))
