"""What a role may do with the objects of a bucket: certain, refused or unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.files.checkout import Checkout
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.iam.bucket_rights import DELETE, GET, LIST, PUT, Objects, rights
from scaffold.terraform.folder import Folder

OBJECTS = Objects("data.aws_s3_bucket.reports", "mine/", ".csv")
BUCKET = "arn:aws:s3:::massgov-pfml-${var.environment_name}-reports"
ROLE = """
resource "aws_iam_role" "mine" {
  name = "mine"
}

resource "aws_iam_role_policy" "mine" {
  role   = aws_iam_role.mine.id
  policy = data.aws_iam_policy_document.mine.json
}

data "aws_iam_policy_document" "mine" {
%s
}
"""
STATEMENT = """
  statement {
    effect    = "%s"
    actions   = [%s]
    resources = [%s]
%s
  }
"""
CONDITION = """
    condition {
      test     = "%s"
      variable = "%s"
      values   = [%s]
    }
"""


def _statement(actions: str, resources: str, condition: str = "", effect: str = "Allow") -> str:
    return STATEMENT % (effect, actions, resources, condition)


def _rights(sample: Path, statements: str) -> dict[str, bool | None]:
    (sample / TEMPLATE / "more.tf").write_text(ROLE % statements)
    actions = (LIST, GET, PUT, DELETE)
    known = rights(Folder.of(Checkout(sample)), "mine", OBJECTS, actions)
    return {
        action: True if action in known.allowed else False if action in known.refused else None for action in actions
    }


READ = _statement('"s3:GetObject", "s3:ListBucket"', f'"{BUCKET}", "{BUCKET}/*"')
PREFIX = CONDITION % ("StringLike", "s3:prefix", '"mine/*"')
CASES: dict[str, tuple[str, tuple[bool | None, ...]]] = {
    "nothing": ("", (False, False, False, False)),
    "by name": (READ, (True, True, False, False)),
    "by reference": (
        _statement('"s3:*"', 'data.aws_s3_bucket.reports.arn, "${data.aws_s3_bucket.reports.arn}/*"'),
        (True, True, True, True),
    ),
    "its prefix": (_statement('"s3:PutObject"', f'"{BUCKET}/mine/*"'), (False, False, True, False)),
    "another prefix": (_statement('"s3:PutObject"', f'"{BUCKET}/other/*"'), (False, False, False, False)),
    "another suffix": (_statement('"s3:GetObject"', f'"{BUCKET}/*.txt"'), (False, False, False, False)),
    "another bucket": (
        _statement('"s3:GetObject"', '"${data.aws_s3_bucket.agency_transfer.arn}/*"'),
        (False, False, False, False),
    ),
    "objects without the bucket": (_statement('"s3:*"', f'"{BUCKET}/*"'), (False, True, True, True)),
    "a prefix to list": (_statement('"s3:ListBucket"', f'"{BUCKET}"', PREFIX), (True, False, False, False)),
    "a condition": (
        _statement('"s3:GetObject"', '"*"', CONDITION % ("IpAddress", "aws:SourceIp", '"10.0.0.0/8"')),
        (False, None, False, False),
    ),
    "an unknown resource": (_statement('"s3:GetObject"', '"${var.unknown}/*"'), (False, None, False, False)),
    "in one environment": (
        _statement('"s3:GetObject"', '"arn:aws:s3:::massgov-pfml-test-reports/*"'),
        (False, False, False, False),
    ),
    "denied": (READ + _statement('"s3:GetObject"', '"*"', effect="Deny"), (None, None, False, False)),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_role_may_do(case: str, sample: Path) -> None:
    statements, expected = CASES[case]
    assert tuple(_rights(sample, statements).values()) == expected


def test_a_role_whose_policies_are_not_all_here(sample: Path) -> None:
    path = sample / TEMPLATE / "more.tf"
    text = ROLE.replace('name = "mine"', 'name = "mine"\n  managed_policy_arns = [var.arn]') % ""
    path.write_text(text)
    known = rights(Folder.of(Checkout(sample)), "mine", OBJECTS, (LIST, GET))
    assert (known.allowed, known.refused) == (frozenset(), ())
