"""S3 triggers: module calls with source `../../modules/s3_ecs_trigger`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from scaffold.files.checkout import Checkout
from scaffold.pfml.buckets import bucket_address, bucket_name
from scaffold.pfml.notifications import Destination, notifications_in
from scaffold.pfml.starts import Start
from scaffold.terraform.conditions import alternatives
from scaffold.terraform.folder import Folder

MODULE = "s3_ecs_trigger"


@dataclass(frozen=True, eq=False)
class Trigger(Start):
    """A module call that starts a task when an object arrives in a bucket, whose notification calls it."""

    kind: ClassVar[str] = "trigger"
    module: ClassVar[str] = MODULE

    @property
    def bucket_label(self) -> str:
        """The label of the `aws_s3_bucket` whose objects start the task."""
        text = self.text("s3_bucket_arn")
        match = re.search(r"aws_s3_bucket\.([\w-]+)", text)
        return match[1] if match else text

    @property
    def bucket_address(self) -> str:
        return bucket_address(self.text("s3_bucket_arn"))

    @cached_property
    def bucket_name(self) -> str:
        """The name of the bucket, with `*` for the parts that differ between environments; "" if it is not set."""
        attribute = self.block.attributes.get("s3_bucket_arn")
        return bucket_name(self.folder, self.path, attribute.value) if attribute else ""

    @cached_property
    def destinations(self) -> tuple[Destination, ...]:
        """The destinations of the template's notifications that call it."""
        notifications = notifications_in(self.folder)
        every = (destination for notification in notifications for destination in notification.destinations)
        return tuple(destination for destination in every if destination.module == self.label)

    def conditions(self, destination: Destination) -> tuple[str, ...]:
        """The conditions, all of which have to hold for a destination to start the task."""
        own = destination.guard
        # A gate that holds whenever the destination's own condition does adds nothing.
        conditions = [
            text for text in (*self.gates, *destination.notification.all_gates) if own not in (alternatives(text) or [])
        ]
        return tuple(dict.fromkeys([*conditions, *([own] if own else [])]))


def triggers(checkout: Checkout) -> tuple[Trigger, ...]:
    """All triggers of the template."""
    return checkout.once(_triggers)


def _triggers(checkout: Checkout) -> tuple[Trigger, ...]:
    folder = Folder.of(checkout)
    return tuple(Trigger(placed.path, placed.block, folder) for placed in folder.modules(MODULE))


def triggers_of(folder: Folder, key: str) -> list[Trigger]:
    """The triggers of the task with that key: one for each bucket, the only one that may call its Lambda function."""
    return [trigger for trigger in triggers(folder.checkout) if trigger.task_key == key]
