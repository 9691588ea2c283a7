"""Changes the roles of a task: new ones, the secrets that the tool's own execution role may read, and the prefix that
the policy of the tool's own task role is about."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold import hcl
from scaffold.changes.parts.change import task
from scaffold.changes.parts.infra import role
from scaffold.changes.parts.infra.s3_policy import with_prefix
from scaffold.changes.parts.requests import Modification
from scaffold.changes.parts.task_roles import execution_role_resource
from scaffold.files.edit import Edit
from scaffold.files.plan import Plan
from scaffold.pfml.groups import given_to
from scaffold.pfml.iam.roles import Roles, own_role
from scaffold.pfml.tasks import require_task
from scaffold.spec.part_names import ROLE
from scaffold.terraform.folder import Folder
from scaffold.terraform.insertion import remove_block
from scaffold.terraform.items import remove_items
from scaffold.terraform.steps import Step, in_steps


def change(modification: Modification) -> list[Edit]:
    steps: list[Step] = [
        lambda checkout: role.add(modification.at(checkout).addition),
        lambda checkout: with_prefix(modification.at(checkout).addition, ROLE),
    ]
    unused = _unused_paths(modification)
    if unused:
        steps.append(lambda checkout: _without_paths(modification, unused, Folder.of(checkout)))
    return in_steps(modification.checkout, steps, ROLE)


def _unused_paths(modification: Modification) -> list[str]:
    """The SSM paths that the tool's own execution role need not read any more."""
    spec, folder = modification.spec, modification.folder
    label = execution_role_resource(spec.subject)
    if Roles.of(folder).label(own_role(folder, modification.task, "execution_role")) != label:
        return []
    if not (spec.subject.secrets or spec.removed_secrets or spec.removed_groups):
        return []
    plan = Plan(
        tuple(task.change(modification)), {modification.task.path: folder.checkout.require(modification.task.path)}
    )
    after = set(_paths(modification.task.name, Folder.of(folder.checkout.after(plan.outcome()))))
    return [path for path in _paths(modification.task.name, folder) if path not in after]


def _paths(name: str, folder: Folder) -> Iterator[str]:
    """The SSM paths of a task's secrets, as they are written."""
    for given in given_to(folder, require_task(folder, name)):
        if given.entry.secret:
            yield given.entry.inner


def _without_paths(modification: Modification, paths: list[str], folder: Folder) -> list[Edit]:
    """The policy of the tool's own execution role without some paths, and no policy if it has no other."""
    checkout, label = folder.checkout, f"{execution_role_resource(modification.spec.subject)}_secrets"
    document, policy = (
        folder.block(kind, type, label)
        for kind, type in (("data", "aws_iam_policy_document"), ("resource", "aws_iam_role_policy"))
    )
    statement = document.block.find("statement") if document else None
    listed = statement.attributes.get("resources") if statement else None
    if document is None or policy is None or listed is None or not isinstance(listed.value, hcl.Tuple):
        return []
    arns = {role.parameter_arn(folder, path) for path in paths}
    unused = [node for node in listed.value.items if folder.text(document.path, node) in arns]
    if len(unused) < len(listed.value.items):
        return remove_items(checkout, document.path, listed.value, unused, ROLE) if unused else []
    return [remove_block(checkout, placed.path, placed.block, ROLE) for placed in (policy, document)]
