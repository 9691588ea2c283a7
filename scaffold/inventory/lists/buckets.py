"""`list buckets`: the S3 buckets of the template, and what works with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property

from scaffold.files.checkout import Checkout
from scaffold.inventory.lists.contents import Listing, Row, counted, entries
from scaffold.pfml.bucket_mentions import buckets
from scaffold.pfml.containers import containers
from scaffold.pfml.groups import Entry, given_by, given_to, given_to_all
from scaffold.pfml.iam.rights import RoleRights
from scaffold.pfml.iam.roles import role_names
from scaffold.pfml.notifications import Notification, notifications
from scaffold.pfml.schedules import schedules_of
from scaffold.pfml.tasks import DEFINITION, TASKS, Task, all_tasks
from scaffold.pfml.triggers import Trigger, triggers
from scaffold.terraform.folder import Folder

_COLUMNS = ("bucket", "name", "notifications", "triggers", "tasks that they start", "tasks", "roles", "place")


@dataclass(frozen=True, slots=True)
class ListedTrigger:
    """A trigger of a bucket. name: that of its Lambda function. task: the one that it starts."""

    name: str
    task: str
    place: str


@dataclass(frozen=True, slots=True)
class ListedBucket:
    """A bucket.

    address: in Terraform. name: with * for the parts that differ between environments, "" if it is not set. place: ""
    if the template does not declare it, and only a trigger or notification names it. notifications: `file:line` of
    each, in all of infra/. tasks: those that are given its name, in a variable, in their command or by a schedule; a
    task definition outside of locals.tasks by its address. roles: those with a policy for it.
    """

    address: str
    name: str
    place: str
    notifications: tuple[str, ...]
    triggers: tuple[ListedTrigger, ...]
    tasks: tuple[str, ...]
    roles: tuple[str, ...]


class _Reader:
    def __init__(self, checkout: Checkout) -> None:
        self.checkout, self.folder = checkout, Folder.of(checkout)
        self.notifications = list(notifications(checkout))
        self.triggers = triggers(checkout)

    def declared(self) -> Iterator[ListedBucket]:
        for bucket in buckets(self.folder):
            yield ListedBucket(
                bucket.address,
                bucket.name,
                self.checkout.place(*bucket.placed.location),
                *self._served(bucket.address, bucket.name),
                tuple(task for task, texts in self.texts_of_tasks.items() if any(map(bucket.is_in, texts))),
                tuple(role for role, texts in self.texts_of_roles.items() if any(map(bucket.is_in, texts))),
            )

    def others(self, known: Iterable[ListedBucket]) -> Iterator[ListedBucket]:
        """The buckets that only triggers and notifications of the template name."""
        addresses = {bucket.address for bucket in known}
        named = {trigger.bucket_address: trigger.bucket_name for trigger in self.triggers}
        own = (notification for notification in self.notifications if notification.folder is self.folder)
        named |= {notification.bucket_address: notification.bucket for notification in own}
        for address, name in named.items():
            if address not in addresses:
                yield ListedBucket(address, name, "", *self._served(address, name), (), ())

    def _served(self, address: str, name: str) -> tuple[tuple[str, ...], tuple[ListedTrigger, ...]]:
        served = [notification for notification in self.notifications if self._is_of(notification, address, name)]
        places = tuple(self.checkout.place(*notification.location) for notification in served)
        own = [trigger for trigger in self.triggers if trigger.bucket_address == address or _is_called(trigger, served)]
        return places, tuple(
            ListedTrigger(trigger.name, trigger.task_name or trigger.task_key, self.checkout.place(*trigger.location))
            for trigger in own
        )

    def _is_of(self, notification: Notification, address: str, name: str) -> bool:
        is_here = notification.folder is self.folder
        return (is_here and notification.bucket_address == address) or name == notification.bucket != ""

    @cached_property
    def texts_of_tasks(self) -> dict[str, list[str]]:
        """What each task is given: its variables, its command, the input of its schedules."""
        common = [given.entry for given in given_to_all(self.folder)]
        of_tasks = {task.name: [*self._texts(task, common)] for task in all_tasks(self.folder)}
        return of_tasks | {f"{DEFINITION}.{label}": texts for label, texts in self._texts_of_definitions()}

    def _texts_of_definitions(self) -> Iterator[tuple[str, list[str]]]:
        """The same for task definitions outside of locals.tasks."""
        for definition in self.folder.blocks("resource", DEFINITION):
            if definition.block.labels[1] != TASKS:
                listed = containers(self.folder, definition) or ()
                nodes = [
                    (container.path, container.attributes["environment"])
                    for container in listed
                    if "environment" in container.attributes
                ]
                given = [known.entry for path, node in nodes for known in given_by(self.folder, path, node)]
                yield definition.block.labels[1], [entry.inner for entry in given if not entry.secret]

    def _texts(self, task: Task, common: Iterable[Entry]) -> Iterator[str]:
        yield from (given.entry.inner for given in given_to(self.folder, task) if not given.entry.secret)
        yield from (entry.inner for entry in common if not entry.secret)
        yield from task.command(self.folder)
        yield from (schedule.text("input") for schedule in schedules_of(self.folder, task.key))

    @cached_property
    def texts_of_roles(self) -> dict[str, list[str]]:
        """The resources in each role's policies that allow something."""
        rights = RoleRights.of(self.folder)
        return {
            label: [
                text.inner
                for grant in rights.grants(label).grants
                for statement in grant.document.statements
                if statement.effect != "Deny" and statement.resources
                for text in statement.resources.texts
            ]
            for label in role_names(self.folder)
        }


def _is_called(trigger: Trigger, served: Iterable[Notification]) -> bool:
    return any(destination.notification in served for destination in trigger.destinations)


def read(checkout: Checkout) -> Listing:
    reader = _Reader(checkout)
    known = list(reader.declared())
    known += reader.others(known)
    return Listing(
        {"buckets": [asdict(bucket) for bucket in known]},
        _COLUMNS,
        [_row(bucket) for bucket in known],
        f"{counted(len(known), 'bucket')}. In a name, * is what differs between environments. A task is listed if a "
        "variable, its command or a schedule's arguments name the bucket, a role if one of its policies does.",
        ("BUCKET\n  name\n  file:line", "TRIGGERS AND TASKS", "ROLES"),
        [_text_row(bucket) for bucket in known],
    )


def _row(bucket: ListedBucket) -> Row:
    return (
        [bucket.address],
        [bucket.name],
        bucket.notifications,
        [trigger.name for trigger in bucket.triggers],
        list(dict.fromkeys(trigger.task for trigger in bucket.triggers)),
        bucket.tasks,
        bucket.roles,
        [bucket.place],
    )


def _text_row(bucket: ListedBucket) -> Row:
    identity = [bucket.address, f"  {bucket.name or 'no name'}", f"  {bucket.place or 'not declared in the template'}"]
    uses = [
        *(
            f"trigger {trigger.name}" + (f" of {trigger.task}" if trigger.task != trigger.name else "")
            for trigger in bucket.triggers
        ),
        *(f"notification {place}" for place in bucket.notifications),
        *entries("tasks" if len(bucket.tasks) > 1 else "task", bucket.tasks),
    ]
    return identity, uses, [", ".join(bucket.roles)] if bucket.roles else []
