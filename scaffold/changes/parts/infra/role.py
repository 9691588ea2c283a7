"""The IAM roles: the task role (what the program may do) and the execution role (what ECS may read to start it)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from scaffold import hcl
from scaffold.changes.parts.infra import pass_role
from scaffold.changes.parts.infra.role_banner import with_banner
from scaffold.changes.parts.infra.role_removal import removed_roles
from scaffold.changes.parts.infra.role_rename import belonging, depends_on_name, has_role, renamed_role
from scaffold.changes.parts.infra.s3_policy import add_write, policy_resource, rendered, triggering_objects
from scaffold.changes.parts.infra.trigger_role import trigger_role
from scaffold.changes.parts.requests import Addition, Removal, Renaming
from scaffold.changes.parts.role_names import (
    EXECUTION_ROLE,
    PREFIX,
    TASK_ROLE,
    default_name,
    option_of,
    renamed_default,
    role_name,
)
from scaffold.changes.parts.task_roles import execution_role_resource, task_role_resource
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit, Place
from scaffold.pfml.environments import environment_names
from scaffold.pfml.groups import secret_paths
from scaffold.pfml.iam.rights import unreadable
from scaffold.pfml.iam.roles import (
    ATTRIBUTES,
    Roles,
    assume_role_policy,
    default_execution_role,
    links_of,
    own_role,
    role_resource,
)
from scaffold.pfml.tasks import Task, all_tasks
from scaffold.rendering.literals import hcl_string
from scaffold.rendering.render import snippet
from scaffold.spec import part_names
from scaffold.spec.naming import Naming
from scaffold.spec.specs import Subject
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.insertion import add_block
from scaffold.terraform.items import add_items

PART = part_names.ROLE
TEMPLATES: tuple[str, ...] = (
    *("snippets/task_role.tf", "snippets/execution_role.tf"),
    *("snippets/s3_policy.tf", "snippets/secrets_policy.tf"),
    "snippets/role_banner.tf",
)
RECREATED = "its IAM roles"
_NAME = re.compile(r'(?m)^ *name += +"(.*)"$')


def add(addition: Addition) -> list[Edit]:
    checkout, folder = addition.checkout, addition.folder
    pieces: list[tuple[str, str, str]] = []
    if addition.roles.new_task:
        pieces += _task_role(addition)
    if addition.roles.new_execution:
        pieces += execution_role_pieces(addition)
    edits, new = list[Edit](), dict[str, str]()
    role: PlacedBlock | None = None
    for type, label, piece in pieces:
        existing = folder.block("resource", type, label)
        if type == "aws_iam_role":
            role = existing
        if existing is None and role:
            if not label.endswith("_secrets") or _unreadable(addition.spec, folder):
                edits.append(_behind_policies(folder, role, piece))
            continue
        if existing is None:
            new[label] = piece
            continue
        if type == "aws_iam_role":
            _check_same_name(folder, existing, piece)
        edits += _missing_secrets(addition.spec, folder, label)
        edits.append(checkout.unchanged(*existing.location, PART))
    if new:
        edits.append(_with_banner(addition, new))
    edits += add_write(addition, PART)
    names_of_new = {label: name[1] for _, label, piece in pieces if (name := _NAME.search(piece))}
    return edits + pass_role.add(addition, names_of_new, PART)


def _with_banner(addition: Addition, new: Mapping[str, str]) -> Edit:
    """New pieces by their labels: the task role in front of an execution role that is there already."""
    folder, execution = addition.folder, execution_role_resource(addition.spec)
    is_of_task = not any(label.startswith(execution) for label in new)
    before = folder.block("resource", "aws_iam_role", execution) if is_of_task else None
    return with_banner(folder, addition.spec.name, "\n\n".join(new.values()), PART, before)


def find(task: Task, checkout: Checkout) -> list[Place]:
    return [role.location for role in _of_task(task, Folder.of(checkout)).values()]


def remove(removal: Removal) -> list[Edit]:
    """The roles that removed parts refer to and nothing else uses, with their policies and the documents of these."""
    edits = removed_roles(removal, PART)
    added = trigger_role(removal) if removal.chosen else None
    if added and added.reason:
        edits.append(removal.checkout.keep(*added.role.location, PART, added.reason, added.witness))
    return edits


def rename(renaming: Renaming) -> list[Edit]:
    """The roles of the task that have the names the tool gives them and that no other task has, with their policies."""
    naming, folder, edits = renaming.naming, renaming.folder, list[Edit]()
    for attribute, role in _of_task(renaming.task, folder).items():
        resource, name = role.block.labels[1], folder.attribute_text(role, "name").strip('"')
        usual, named = default_name(folder, naming.old, attribute, resource), naming
        of_tool = (f"{naming.old_slug}_{attribute}", PREFIX + usual)
        others = [task.key for task in all_tasks(folder) if task.key != naming.key and has_role(folder, task, role)]
        if naming.in_name(name) == name and naming.in_identifier(resource) == resource:
            continue
        why, place = ("its name was chosen by hand", None) if (resource, name) != of_tool else ("", None)
        if others:
            why = f"also the role of {others[0]}"
        elif not why:
            named = _named(naming, attribute, usual, folder)
            why, place = depends_on_name(named, role, folder, PART)
        if why:
            reason = f"{resource} stays, since AWS would replace it: {why}"
            edits.append(folder.checkout.keep(*role.location, PART, reason, place))
        else:
            edits += renamed_role(naming, named, folder, role, PART)
    return edits


def _named(naming: Naming, attribute: str, name: str, folder: Folder) -> Naming:
    """The old and new name of a role; the task's, unless one of them is shortened."""
    new = renamed_default(folder, naming.new, attribute)
    return naming if naming.in_name(name) == new else Naming(name, new)


def _of_task(task: Task, folder: Folder) -> dict[str, PlacedBlock]:
    """The `aws_iam_role`s that a task has, by the attribute that sets them."""
    roles = {}
    for attribute in ATTRIBUTES:
        resource = Roles.of(folder).label(own_role(folder, task, attribute))
        role = folder.block("resource", "aws_iam_role", resource) if resource else None
        if role is not None:
            roles[attribute] = role
    return roles


def _behind_policies(folder: Folder, role: PlacedBlock, text: str) -> Edit:
    """Another policy of a role that exists, behind the last one in its file, where readers look for it."""
    last = max((own.block for own in belonging(folder, role, PART) if own.path == role.path), key=lambda own: own.end)
    return add_block(folder.checkout, role.path, last, text, PART)


def _missing_secrets(spec: Subject, folder: Folder, label: str) -> list[Edit]:
    """The secrets that an existing execution role may not read yet."""
    resource = execution_role_resource(spec)
    document = folder.block("data", "aws_iam_policy_document", label)
    if label != f"{resource}_secrets" or document is None:
        return []
    statement = document.block.find("statement")
    listed = statement.attributes.get("resources") if statement else None
    paths = _unreadable(spec, folder)
    if not paths or listed is None or not isinstance(listed.value, hcl.Tuple):
        return []
    arns = [f"      {parameter_arn(folder, path)}" for path in paths]
    return add_items(folder.checkout, document.path, listed.value, arns, PART)


def _unreadable(spec: Subject, folder: Folder) -> list[str]:
    """The paths of a task's secrets that its own execution role, which exists, may not read yet."""
    paths = secret_paths(spec, folder), environment_names(folder.checkout)
    return list(dict.fromkeys(path for path, _ in unreadable(folder, execution_role_resource(spec), *paths)))


def _task_role(addition: Addition) -> list[tuple[str, str, str]]:
    """The pieces as type and label of the resource in each, and its text."""
    spec, folder = addition.spec, addition.folder
    resource = task_role_resource(spec)
    name = role_name(addition, TASK_ROLE)
    values = {
        "resource": resource,
        "role_name": name,
        "name": spec.name,
        "assume_role_policy": assume_role_policy(folder),
    }
    pieces = [("aws_iam_role", resource, snippet("task_role.tf", folder.checkout, **values))]
    if spec.trigger:
        text = rendered(folder.checkout, values, triggering_objects(folder, spec.trigger), spec.trigger.write)
        pieces.append(("aws_iam_role_policy", policy_resource(resource), text))
    return pieces


def execution_role_pieces(addition: Addition) -> list[tuple[str, str, str]]:
    """The new execution role, and the policy for its secrets if it needs one: type, label and text of each."""
    spec, folder = addition.spec, addition.folder
    resource = execution_role_resource(spec)
    name = role_name(addition, EXECUTION_ROLE)
    default = role_resource(default_execution_role(folder))
    rights = links_of(folder, default)
    paths = _paths(spec, folder, default)
    values = {"resource": resource, "role_name": name, "name": spec.name}
    text = snippet(
        "execution_role.tf",
        folder.checkout,
        **values,
        paths=paths,
        assume_role_policy=assume_role_policy(folder),
        default_policies=_texts(folder, rights, "policy"),
        default_attachments=_texts(folder, rights, "policy_arn"),
    )
    pieces = [("aws_iam_role", resource, text)]
    if paths:
        arns = [parameter_arn(folder, path) for path in paths]
        text = snippet("secrets_policy.tf", folder.checkout, **values, arns=arns)
        pieces.append(("aws_iam_role_policy", f"{resource}_secrets", text))
    return pieces


def _texts(folder: Folder, links: Sequence[PlacedBlock], attribute: str) -> list[str]:
    return [text for link in links if (text := folder.attribute_text(link, attribute))]


def _paths(spec: Subject, folder: Folder, default: str) -> list[str]:
    """The SSM paths that the role needs: the task's own, and those of its groups that the default role may not read."""
    of_groups = [
        path for path, _ in unreadable(folder, default, secret_paths(spec, folder), environment_names(folder.checkout))
    ]
    return list(dict.fromkeys([*(hcl_string(secret.path) for secret in spec.secrets), *of_groups]))


def parameter_arn(folder: Folder, path: str) -> str:
    """IAM: arn:aws:ssm:REGION:ACCOUNT:parameter/PATH, with the path's own leading slash."""
    prefix = folder.local("ssm_arn_prefix")
    if (
        prefix
        and path.startswith("/service/")
        and folder.expand(prefix[0], prefix[1].value, {}).endswith(":parameter/service")
    ):
        return f'"${{local.ssm_arn_prefix}}/{path.removeprefix("/service/")}"'
    region = "${data.aws_region.current.name}" if folder.block("data", "aws_region", "current") else "*"
    account = "*"
    if folder.block("data", "aws_caller_identity", "current"):
        account = "${data.aws_caller_identity.current.account_id}"
    return f'"arn:aws:ssm:{region}:{account}:parameter{path}"'


def _check_same_name(folder: Folder, existing: PlacedBlock, wanted: str) -> None:
    label, attribute = (
        existing.block.labels[1],
        EXECUTION_ROLE if existing.block.labels[1].endswith(EXECUTION_ROLE) else TASK_ROLE,
    )
    name = re.search(r'name +?= "(.*)"', wanted)
    has = folder.attribute_text(existing, "name")
    if name and has != f'"{name[1]}"':
        raise Refusal(
            f'aws_iam_role.{label} is named {has}, but you asked for "{name[1]}"',
            place=folder.checkout.place(*existing.location),
            option=option_of(attribute),
            instead=f"Use it with --{attribute.replace('_', '-')} {label}, or choose the name that it has.",
        )
