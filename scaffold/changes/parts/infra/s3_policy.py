"""The policy of a triggered task's new role: what it may do with the objects that start the task."""

from __future__ import annotations

import re
from textwrap import dedent

from scaffold import hcl
from scaffold.changes.parts.requests import Addition
from scaffold.changes.parts.task_roles import task_role_resource
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout, text_of
from scaffold.files.edit import Edit
from scaffold.pfml.buckets import bucket_reference
from scaffold.pfml.iam.bucket_rights import WRITE, Objects, rights
from scaffold.pfml.iam.roles import Roles, assume_role_policy
from scaffold.rendering.literals import hcl_string
from scaffold.rendering.render import snippet
from scaffold.spec.s3_filters import key_text
from scaffold.spec.specs import TriggerSpec
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.insertion import add_to_body, remove_block

_OBJECTS = re.compile(r"\$\{((?:data\.)?aws_s3_bucket\.[\w-]+(?:\[\w+\])?)\.arn\}/(.*)\*")


def policy_resource(role: str) -> str:
    """The label of the policy, and of its document, of a role with that label."""
    return f"{role}_s3"


def triggering_objects(folder: Folder, trigger: TriggerSpec) -> Objects:
    """The objects that start a task. Raises Refusal for a bucket that the template does not have."""
    bucket = bucket_reference(folder, trigger.bucket)
    return Objects(bucket, *(hcl_string(key_text(text)) for text in (trigger.prefix, trigger.suffix)))


def rendered(checkout: Checkout, values: dict[str, str], objects: Objects, write: bool) -> str:
    """The policy and its document as the templates of the checkout have them."""
    return snippet("s3_policy.tf", checkout, **values, bucket=objects.bucket, prefix=objects.prefix, write=write)


def values_of(folder: Folder, task: str, role: PlacedBlock) -> dict[str, str]:
    """The values of the templates of an existing role."""
    return {
        "resource": role.block.labels[1],
        "role_name": folder.attribute_text(role, "name").strip('"'),
        "name": task,
        "assume_role_policy": assume_role_policy(folder),
    }


def document_of_role(folder: Folder, role: str) -> PlacedBlock | None:
    return folder.block("data", "aws_iam_policy_document", policy_resource(role))


def written_objects(folder: Folder, role: str) -> Objects:
    """The objects that the document of a role is about."""
    document = document_of_role(folder, role)
    match = _OBJECTS.search(folder.text(document.path, document.block)) if document else None
    return Objects(match[1], match[2]) if match else Objects("", "")


def add_write(addition: Addition, part: str) -> list[Edit]:
    """The statement that lets the tool's own role also write and delete, if it was asked for and is missing."""
    folder, trigger, resource = addition.folder, addition.spec.trigger, task_role_resource(addition.spec)
    role, document = folder.block("resource", "aws_iam_role", resource), document_of_role(folder, resource)
    if not (trigger and trigger.write and role and document) or Roles.of(folder).label(addition.roles.task) != resource:
        return []
    written, asked = written_objects(folder, resource), triggering_objects(folder, trigger)
    if written[:2] != asked[:2]:
        return []
    values = values_of(folder, addition.spec.name, role)
    if not has_generated(rendered(addition.checkout, values, written, write=False), folder, document):
        return []
    more = rendered(addition.checkout, values, written, write=True)
    return [
        add_to_body(addition.checkout, document.path, document.block, text, part)
        for text in _statements(more)
        if _plain(text) not in _plain(folder.text(document.path, document.block))
    ]


def without_write(addition: Addition, part: str, *, moves: bool) -> list[Edit]:
    """What takes the right to write and delete from the tool's own role; nothing if it has none.

    moves: whether the trigger gets another prefix, which the document follows. Raises Refusal for any other policy.
    """
    folder, trigger, resource = addition.folder, addition.spec.trigger, task_role_resource(addition.spec)
    label = Roles.of(folder).label(addition.roles.task)
    role, document = folder.block("resource", "aws_iam_role", label), document_of_role(folder, label)
    if trigger is None:
        return []
    written, asked = written_objects(folder, label), triggering_objects(folder, trigger)
    if rights(folder, label, written if moves and document else asked, WRITE).refused == WRITE:
        return []
    if role is None or document is None or label != resource:
        raise _by_hand(f"the task role {label} has no policy that the tool wrote", folder, role)
    if written.bucket != asked.bucket or (written.prefix != asked.prefix and not moves):
        raise _by_hand(f"the policy of the task role {label} is about other objects", folder, document)
    values = values_of(folder, addition.spec.name, role)
    less, more = (rendered(addition.checkout, values, written, write) for write in (False, True))
    if not has_generated(more, folder, document):
        raise _by_hand(f"the policy of the task role {label} was edited since it was generated", folder, document)
    left = [_plain(text) for text in _statements(less)]
    return [
        remove_block(addition.checkout, document.path, block, part)
        for block in document.block.blocks
        if _plain(folder.text(document.path, block)) not in left
    ]


def _by_hand(what: str, folder: Folder, placed: PlacedBlock | None) -> Refusal:
    return Refusal(
        what,
        option="--no-s3-write",
        place=folder.checkout.place(*placed.location) if placed else "",
        instead=f"Take {' and '.join(WRITE)} out of its policies by hand.",
    )


def with_prefix(addition: Addition, part: str) -> list[Edit]:
    """The document of the tool's own role for another prefix of the trigger, if it is as it was generated."""
    folder, trigger, resource = addition.folder, addition.spec.trigger, task_role_resource(addition.spec)
    role, document = folder.block("resource", "aws_iam_role", resource), document_of_role(folder, resource)
    if not (trigger and role and document) or Roles.of(folder).label(addition.roles.task) != resource:
        return []
    written, asked = written_objects(folder, resource), triggering_objects(folder, trigger)
    if written.bucket != asked.bucket or written.prefix == asked.prefix:
        return []
    values = values_of(folder, addition.spec.name, role)
    for write in (False, True):
        if has_generated(rendered(addition.checkout, values, written, write), folder, document):
            text = _document(rendered(addition.checkout, values, asked, write or trigger.write))
            return [addition.checkout.replace(document.path, document.block.start, document.block.end, text, part)]
    return []


def _document(text: str) -> str:
    """The text of the document in a policy with its document."""
    data = text.encode()
    return next(text_of(data, block) for block in hcl.parse(data).blocks if block.type == "data")


def has_generated(text: str, folder: Folder, placed: PlacedBlock) -> bool:
    """Whether a block is as generated text has it."""
    return _plain(folder.text(placed.path, placed.block)) in _plain(text)


def _statements(text: str) -> list[str]:
    """The statements of the document in a text."""
    data = text.encode()
    documents = (block for block in hcl.parse(data).blocks if "aws_iam_policy_document" in block.labels)
    blocks = (block for document in documents for block in document.blocks if block.type == "statement")
    return [dedent(" " * _column(data, block) + text_of(data, block)) for block in blocks]


def _column(data: bytes, node: hcl.Node) -> int:
    return node.start - data.rfind(b"\n", 0, node.start) - 1


def _plain(text: str) -> str:
    return " ".join(text.split())
