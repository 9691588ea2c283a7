"""The notifications of S3 buckets: which bucket each is for, under which conditions, and what it calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.model import Start
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.environments import Environment, environment_names
from scaffold.pfml.triggers import NOTIFICATION, Filter, bucket_name, filters, guard
from scaffold.terraform.conditions import gate
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import is_known

_MODULE = re.compile(r"module\.([\w-]+)((?:\[[^\]]*\])?)\.")
_ARN = re.compile(r"arn:[^:]*:s3:::([^/]+)")


@dataclass(frozen=True, slots=True)
class Notification:
    """A notification resource of one folder. label: the resource's. bucket: the bucket's name with `*` for what differs
    between environments, "" where it cannot be told. gates: the conditions under which it is made at all."""

    folder: Folder
    placed: PlacedBlock
    label: str
    bucket: str
    gates: tuple[str, ...]

    def names(self) -> frozenset[str]:
        """The buckets that it may be for: the name as a pattern, and what that comes to in each environment."""
        if not self.bucket.strip("*-."):
            return frozenset()
        return frozenset([self.bucket, *(self.name_in(name) for name in environment_names(self.folder.checkout))])

    def name_in(self, environment: str) -> str:
        return self.bucket.replace("*", environment)


@dataclass(frozen=True, slots=True)
class Destination:
    """A filter of a notification of the template. guards: the conditions of its `dynamic` block. module: the label of
    the module that it calls, index: the index behind that, each "" for none."""

    notification: Notification
    item: Filter
    guards: tuple[str, ...]
    module: str
    index: str

    @property
    def placed(self) -> PlacedBlock:
        return PlacedBlock(self.notification.placed.path, self.item.outer)

    @property
    def condition(self) -> str:
        """Under which the filter is a part of its notification."""
        return " && ".join(self.guards) or "true"


def notifications(facts: Facts) -> Iterator[Notification]:
    """All under infra/, those of the template first."""
    paths = [path for path in facts.infra_files if NOTIFICATION.encode() in (facts.checkout.read(path) or b"")]
    folders = sorted({path.rpartition("/")[0] for path in paths}, key=lambda folder: (folder != TEMPLATE, folder))
    for folder in folders:
        yield from notifications_in(Folder.of(facts.checkout, folder))


def notifications_in(folder: Folder) -> Iterator[Notification]:
    for found in folder.blocks("resource", NOTIFICATION):
        attribute = found.block.attributes.get("bucket")
        bucket = bucket_name(folder, found.path, attribute.value) if attribute else ""
        yield Notification(folder, found, found.block.labels[1], bucket, gates_of(folder, found))


def gates_of(folder: Folder, found: PlacedBlock) -> tuple[str, ...]:
    """The condition of a block's `count`, if it has one."""
    counted = gate(folder, found)
    return (counted[0],) if counted else ()


def destinations(facts: Facts) -> Iterator[Destination]:
    """The filters of the template's notifications."""
    for notification in notifications_in(facts.template):
        yield from destinations_of(notification)


def destinations_of(notification: Notification) -> Iterator[Destination]:
    folder, found = notification.folder, notification.placed
    for item in filters(folder, found):
        own = guard(folder, found, item)
        target = folder.attribute_text(PlacedBlock(found.path, item.block), "lambda_function_arn")
        match = _MODULE.match(target)
        module, index = (match[1], match[2]) if match else ("", "")
        yield Destination(notification, item, (own,) if own else (), module, index)


def trigger_of(facts: Facts, destination: Destination) -> Start | None:
    """The trigger that a filter calls."""
    return next((start for start in facts.triggers if start.label == destination.module), None)


def in_focus(facts: Facts, starts: Sequence[Start | None]) -> bool:
    """Whether one of the starts is of a task in focus, or all are."""
    return not facts.focus or any(start is not None and facts.task_name(start) in facts.focus for start in starts)


def bucket_in(environment: Environment, text: str) -> str:
    """The name of the bucket that an expression of the template leads to in one environment, "" where it cannot be
    told."""
    folder, values = environment.values.folder, environment.values
    match = re.match(r"(data\.)?aws_s3_bucket\.([\w-]+)(?:\[\w+\])?\.(?:id|bucket|arn)$", text)
    if match:
        found = folder.block("data" if match[1] else "resource", "aws_s3_bucket", match[2])
        attribute = found.block.attributes.get("bucket") if found else None
        name = values.of(found.path, attribute.value) if found and attribute else "${}"
    else:
        name = values.of_text(text)
        if arn := _ARN.fullmatch(name):
            name = arn[1]
    return name if is_known(name) else ""
