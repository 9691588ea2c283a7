"""The IAM roles: the task role (what the program may do) and the execution role (what ECS may read to start it)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scaffold import hcl
from scaffold.aws import names
from scaffold.changes.parts.infra.role_rename import POLICY, has_role, renamed_role
from scaffold.changes.parts.infra.task_roles import execution_role_resource, roles_of, task_role_resource
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.environments import environment_names
from scaffold.pfml.groups import secret_paths
from scaffold.pfml.iam.rights import unreadable
from scaffold.pfml.iam.roles import (
    Roles,
    assume_role_policy,
    default_execution_role,
    links_of,
    own_role,
    role_resource,
)
from scaffold.pfml.limits import check
from scaffold.pfml.references import first_reference, places, template_files
from scaffold.pfml.tasks import all_tasks, find_task
from scaffold.pfml.triggers import bucket_reference
from scaffold.rendering.literals import hcl_string
from scaffold.rendering.render import snippet
from scaffold.spec import part_names
from scaffold.spec.naming import Naming
from scaffold.spec.specs import Subject
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.insertion import add_items, remove_block

PART = part_names.ROLE
FILE = f"{TEMPLATE}/iam.tf"
_ROLE = re.compile(r"(?<![\w.-])aws_iam_role\.([\w-]+)")
_PREFIX = "${local.app_name}-${var.environment_name}-"


def add(spec: Subject, checkout: Checkout) -> list[Edit]:
    folder = Folder.of(checkout)
    roles = roles_of(spec, folder)
    pieces: list[tuple[str, str, str]] = []
    if roles.new_task:
        pieces += _task_role(spec, folder)
    if roles.new_execution:
        pieces += _execution_role(spec, folder)
    edits, text = [], []
    for type, label, piece in pieces:
        found = folder.block("resource", type, label)
        if found is None:
            text.append(piece)
            continue
        if type == "aws_iam_role":
            _same_name(folder, label, piece)
        edits += _missing_secrets(spec, folder, label)
        edits.append(checkout.unchanged(found.path, found.block.start, PART))
    if text:
        edits.append(checkout.append(FILE, "\n\n".join(text), PART))
    return edits


def remove(checkout: Checkout, gone: Sequence[Edit]) -> list[Edit]:
    """The roles that what has gone named and nothing else uses, with their policies and what these were made from."""
    folder = Folder.of(checkout)
    default = role_resource(default_execution_role(folder))
    edits: list[Edit] = []
    for name in _named(checkout, gone, _ROLE):
        found = folder.block("resource", "aws_iam_role", name)
        if found is None or name == default:
            continue
        whole = [found, *links_of(folder, name)]
        blocks = [remove_block(checkout, one.path, one.block, PART) for one in whole]
        used = _used(checkout, whole, [*gone, *edits, *blocks]) or _named_elsewhere(folder, found, [*gone, *blocks])
        if used:
            edits.append(checkout.keep(found.path, found.block.start, PART, f"{name} is still used", used))
        else:
            edits += blocks
    return edits + _orphans(folder, [*gone, *edits])


def rename(naming: Naming, checkout: Checkout) -> list[Edit]:
    """The roles of a task that are named as the tool names them and no other task has, with their policies."""
    folder, edits = Folder.of(checkout), []
    task = find_task(folder, naming.old)
    for attribute, tail in (("task_role", ""), ("execution_role", "-execution-role")):
        resource = Roles.of(folder).label(own_role(folder, task, attribute)) if task else ""
        found = folder.block("resource", "aws_iam_role", resource) if resource else None
        if found is None:
            continue
        name = folder.attribute_text(found, "name").strip('"')
        of_tool = (f"{naming.old_slug}_{attribute}", f"{_PREFIX}ecs-tasks-{naming.old}{tail}")
        others = [one.key for one in all_tasks(folder) if one.key != naming.key and has_role(folder, one, found)]
        if (resource, name) == of_tool and not others:
            edits += renamed_role(naming, folder, found, PART)
        elif naming.in_name(name) != name or naming.in_identifier(resource) != resource:
            why = f"also the role of {others[0]}" if others else "its name was chosen by hand"
            reason = f"{resource} stays, since AWS would replace it: {why}"
            edits.append(checkout.keep(found.path, found.block.start, PART, reason))
    return edits


def _orphans(folder: Folder, gone: Sequence[Edit]) -> list[Edit]:
    """The policies and documents that only what has gone referred to, until there is no other."""
    checkout = folder.checkout
    edits: list[Edit] = []
    for address in _named(checkout, [edit for edit in gone if edit.part == PART], POLICY):
        *kind, type, name = address.split(".")
        found = folder.block("data" if kind else "resource", type, name)
        block = remove_block(checkout, found.path, found.block, PART) if found else None
        if block and block not in gone and first_reference(checkout, address, [*gone, *edits, block]) is None:
            edits.append(block)
    return edits + _orphans(folder, [*gone, *edits]) if edits else []


def _named(checkout: Checkout, gone: Sequence[Edit], pattern: re.Pattern[str]) -> list[str]:
    """What matches in the text that goes, each once."""
    texts = [checkout.require(edit.path)[edit.start : edit.end].decode() for edit in gone if edit.changes]
    return list(dict.fromkeys(match for text in texts for match in pattern.findall(text)))


def _used(checkout: Checkout, whole: Sequence[PlacedBlock], gone: Sequence[Edit]) -> tuple[str, int] | None:
    """Where something else refers to a role or to one of its policies."""
    addresses = [".".join(one.block.labels) for one in whole]
    places = (first_reference(checkout, address, gone) for address in addresses)
    return next((place for place in places if place), None)


def _named_elsewhere(folder: Folder, found: PlacedBlock, gone: Sequence[Edit]) -> tuple[str, int] | None:
    """Where the role is meant by its name, as in an ARN or by a data source."""
    name = folder.attribute_text(found, "name").strip('"').rpartition("}")[2]
    if not name.startswith("-"):
        return None
    checkout, pattern = folder.checkout, re.compile(rb"[}\w]%s(?![\w-])" % re.escape(name.encode()))
    return next(places(checkout, template_files(checkout), pattern, gone), None)


def _missing_secrets(spec: Subject, folder: Folder, label: str) -> list[Edit]:
    """What an execution role that was made before may not read yet."""
    resource = execution_role_resource(spec)
    document = folder.block("data", "aws_iam_policy_document", label)
    if label != f"{resource}_secrets" or document is None:
        return []
    statement = document.block.find("statement")
    listed = statement.attributes.get("resources") if statement else None
    paths = unreadable(folder, resource, secret_paths(spec, folder), environment_names(folder.checkout))
    if not paths or listed is None or not isinstance(listed.value, hcl.Tuple):
        return []
    arns = [f"      {_parameter_arn(folder, path)}" for path in dict.fromkeys(path for path, _ in paths)]
    return add_items(folder.checkout, document.path, listed.value, arns, PART)


def role_name(spec: Subject, execution: bool, both: bool) -> str:
    """A new role's name behind the prefix that all have."""
    if spec.role_name:
        return f"{spec.role_name}-execution-role" if execution and both else spec.role_name
    return f"ecs-tasks-{spec.name}-execution-role" if execution else f"ecs-tasks-{spec.name}"


def _task_role(spec: Subject, folder: Folder) -> list[tuple[str, str, str]]:
    """The pieces as (type, label, text) of the resource that stands for each."""
    resource = task_role_resource(spec)
    name = _checked_name(spec, folder, resource, execution=False)
    values = {
        "resource": resource,
        "role_name": name,
        "name": spec.name,
        "assume_role_policy": assume_role_policy(folder),
    }
    pieces = [("aws_iam_role", resource, snippet("task_role.tf", folder.checkout, **values))]
    if spec.trigger:
        bucket = bucket_reference(folder, spec.trigger.bucket)
        prefix = hcl_string(spec.trigger.prefix)
        text = snippet("s3_policy.tf", folder.checkout, **values, bucket=bucket, prefix=prefix)
        pieces.append(("aws_iam_role_policy", f"{resource}_s3", text))
    return pieces


def _execution_role(spec: Subject, folder: Folder) -> list[tuple[str, str, str]]:
    resource = execution_role_resource(spec)
    name = _checked_name(spec, folder, resource, execution=True)
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
        arns = [_parameter_arn(folder, path) for path in paths]
        text = snippet("secrets_policy.tf", folder.checkout, **values, arns=arns)
        pieces.append(("aws_iam_role_policy", f"{resource}_secrets", text))
    return pieces


def _texts(folder: Folder, links: Sequence[PlacedBlock], attribute: str) -> list[str]:
    return [text for link in links if (text := folder.attribute_text(link, attribute))]


def _paths(spec: Subject, folder: Folder, default: str) -> list[str]:
    """The SSM paths that the role needs: the task's own, and those of its groups that the default may not read."""
    of_groups = [
        path for path, _ in unreadable(folder, default, secret_paths(spec, folder), environment_names(folder.checkout))
    ]
    return list(dict.fromkeys([*(hcl_string(secret.path) for secret in spec.secrets), *of_groups]))


def _parameter_arn(folder: Folder, path: str) -> str:
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


def _checked_name(spec: Subject, folder: Folder, resource: str, execution: bool) -> str:
    """The role's whole name, with room in every environment and not taken by another role."""
    roles = roles_of(spec, folder)
    name = role_name(spec, execution, roles.new_task and roles.new_execution)
    full = _PREFIX + name
    limit = names.LIMITS["aws_iam_role", "name"]
    both = roles.new_task and roles.new_execution
    check(folder, [(full, "aws_iam_role", limit)], role_name(spec, False, both) if both else name, {}, "--role-name")
    for found in folder.blocks("resource", "aws_iam_role"):
        taken = found.block.attributes.get("name")
        if found.block.labels[1] == resource or taken is None:
            continue
        if folder.expand(found.path, taken.value, {}) == folder.expand_text(full, {}):
            raise Refusal(
                f"aws_iam_role.{found.block.labels[1]} has that name already",
                option="--role-name",
                value=name,
                place=folder.checkout.place(found.path, found.block.start),
                instead="Give another --role-name.",
            )
    return full


def _same_name(folder: Folder, label: str, wanted: str) -> None:
    found = folder.block("resource", "aws_iam_role", label)
    name = re.search(r'name +?= "(.*)"', wanted)
    has = folder.attribute_text(found, "name") if found else ""
    if found and name and has != f'"{name[1]}"':
        raise Refusal(
            f'aws_iam_role.{label} is named {has}, and "{name[1]}" was asked for',
            place=folder.checkout.place(found.path, found.block.start),
            option="--role-name",
            instead=f"Use it as it is with --task-role {label} or --execution-role {label}, or give its own name.",
        )
