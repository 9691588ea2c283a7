from __future__ import annotations

import pytest

from scaffold.aws.s3 import BUCKET, OBJECT, SERVICE, covered, needed


@pytest.mark.parametrize(
    ("action", "kinds"),
    [
        ("s3:ListBucket", {BUCKET}),
        ("S3:getbucketlocation", {BUCKET}),
        ("s3:GetObject", {OBJECT}),
        ("s3:DeleteObject", {OBJECT}),
        ("s3:AbortMultipartUpload", {OBJECT}),
        ("s3:ListAllMyBuckets", {SERVICE}),
    ],
)
def test_what_an_action_needs(action: str, kinds: set[str]) -> None:
    assert needed(action) == kinds


@pytest.mark.parametrize("action", ["s3:Get*", "s3:ListObjects", "ssm:GetParameter", "*", "s3:DescribeJob"])
def test_what_is_no_single_action_of_a_bucket(action: str) -> None:
    assert needed(action) is None


@pytest.mark.parametrize(
    ("pattern", "kinds"),
    [
        ("*", {BUCKET, OBJECT, SERVICE}),
        ("arn:aws:s3:::*", {BUCKET, OBJECT, SERVICE}),
        ("arn:aws:s3:::one", {BUCKET}),
        ("arn:aws:s3:::one/*", {OBJECT}),
        ("arn:aws:s3:::one/", {OBJECT}),
        ("arn:aws:s3:::one*", {BUCKET, OBJECT}),
        ("arn:aws:s3:::*/key", {OBJECT}),
        ("arn:aws:logs:us-east-1:123456789012:log-group:x", set()),
    ],
)
def test_what_a_resource_covers(pattern: str, kinds: set[str]) -> None:
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
def test_what_is_not_known(pattern: str) -> None:
    assert covered(pattern) is None
