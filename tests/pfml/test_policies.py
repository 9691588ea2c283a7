from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.files.checkout import Checkout
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.iam.policies import Document, Texts, document_of
from scaffold.terraform.folder import Folder

FILE = f"{TEMPLATE}/more.tf"


def _document(sample: Path, text: str, expression: str = "local.policy") -> Document | None:
    (sample / FILE).write_text(f"{text}\nlocals {{\n  asked = {expression}\n}}\n")
    folder = Folder.of(Checkout(sample))
    found = folder.local("asked")
    assert found
    return document_of(folder, found[0], found[1].value, "asked")


def _inner(texts: Texts | None) -> list[str] | None:
    return None if texts is None else [text.inner for text in texts.texts]


DATA = """
data "aws_iam_policy_document" "one" {
  statement {
    effect      = "Deny"
    not_actions = ["s3:GetObject"]
    resources   = concat([aws_s3_bucket.x.arn], local.arns)

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["a/*"]
    }
  }
}

locals {
  arns = ["${aws_s3_bucket.x.arn}/*"]
}
"""
JSON_ENCODED = """
locals {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      NotAction = "s3:GetObject"
      Resource  = [aws_s3_bucket.x.arn, "${aws_s3_bucket.x.arn}/*"]
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = { StringLike = { "s3:prefix" = "a/*" } }
    }]
  })
}
"""
HEREDOC = """
locals {
  policy = <<-POLICY
    {
      "statement": {
        "effect": "Deny",
        "notAction": ["s3:GetObject"],
        "Resource": ["${aws_s3_bucket.x.arn}", "${aws_s3_bucket.x.arn}/*"],
        "Principal": {"Service": ["ecs-tasks.amazonaws.com"]},
        "Condition": {"StringLike": {"s3:prefix": ["a/*"]}}
      }
    }
  POLICY
}
"""
QUOTED = (
    'locals {\n  policy = "{\\"Statement\\": [{\\"Effect\\": \\"Deny\\", \\"NotAction\\": \\"s3:GetObject\\", \\"Resource\\": '
    '[\\"${aws_s3_bucket.x.arn}\\", \\"${aws_s3_bucket.x.arn}/*\\"], \\"Principal\\": {\\"Service\\": '
    '\\"ecs-tasks.amazonaws.com\\"}, \\"Condition\\": {\\"StringLike\\": {\\"s3:prefix\\": \\"a/*\\"}}}]}"\n}\n'
)


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        (DATA, "data.aws_iam_policy_document.one.json"),
        (DATA, "data.aws_iam_policy_document.one[0].json"),
        (JSON_ENCODED, "local.policy"),
        (HEREDOC, "(local.policy)"),
        (QUOTED, "local.policy"),
    ],
)
def test_a_policy_reads_the_same_however_it_is_written(sample: Path, text: str, expression: str) -> None:
    document = _document(sample, text, expression)
    assert document and document.is_complete
    (statement,) = document.statements
    assert (statement.effect, statement.actions, statement.not_resources) == ("Deny", None, None)
    assert _inner(statement.not_actions) == ["s3:GetObject"]
    assert _inner(statement.resources) == ["${aws_s3_bucket.x.arn}", "${aws_s3_bucket.x.arn}/*"]
    assert [(one.type, _inner(one.identifiers)) for one in statement.principals] == [
        ("Service", ["ecs-tasks.amazonaws.com"])
    ]
    (condition,) = statement.conditions
    assert (condition.test.inner, condition.variable.inner) == ("StringLike", "s3:prefix")
    assert _inner(condition.values) == ["a/*"]


@pytest.mark.parametrize(
    "expression",
    [
        'file("policy.json")',
        "var.policy",
        "data.aws_iam_policy_document.missing.json",
        'jsonencode("no policy")',
        '"no JSON"',
        '"%{ if true }{}%{ endif }"',
        "var.a ? jsonencode({}) : jsonencode({})",
        "local.asked",
    ],
)
def test_unreadable_expressions_are_not_policies(sample: Path, expression: str) -> None:
    assert _document(sample, "", expression) is None


@pytest.mark.parametrize(
    "statement",
    [
        'source_policy_documents = ["{}"]',
        'dynamic "statement" {\n for_each = var.x\n content {\n actions = ["s3:GetObject"]\n }\n }',
    ],
)
def test_an_incomplete_document_is_not_whole(sample: Path, statement: str) -> None:
    text = f'data "aws_iam_policy_document" "one" {{\n{statement}\n}}\n'
    document = _document(sample, text, "data.aws_iam_policy_document.one.json")
    assert document and not document.is_complete


def test_incomplete_lists_are_not_whole(sample: Path) -> None:
    text = (
        'data "aws_iam_policy_document" "one" {\n  statement {\n'
        '    actions = [for name in var.names : "s3:${name}"]\n    resources = var.all ? ["*"] : ["arn:aws:s3:::one"]\n  }\n}\n'
    )
    document = _document(sample, text, "data.aws_iam_policy_document.one.json")
    assert document
    (statement,) = document.statements
    assert statement.actions == Texts((), False)
    assert statement.resources and not statement.resources.is_complete
    assert _inner(statement.resources) == ["*", "arn:aws:s3:::one"]


def test_the_place_of_an_action_in_a_heredoc(sample: Path) -> None:
    document = _document(sample, HEREDOC)
    assert document and document.statements[0].not_actions
    (text,) = document.statements[0].not_actions.texts
    assert (sample / FILE).read_bytes()[text.start :].startswith(b'"s3:GetObject"')
