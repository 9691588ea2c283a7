"""Which resources an action applies to, and which actions only take `*`."""

from __future__ import annotations

import pytest

from scaffold.aws.resources import may_cover, may_cover_all, needed_formats

GROUP = "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}"


@pytest.mark.parametrize(
    "action", ["logs:DescribeLogGroups", "ec2:DescribeSubnets", "ecr:GetAuthorizationToken", "SSM:describeparameters"]
)
def test_actions_that_only_take_all_resources(action: str) -> None:
    assert needed_formats(action) == ()


@pytest.mark.parametrize("action", ["s3:GetObject", "sts:GetCallerIdentity", "logs:*", "logs:Get*", "logs:NoSuch"])
def test_actions_that_are_not_judged(action: str) -> None:
    assert needed_formats(action) is None


def test_an_action_and_a_pattern_with_the_resources_that_they_apply_to() -> None:
    assert needed_formats("logs:DescribeLogStreams") == (GROUP,)
    assert any("vpc/" in arn for arn in needed_formats("ec2:Describe*") or ())


@pytest.mark.parametrize(
    ("pattern", "covered"),
    [
        ("arn:aws:logs:us-east-1:1:log-group:service/x:*", True),
        ("arn:aws:logs:*:*:*", True),
        ("arn:aws:*", True),
        ("arn:aws:logs:*:*:destination:x", False),
        ("arn:aws:s3:::log-group:x", False),
    ],
)
def test_a_resource_covers_a_format(pattern: str, covered: bool) -> None:
    assert may_cover(pattern, GROUP) is covered


@pytest.mark.parametrize(
    ("pattern", "action", "covered"),
    [
        ("arn:aws:sns:us-east-1:1:*", "sns:OptInPhoneNumber", True),
        ("arn:aws:logs:us-east-1:1:log-group:*", "logs:DescribeLogGroups", True),
        ("arn:aws:logs:us-east-1:1:log-group:service/*", "logs:DescribeLogGroups", False),
        ("arn:aws:s3:::*", "sns:OptInPhoneNumber", False),
        ("arn:aws:ec2:us-east-1:1:*", "ec2:DescribeSubnets", False),
    ],
)
def test_a_resource_that_names_nothing_may_cover_all(pattern: str, action: str, covered: bool) -> None:
    assert may_cover_all(pattern, action) is covered
