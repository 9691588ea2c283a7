"""S3 triggers: modules with source `../../modules/s3_ecs_trigger`, and the notifications that call them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from scaffold import hcl
from scaffold.errors import Refusal, unknown
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.environments import environment_names
from scaffold.pfml.schedules import task_of
from scaffold.terraform.conditions import one_line
from scaffold.terraform.folder import Folder, PlacedBlock

MODULE = "s3_ecs_trigger"

NOTIFICATION = "aws_s3_bucket_notification"
_BUCKET = re.compile(r"(data\.)?aws_s3_bucket\.([\w-]+)")
_DESTINATIONS = ("lambda_function", "queue", "topic")
_INTERPOLATION = re.compile(r"\$\{[^}]*\}")


def bucket_reference(folder: Folder, name: str) -> str:
    """`data.aws_s3_bucket.x` or `aws_s3_bucket.x`. Raises Refusal for a bucket that the template does not have."""
    name = name.removeprefix("data.").removeprefix("aws_s3_bucket.")
    for kind, prefix in (("data", "data."), ("resource", "")):
        if folder.block(kind, "aws_s3_bucket", name):
            return f"{prefix}aws_s3_bucket.{name}"
    raise unknown("aws_s3_bucket", name, bucket_names(folder), option="--s3-bucket", where=folder.path)


def bucket_names(folder: Folder) -> list[str]:
    """The `aws_s3_bucket`s of the checkout."""
    return [found.block.labels[1] for kind in ("data", "resource") for found in folder.blocks(kind, "aws_s3_bucket")]


def bucket_name(folder: Folder, path: str, node: hcl.Node) -> str:
    """The name of the bucket that an expression leads to, with `*` for what differs between environments."""
    text = folder.text(path, node)
    if (local := re.fullmatch(r"local\.([\w-]+)", text)) and (value := folder.local(local[1])):
        return (
            "*"
            if f"local.{local[1]}" in folder.text(value[0], value[1])
            else bucket_name(folder, value[0], value[1].value)
        )
    if isinstance(node, hcl.Call) and node.name == "format" and isinstance(node.arguments[0], hcl.Template):
        return re.sub(r"%[a-z]", "*", folder.expand(path, node.arguments[0], {}))
    match = _BUCKET.match(text)
    if match is None:
        return _INTERPOLATION.sub("*", folder.expand(path, node, {}))
    found = folder.block("data" if match[1] else "resource", "aws_s3_bucket", match[2])
    attribute = found.block.attributes.get("bucket") if found else None
    if found is None or attribute is None:
        return text
    return _INTERPOLATION.sub("*", folder.expand(found.path, attribute.value, {}))


def notifications_of(folder: Folder, bucket: str) -> list[PlacedBlock]:
    """The notifications of the bucket of that name in one folder. Raises Refusal in the template where one's bucket
    cannot be told: a second notification of a bucket would silently replace the first."""
    result = []
    for found in folder.blocks("resource", NOTIFICATION):
        attribute = found.block.attributes.get("bucket")
        name = bucket_name(folder, found.path, attribute.value) if attribute else "*"
        if not name.strip("*") and folder.path == TEMPLATE:
            raise Refusal(
                "which bucket this notification is for cannot be told, and it may be the one of the trigger",
                option="--s3-bucket",
                place=folder.checkout.place(found.path, found.block.start),
                instead="Name its bucket as aws_s3_bucket.x.id or as a string.",
            )
        if name.strip("*") and (fnmatchcase(name, bucket) or fnmatchcase(bucket, name)):
            result.append(found)
    return result


def notification_elsewhere(folder: Folder, bucket: str) -> str:
    """`file:line` of a notification of the bucket outside the template, "" where there is none."""
    checkout = folder.checkout
    folders = {path.rpartition("/")[0] for path in checkout.terraform_files("infra", below=True)} - {TEMPLATE}
    for path in sorted(folders):
        other = Folder.of(checkout, path)
        for found in notifications_of(other, bucket):
            return checkout.place(found.path, found.block.start)
    return ""


@dataclass(frozen=True, slots=True)
class Filter:
    """One destination of a notification: the block that holds the filter, and the block that stands for it (itself, or
    the `dynamic` block around it). events: none where they cannot be told."""

    block: hcl.Block
    outer: hcl.Block
    prefix: str
    suffix: str
    events: tuple[str, ...]


def filters(folder: Folder, found: PlacedBlock) -> list[Filter]:
    result = []
    for outer in found.block.blocks:
        block = outer
        if outer.type == "dynamic":
            content = outer.find("content")
            if content is None or not outer.labels or outer.labels[0] not in _DESTINATIONS:
                continue
            block = content
        elif outer.type not in _DESTINATIONS:
            continue
        inner = PlacedBlock(found.path, block)
        prefix, suffix = (_inside(folder, inner, name) for name in ("filter_prefix", "filter_suffix"))
        events = block.attributes.get("events")
        literal = events is not None and isinstance(events.value, hcl.Tuple)
        names = (
            [folder.text(found.path, event).strip('"') for event in events.value.children()]
            if events and literal
            else []
        )
        result.append(Filter(block, outer, prefix, suffix, tuple(names)))
    return result


def _inside(folder: Folder, found: PlacedBlock, name: str) -> str:
    text = folder.attribute_text(found, name)
    return text[1:-1] if text.startswith('"') else f"${{{text}}}" if text else ""


def overlaps(folder: Folder, item: Filter, prefix: str, suffix: str, events: tuple[str, ...]) -> bool:
    """Whether one key and event can match both in some environment, which S3 refuses ("Configuring event notifications
    using object key name filtering": overlapping prefixes and suffixes for the same event type).

    What an interpolation comes to at deploy is not known, so only what stands in front of it (behind it, in a suffix)
    can keep two filters apart.
    """
    if item.events and not any(same_event(one, other) for one in item.events for other in events):
        return False
    for environment in environment_names(folder.checkout) or ("",):
        variables = {"environment_name": environment}
        starts = [folder.expand_text(text, variables).partition("${")[0] for text in (item.prefix, prefix)]
        ends = [folder.expand_text(text, variables).rpartition("}")[2] for text in (item.suffix, suffix)]
        if (starts[0].startswith(starts[1]) or starts[1].startswith(starts[0])) and (
            ends[0].endswith(ends[1]) or ends[1].endswith(ends[0])
        ):
            return True
    return False


def same_event(one: str, other: str) -> bool:
    """Whether two event types have an event in common."""
    if one == other:
        return True
    return any(a.endswith(":*") and b.startswith(a[:-1]) for a, b in ((one, other), (other, one)))


def guard(folder: Folder, found: PlacedBlock, item: Filter) -> str:
    """The condition of a `dynamic` block, from `for_each = CONDITION ? [1] : []`; "" for a static one."""
    attribute = item.outer.attributes.get("for_each") if item.outer is not item.block else None
    if attribute is None:
        return ""
    node = attribute.value
    if isinstance(node, hcl.Conditional) and folder.text(found.path, node.no) == "[]":
        return one_line(folder.text(found.path, node.condition))
    return f"length({one_line(folder.text(found.path, node))}) > 0"


def triggers_of(folder: Folder, key: str) -> list[PlacedBlock]:
    """The triggers of the task with that key: one for each bucket, whose Lambda that bucket alone may call."""
    return [found for found in folder.modules(MODULE) if task_of(folder, found) == key]


def bucket_of(folder: Folder, found: PlacedBlock) -> str:
    """The `aws_s3_bucket` whose objects start a task."""
    text = folder.attribute_text(found, "s3_bucket_arn")
    match = re.search(r"aws_s3_bucket\.([\w-]+)", text)
    return match[1] if match else text
