"""The place of a byte in the structure of its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.audit.structure import address
from scaffold.files.checkout import Checkout

TERRAFORM = b"""
locals {
  tasks = {
    "a-task" = {
      cpu = 1024, env = [local.x, { name : "NAME", value : "value" }]
    }
  }
}

resource "aws_iam_role" "a_role" {
  inline_policy {
    name = "own"
  }
}

module "a_scheduler" {
  task_name = "a-task"
}
"""
PYTHON = b"""import os


class Reader:
    @property
    def path(self):
        return os.environ["A_PATH"]


def main():
    def inner():
        return 1

    return inner()
"""
TOML = b"""[tool.poetry.scripts]
# a comment
"a-task" = "massgov.pfml.a_task:main"
"""


@pytest.mark.parametrize(
    ("path", "data", "word", "expected"),
    [
        ("a.tf", TERRAFORM, b"1024", "locals.tasks.a-task.cpu"),
        ("a.tf", TERRAFORM, b'"NAME"', "locals.tasks.a-task.env.name"),
        ("a.tf", TERRAFORM, b'"a-task" = {', "locals.tasks.a-task"),
        ("a.tf", TERRAFORM, b'"own"', "aws_iam_role.a_role.inline_policy.name"),
        ("a.tf", TERRAFORM, b"module", "module.a_scheduler"),
        ("a.tf", TERRAFORM, b"task_name", "module.a_scheduler.task_name"),
        ("a.tf", b"not {", b"not", ""),
        ("a.py", PYTHON, b"@property", "Reader.path"),
        ("a.py", PYTHON, b"os.environ", "Reader.path"),
        ("a.py", PYTHON, b"return 1", "main.inner"),
        ("a.py", PYTHON, b"import os", ""),
        ("a.py", b"def (", b"def", ""),
        ("a.toml", TOML, b'"massgov', "tool.poetry.scripts.a-task"),
        ("a.toml", TOML, b"scripts", "tool.poetry.scripts"),
        ("a.yml", b"steps:\n", b"steps", ""),
    ],
)
def test_the_names_around_a_byte(tmp_path: Path, path: str, data: bytes, word: bytes, expected: str) -> None:
    (tmp_path / path).write_bytes(data)
    assert address(TolerantCheckout(Checkout(tmp_path)), path, data.index(word)) == expected
