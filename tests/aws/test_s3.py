from __future__ import annotations

import pytest

from scaffold.aws.s3 import BUCKET, OBJECT, SERVICE, covered, needed


@pytest.mark.parametrize(
    ("action", "kinds"),
    [
        ("s3:ListBucket", frozenset({BUCKET})),
        ("S3:getbucketlocation", frozenset({BUCKET})),
        ("s3:GetObject", frozenset({OBJECT})),
        ("s3:DeleteObject", frozenset({OBJECT})),
        ("s3:AbortMultipartUpload", frozenset({OBJECT})),
        ("s3:ListAllMyBuckets", frozenset({SERVICE})),
    ],
)
def test_what_an_action_needs(action: str, kinds: frozenset[str]) -> None:
    assert needed(action) == kinds


@pytest.mark.parametrize("action", ["s3:Get*", "s3:ListObjects", "ssm:GetParameter", "*", "s3:DescribeJob"])
def test_values_that_are_not_a_single_action_on_buckets(action: str) -> None:
    assert needed(action) is None


@pytest.mark.parametrize(
    ("pattern", "kinds"),
    [
        ("*", frozenset({BUCKET, OBJECT, SERVICE})),
        ("arn:aws:s3:::*", frozenset({BUCKET, OBJECT, SERVICE})),
        ("arn:aws:s3:::one", frozenset({BUCKET})),
        ("arn:aws:s3:::one/*", frozenset({OBJECT})),
        ("arn:aws:s3:::one/", frozenset({OBJECT})),
        ("arn:aws:s3:::one*", frozenset({BUCKET, OBJECT})),
        ("arn:aws:s3:::*/key", frozenset({OBJECT})),
        ("arn:aws:logs:us-east-1:123456789012:log-group:x", frozenset()),
    ],
)
def test_what_a_resource_covers(pattern: str, kinds: frozenset[str]) -> None:
    assert covered(pattern) == kinds


@pytest.mark.parametrize(
    "pattern",
    [
        "${var.bucket_arn}",
        "arn:aws:s3:::${var.name}",
        "arn:aws:s3:us-east-1:123456789012:accesspoint/a",
        "arn:aws:*",
        "one",
    ],
)
def test_unknown_values(pattern: str) -> None:
    assert covered(pattern) is None
