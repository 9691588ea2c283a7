"""What the roles of a task may do after a command: the rights that it needs, and those that it does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.changes.outcome import outcome_of
from scaffold.changes.parts.infra.s3_policy import triggering_objects, written_objects
from scaffold.changes.parts.requests import Addition
from scaffold.files.plan import Plan
from scaffold.files.printable import listed
from scaffold.pfml.buckets import name_in
from scaffold.pfml.iam.bucket_rights import DELETE, PUT, READ, WRITE, Objects, Rights, rights
from scaffold.pfml.iam.roles import Roles, role_resource
from scaffold.terraform.folder import Folder
from scaffold.terraform.values import Values

_WRITING = (("write", PUT), ("delete", DELETE))
_ENVIRONMENT = {"environment_name": "<environment>"}
_UNKNOWN = re.compile(r"(?<!\$)\$\{[^}]*\}")


def given(addition: Addition, plan: Plan) -> list[str]:
    """What the roles may certainly do, a sentence for each bucket and for the secrets."""
    return [*_may_use_objects(addition, plan), *_may_read_secrets(addition)]


def missing(addition: Addition, plan: Plan) -> list[str]:
    """What the task's role must be allowed to do, and is not as far as its policies can be read."""
    trigger, roles = addition.spec.trigger, addition.roles
    if not trigger:
        return []
    folder, needed = template_after(addition, plan), (*READ, *(WRITE if trigger.write else ()))
    objects, label = triggering_objects(folder, trigger), Roles.of(folder).label(roles.task)
    role = label or role_resource(roles.task) or roles.task
    known = rights(folder, label, objects, needed) if label else Rights(frozenset(), ())
    where = address(folder, objects)
    if known.refused:
        placed = folder.block("resource", "aws_iam_role", label)
        place = f" ({folder.checkout.place(*placed.location)})" if placed else ""
        actions = listed(known.refused)
        return [f"the task role {role}{place} has no policy that allows {actions} on {where}; add what is missing."]
    if known.allowed != set(needed):
        what = "read, write and delete" if trigger.write else "read"
        return [f"the task role {role} must be allowed to {what} {where}; check its policy."]
    return []


def taken_back(addition: Addition, plan: Plan) -> list[str]:
    """What the task's role may no longer do with the objects that the tool's policy is about."""
    before, after = addition.folder, template_after(addition, plan)
    label = Roles.of(before).label(addition.roles.task)
    objects = written_objects(before, label)
    if not objects.bucket:
        return []
    had, has = (rights(folder, label, objects, WRITE).allowed for folder in (before, after))
    verbs = [verb for verb, action in _WRITING if action in had - has]
    return [f"Role {label} may no longer {' or '.join(verbs)} {address(before, objects)}"] if verbs else []


def _may_use_objects(addition: Addition, plan: Plan) -> Iterator[str]:
    trigger = addition.spec.trigger
    if not trigger:
        return
    folder = template_after(addition, plan)
    objects, label = triggering_objects(folder, trigger), Roles.of(folder).label(addition.roles.task)
    allowed = rights(folder, label, objects, (*READ, *WRITE)).allowed if label else frozenset[str]()
    if allowed.issuperset(READ):
        verbs = ["read", *(verb for verb, action in _WRITING if action in allowed)]
        yield f"Role {label} may {listed(verbs)} {address(folder, objects)}"


def _may_read_secrets(addition: Addition) -> Iterator[str]:
    folder, secrets = addition.folder, addition.spec.secrets
    if secrets:
        paths = [_shown(folder, secret.path) for secret in secrets]
        role = role_resource(addition.roles.execution) or addition.roles.execution
        yield f"Role {role} lets ECS read the SSM parameter{'s' if paths[1:] else ''} {listed(paths)}"


def template_after(addition: Addition, plan: Plan) -> Folder:
    """The template after the plan."""
    return Folder.of(outcome_of(plan, addition.checkout))


def address(folder: Folder, objects: Objects) -> str:
    """The objects as `s3://bucket/prefix`, with `<environment>` in the place of its name."""
    name = name_in(Values(folder, _ENVIRONMENT), objects.bucket)
    return _UNKNOWN.sub("…", f"s3://{name}/{_shown(folder, objects.prefix)}")


def _shown(folder: Folder, inner: str) -> str:
    return _UNKNOWN.sub("…", Values(folder, _ENVIRONMENT).of_template(inner))
