"""S3 event types (Amazon S3 User Guide, "Event notification types and destinations")."""

from __future__ import annotations

from collections.abc import Iterable

_KINDS = {
    "ObjectCreated": ("*", "Put", "Post", "Copy", "CompleteMultipartUpload"),
    "ObjectRemoved": ("*", "Delete", "DeleteMarkerCreated"),
    "ObjectRestore": ("*", "Post", "Completed", "Delete"),
    "ObjectTagging": ("*", "Put", "Delete"),
    "LifecycleExpiration": ("*", "Delete", "DeleteMarkerCreated"),
    "Replication": (
        "*",
        "OperationFailedReplication",
        "OperationMissedThreshold",
        "OperationReplicatedAfterThreshold",
        "OperationNotTracked",
    ),
}
EVENTS: frozenset[str] = frozenset(
    {f"s3:{kind}:{event}" for kind, events in _KINDS.items() for event in events}
    | {"s3:ReducedRedundancyLostObject", "s3:LifecycleTransition", "s3:IntelligentTiering", "s3:ObjectAcl:Put"}
)


def same_event(first: str, second: str) -> bool:
    """Whether two event types have an event in common."""
    return first == second or bool(including_event(first, [second]) or including_event(second, [first]))


def including_event(event: str, others: Iterable[str]) -> str:
    """The first of other event types that has all of its events; "" if none has."""
    return next(
        (other for other in others if other == event or (other[-2:] == ":*" and event.startswith(other[:-1]))), ""
    )
