"""Which names code refers to, ignoring comments."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.files.checkout import Checkout
from scaffold.terraform.references import mentions


def _names(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "a.tf").write_text(text)
    return [f"{one.kind}.{one.name}" for one in mentions(Checkout(tmp_path), "a.tf")]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("local.a", ["local.a"]),
        ("var.a.b[local.c]", ["var.a", "local.c"]),
        ('module.x["k"].y', ["module.x"]),
        ("data.aws_s3_bucket.b.arn", ["data.aws_s3_bucket.b"]),
        ("aws_iam_role.r[count.index].arn", ["aws_iam_role.r"]),
        ("[each.key, self.a, path.module, terraform.workspace]", []),
        ('"${var.a}-${format("%s-${local.b}", "x")}"', ["var.a", "local.b"]),
        ('"$${var.a} %%{if var.b} \\\\${var.c}"', ["var.c"]),
        ('"${ { a = local.b }["a"] }"', ["local.b"]),
        ("[for a, b in local.c : b.d if a.e]", ["local.c"]),
        ("[\n  # a comment\n  for a in local.c : a.d\n]", ["local.c"]),
        ("{ for a in local.c : a.d => local.e... if a.f }", ["local.c", "local.e"]),
        ('"${join(",", [for a in local.c : a.d])}"', ["local.c"]),
        ('"%{ for a in local.c ~}${a.b}${local.d}%{ endfor ~}%{ if var.e }x%{ else }y%{ endif }"',
         ["local.c", "local.d", "var.e"]),
        ("<<EOT\n  \\${var.a} $${var.b} # ${local.c}\nEOT", ["var.a", "local.c"]),
        ("{ aws_x.y = 1, local = 2, (local.z) = 3 }", ["aws_x.y", "local.z"]),
    ],
)  # fmt: skip
def test_expressions(tmp_path: Path, expression: str, expected: list[str]) -> None:
    assert _names(tmp_path, f"x = {expression}\n") == expected


def test_blocks(tmp_path: Path) -> None:
    text = """
    # local.comment
    resource "aws_x" "y" {
      provider = aws.east
      dynamic "lambda_function" {
        for_each = var.a ? [1] : []
        content { arn = lambda_function.value }
      }
      dynamic "queue" {
        for_each = local.b
        iterator = each_queue
        content {
          arn  = each_queue.value
          name = queue.value
        }
      }
      lifecycle { ignore_changes = [ecs.tasks] }
    }
    moved { from = aws_x.old }
    variable "v" { type = object.x }
    """
    assert _names(tmp_path, text) == ["var.a", "local.b", "queue.value"]


def test_a_byte_order_mark_and_crlf(tmp_path: Path) -> None:
    (tmp_path / "a.tf").write_bytes(b'\xef\xbb\xbfx = local.a\r\ny = "${var.b}"\r\n')
    found = list(mentions(Checkout(tmp_path), "a.tf"))
    assert [(one.kind, one.offset) for one in found] == [("local", 7), ("var", 23)]
