"""A notification that calls the trigger of another bucket."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.notifications import destinations, in_focus, trigger_of
from scaffold.audit.finding import Finding
from scaffold.pfml.buckets import bucket_in
from scaffold.pfml.environments import environments
from scaffold.pfml.notifications import Destination
from scaffold.pfml.starts import Start
from scaffold.terraform.satisfiable import can_hold

WHY = (
    'Only its own bucket may call a trigger, so S3 rejects the notification at deploy ("Unable to validate the '
    'following destination configurations").'
)
HOW = "Use the same bucket in the notification and in the trigger."


def check(facts: Facts) -> Iterator[Finding]:
    for destination in destinations(facts):
        start = trigger_of(facts, destination)
        if start is None or not in_focus(facts, [start]):
            continue
        names = _different_buckets(facts, destination, start)
        if names:
            bucket, own = names
            argument = start.block.attributes["s3_bucket_arn"]
            yield Finding(
                subject=start.name,
                message=(
                    f"the notification {destination.notification.label} of the bucket {bucket} calls "
                    f"module.{start.label}, which only {own} may call "
                    f"({facts.checkout.place(start.path, argument.start)}), so S3 rejects it at deploy"
                ),
                instead="Use the same bucket in both.",
                path=destination.path,
                offset=destination.outer.start,
                task=start.task_name,
            )


def _different_buckets(facts: Facts, destination: Destination, start: Start) -> tuple[str, str] | None:
    """The names of the two buckets in the first environment in which they differ."""
    folder = facts.template
    bucket = folder.attribute_text(destination.notification, "bucket")
    own = folder.attribute_text(start, "s3_bucket_arn")
    if not bucket or not own:
        return None
    conditions = [*destination.notification.gates, *destination.guards]
    for environment in environments(facts.checkout):
        if not can_hold(conditions, environment.values):
            continue
        names = bucket_in(environment, bucket), bucket_in(environment, own)
        if all(names) and names[0] != names[1]:
            return names
    return None
