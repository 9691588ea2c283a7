"""What an execution role may no longer read once secrets are taken out of a task: the paths that the tool has added for
them in a policy of its own."""

from __future__ import annotations

from scaffold import hcl
from scaffold.changes.parts.infra.role import parameter_arn
from scaffold.changes.parts.requests import Modification
from scaffold.changes.parts.task_roles import execution_role_resource
from scaffold.files.edit import Edit
from scaffold.pfml.groups import given_to
from scaffold.pfml.iam.roles import Roles, own_role
from scaffold.pfml.tasks import Task, all_tasks
from scaffold.spec.part_names import ROLE
from scaffold.terraform.insertion import remove_block
from scaffold.terraform.items import remove_items


def without_paths(modification: Modification) -> list[Edit]:
    """The policy without the paths of the secrets that are taken out, or no policy if it allows nothing else."""
    folder, checkout = modification.folder, modification.checkout
    label = execution_role_resource(modification.spec.subject)
    policy = folder.block("resource", "aws_iam_role_policy", f"{label}_secrets")
    document = folder.block("data", "aws_iam_policy_document", f"{label}_secrets")
    if not modification.spec.removed_secrets or policy is None or document is None:
        return []
    statements = [block for block in document.block.blocks if block.type == "statement"]
    listed = statements[0].attributes.get("resources") if len(statements) == 1 else None
    if listed is None or not isinstance(listed.value, hcl.Tuple):
        return []
    paths = _unused_paths(modification, label)
    arns = {parameter_arn(folder, path) for path in paths}
    nodes = list(listed.value.children())
    removed = [node for node in nodes if folder.text(document.path, node) in arns]
    if removed and len(removed) == len(nodes):
        return [remove_block(checkout, placed.path, placed.block, ROLE) for placed in (policy, document)]
    return remove_items(checkout, document.path, listed.value, removed, ROLE)


def _unused_paths(modification: Modification, label: str) -> set[str]:
    """The paths of the secrets that are taken out, except for those that a task with this role still reads."""
    spec, folder = modification.spec, modification.folder
    kept = {secret.path for secret in spec.subject.secrets}
    removed = set[str]()
    for task in all_tasks(folder):
        if Roles.of(folder).label(own_role(folder, task, "execution_role")) == label:
            for name, path in _secrets(modification, task):
                is_taken_out = task.key == modification.task.key and name in spec.removed_secrets
                (removed if is_taken_out else kept).add(path)
    return removed - kept


def _secrets(modification: Modification, task: Task) -> list[tuple[str, str]]:
    given = given_to(modification.folder, task)
    return [(variable.entry.name, variable.entry.inner) for variable in given if variable.entry.secret]
