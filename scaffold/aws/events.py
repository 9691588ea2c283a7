"""S3 event types (Amazon S3 User Guide, "Event notification types and destinations")."""

from __future__ import annotations

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
