"""The notifications of S3 buckets, and their destinations: which objects each takes, and what it calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from scaffold import hcl
from scaffold.aws.events import same_event
from scaffold.aws.wildcards import matches
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout, text_of
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.buckets import bucket_address, bucket_name
from scaffold.pfml.environments import environment_names
from scaffold.pfml.filters import key_ends_of, keys_of
from scaffold.pfml.references import infra_files
from scaffold.pfml.starts import gates
from scaffold.terraform.conditions import decide_node, gate, one_line
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import Values

RESOURCE = "aws_s3_bucket_notification"
_DESTINATIONS = ("lambda_function", "queue", "topic")
_MODULE = re.compile(r"module\.([\w-]+)((?:\[[^\]]*\])?)\.")


@dataclass(frozen=True, eq=False)
class Notification(PlacedBlock):
    """An `aws_s3_bucket_notification` of one folder."""

    folder: Folder

    @property
    def label(self) -> str:
        return self.block.labels[1]

    @cached_property
    def bucket(self) -> str:
        """The bucket's name with `*` for the parts that differ between environments; "" if it is not set."""
        attribute = self.block.attributes.get("bucket")
        return bucket_name(self.folder, self.path, attribute.value) if attribute else ""

    @property
    def bucket_address(self) -> str:
        return bucket_address(self.folder.attribute_text(self, "bucket"))

    @cached_property
    def gates(self) -> tuple[str, ...]:
        """The condition of its `count`, if it has one."""
        return count_gates(self.folder, self)

    @property
    def all_gates(self) -> tuple[str, ...]:
        """The conditions under which it is created at all."""
        return gates(self.folder, self)

    def names(self) -> frozenset[str]:
        """The buckets that it may be for: the name as a pattern, and the name in each environment."""
        if not self.bucket.strip("*-."):
            return frozenset()
        return frozenset([self.bucket, *(self.name_in(name) for name in environment_names(self.folder.checkout))])

    def name_in(self, environment: str) -> str:
        return self.bucket.replace("*", environment)

    @cached_property
    def destinations(self) -> tuple[Destination, ...]:
        return tuple(self._destinations())

    def _destinations(self) -> Iterator[Destination]:
        for outer in self.block.blocks:
            if outer.type == "dynamic":
                content = outer.find("content")
                if content and outer.labels and outer.labels[0] in _DESTINATIONS:
                    yield Destination(self.path, content, self, outer)
            elif outer.type in _DESTINATIONS:
                yield Destination(self.path, outer, self, outer)


@dataclass(frozen=True, eq=False)
class Destination(PlacedBlock):
    """One destination of a notification.

    block: the one that has the filter. outer: itself, or the `dynamic` block around it.
    """

    notification: Notification
    outer: hcl.Block

    @property
    def folder(self) -> Folder:
        return self.notification.folder

    @cached_property
    def prefix(self) -> str:
        return self._inside("filter_prefix")

    @cached_property
    def suffix(self) -> str:
        return self._inside("filter_suffix")

    def value(self, filter: str, values: Values) -> str:
        """The value of `filter_prefix` or `filter_suffix` in an environment; unknown parts stay `${…}`."""
        attribute = self.block.attributes.get(filter)
        if attribute is None:
            return ""
        node, data = hcl.unparenthesized(attribute.value), self.folder.checkout.require(self.path)
        while isinstance(node, hcl.Conditional) and (chosen := decide_node(data, node.condition, values)) is not None:
            node = hcl.unparenthesized(node.yes if chosen else node.no)
        return "" if text_of(data, node) == "null" else values.of(self.path, node)

    def _inside(self, name: str) -> str:
        text = self.folder.attribute_text(self, name)
        if text.startswith('"'):
            return text[1:-1]
        # The marker of a heredoc has to end its line.
        return f"${{{text}\n}}" if "<<" in text else f"${{{text}}}" if text else ""

    @cached_property
    def events(self) -> tuple[str, ...]:
        """Its events as they are written; none if they are not a list."""
        return tuple(self.folder.text(path, event).strip('"') for path, event in self.event_nodes)

    @cached_property
    def event_nodes(self) -> tuple[tuple[str, hcl.Node], ...]:
        """The expressions of its events, each with its file; the list can be a local value."""
        events = self.block.attributes.get("events")
        path, node = self.path, events.value if events else None
        if node is not None and self.folder.text(path, node).startswith("local."):
            local = self.folder.local(self.folder.text(path, node).removeprefix("local."))
            path, node = (local.path, local.value) if local else (path, node)
        return tuple((path, event) for event in node.children()) if isinstance(node, hcl.Tuple) else ()

    @cached_property
    def guard(self) -> str:
        """The condition of its `dynamic` block, from `for_each = CONDITION ? [1] : []`; "" for a static one."""
        attribute = self.outer.attributes.get("for_each") if self.outer is not self.block else None
        if attribute is None:
            return ""
        node = attribute.value
        if isinstance(node, hcl.Conditional) and self.folder.text(self.path, node.no) == "[]":
            return one_line(self.folder.text(self.path, node.condition))
        return f"length({one_line(self.folder.text(self.path, node))}) > 0"

    @property
    def guards(self) -> tuple[str, ...]:
        return (self.guard,) if self.guard else ()

    @property
    def condition(self) -> str:
        """The condition under which it is a part of its notification."""
        return self.guard or "true"

    @cached_property
    def _called(self) -> re.Match[str] | None:
        return _MODULE.match(self.folder.attribute_text(self, "lambda_function_arn"))

    @property
    def module(self) -> str:
        """The label of the module that it calls; "" if it calls none."""
        return self._called[1] if self._called else ""

    @property
    def index(self) -> str:
        """The index after the module that it calls, such as `[0]`; "" if there is none."""
        return self._called[2] if self._called else ""

    def overlaps(self, prefix: str, suffix: str, events: tuple[str, ...]) -> bool:
        """Whether one key and event can match both in some environment, which S3 refuses ("Configuring event
        notifications using object key name filtering": overlapping prefixes and suffixes for the same event type).

        The value of an interpolation is only known at deployment, so two filters can be told apart only by the text
        before it (in a suffix, after it).
        """
        if self.events and not any(same_event(own, event) for own in self.events for event in events):
            return False
        return any(
            self._meets(prefix, suffix, environment) for environment in environment_names(self.folder.checkout) or ("",)
        )

    def _meets(self, prefix: str, suffix: str, environment: str) -> bool:
        variables = {"environment_name": environment}
        first, second = (keys_of(self.folder.expand_text(text, variables)) for text in (self.prefix, prefix))
        if not first.startswith(second) and not second.startswith(first):
            return False
        first, second = (key_ends_of(self.folder.expand_text(text, variables)) for text in (self.suffix, suffix))
        return first.endswith(second) or second.endswith(first)


def count_gates(folder: Folder, placed: PlacedBlock) -> tuple[str, ...]:
    """The condition of a block's `count`, if it has one."""
    counted = gate(folder, placed)
    return (counted[0],) if counted else ()


def notifications(checkout: Checkout) -> Iterator[Notification]:
    """All notifications under infra/, those of the template first."""
    paths = [path for path in infra_files(checkout) if checkout.holds(path, RESOURCE)]
    folders = sorted({path.rpartition("/")[0] for path in paths}, key=lambda folder: (folder != TEMPLATE, folder))
    for folder in folders:
        yield from notifications_in(Folder.of(checkout, folder))


def notifications_in(folder: Folder) -> tuple[Notification, ...]:
    return folder.checkout.once(_notifications_in, folder.path)


def _notifications_in(checkout: Checkout, path: str) -> tuple[Notification, ...]:
    folder = Folder.of(checkout, path)
    return tuple(Notification(placed.path, placed.block, folder) for placed in folder.blocks("resource", RESOURCE))


def notifications_of(folder: Folder, bucket: str) -> list[Notification]:
    """The notifications of the bucket with that name in one folder. Raises Refusal in the template if the bucket of one
    is not known: a second notification of a bucket would silently replace the first."""
    result = []
    for notification in notifications_in(folder):
        name = notification.bucket if "bucket" in notification.block.attributes else "*"
        if not name.strip("*") and folder.path == TEMPLATE:
            raise Refusal(
                "the bucket of this notification is not known, and it may be the trigger's bucket",
                option="--s3-bucket",
                place=folder.checkout.place(*notification.location),
                instead="Set its bucket to aws_s3_bucket.x.id or to a string.",
            )
        if name.strip("*") and (matches(bucket, name) or matches(name, bucket)):
            result.append(notification)
    return result


def notification_elsewhere(folder: Folder, bucket: str) -> str:
    """`file:line` of a notification of the bucket outside the template; "" if there is none."""
    checkout = folder.checkout
    folders = {path.rpartition("/")[0] for path in infra_files(checkout)} - {TEMPLATE}
    for path in sorted(folders):
        for notification in notifications_of(Folder.of(checkout, path), bucket):
            return checkout.place(*notification.location)
    return ""
