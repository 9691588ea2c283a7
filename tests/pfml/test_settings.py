"""`.pfml-scaffold/config.toml`, and the environments that it or a workflow protects."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.pfml.protection import protected
from scaffold.pfml.settings import FILE, settings

MISTAKES = [
    ("[environment]\n", ":1: table 'environment': no such table. Did you mean environments?"),
    ("x = 1\n[environments]\n", ":1: table 'x': no such table. Available: check, environments."),
    ("\n[chek]\nskip = []\n", ":2: table 'chek': no such table. Did you mean check?"),
    ("[environments]\n\nprotcted = []\n", ":3: setting 'protcted': no such setting in [environments]. Did you mean protected?"),
    ("[[environments]]\n", ":1: environments must be a table. Write [environments]."),
    ("environments = 3\n", ":1: environments must be a table. Write [environments]."),
    ('[environments]\nprotected = "prod"\n', ':2: protected must be a list of names. Write protected = ["prod"].'),
    ('[environments]\nprotected = ["prod", 1]\n', ':2: protected must be a list of names. Write protected = ["prod"].'),
    ('[environments]\nprotected = ["test",\n  "prd"]\n', ":2: protected 'prd': no such environment in infra/ecs-tasks/environments. Did you mean prod?"),
    ('environments.protected = ["prd"]\n', ":1: protected 'prd': no such environment in infra/ecs-tasks/environments. Did you mean prod?"),
    ('environments = { protected = ["x-y"] }\n', ":1: protected 'x-y': no such environment in infra/ecs-tasks/environments. Available: cps-preview, prod, test."),
]  # fmt: skip


def _write(root: Path, data: bytes, path: str = FILE) -> Checkout:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(data)
    return Checkout.find(root)


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_mistakes_are_refused_with_their_line(text: str, message: str, sample: Path) -> None:
    with pytest.raises(Refusal) as refusal:
        settings(_write(sample, text.encode()))
    assert str(refusal.value) == f"{FILE}{message}"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"[environments\n", r"config\.toml:1: Expected"),
        (b"x = \xff\n", r"config\.toml: 'utf-8' codec"),
        (b"a" * 300_000, r"config\.toml: too large"),
        (b"x" + b".x" * 200 + b" = 1\n", r"config\.toml:1: a key has more than"),
        (b"x = " + b"[" * 5_000, r"config\.toml"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, message: str, sample: Path) -> None:
    with pytest.raises(Refusal, match=message):
        settings(_write(sample, data))


def test_what_is_not_a_file_is_refused(sample: Path) -> None:
    (sample / FILE).mkdir(parents=True)
    with pytest.raises(Refusal, match="a folder, not a file"):
        settings(Checkout.find(sample))
    (sample / FILE).rmdir()
    os.mkfifo(sample / FILE)
    with pytest.raises(Refusal, match="a named pipe, not a file"):
        settings(Checkout.find(sample))


@pytest.mark.parametrize("text", ["", "# nothing\n", "[environments]\n", "\ufeff[environments]\r\n"])
def test_without_a_setting_prod_is_protected(text: str, sample: Path) -> None:
    assert protected(_write(sample, text.encode())) == {"prod": "by default, because of its name"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('[environments]\nprotected = ["cps-preview", "prod"]\n', ["cps-preview", "prod"]),
        ('environments.protected = ["test"]\n', ["test"]),
        ("environments = { protected = [] }\n", []),
    ],
)
def test_settings_are_the_whole_list(text: str, names: list[str], sample: Path) -> None:
    assert [*protected(_write(sample, text.encode()))] == names


# --- the workflow

STEP = """\
on: push
jobs:
  deploy:
    steps:
    - name: stop
      if: {condition}
      run: {script}
    - run: terraform -chdir=infra/ecs-tasks/environments/x apply
"""
GUARDED = [
    ("env.deployment_env == 'test'", ["prod", "test"]),
    ("\"env.deployment_env == 'test'\"", ["prod", "test"]),
    ("env.deployment_env != 'prod'", ["cps-preview", "prod", "test"]),
    ("${{ contains(inputs.environment, 'preview') }}", ["cps-preview", "prod"]),
    ("!contains(inputs.environment, 'preview')", ["prod", "test"]),
    ("contains(github.event.inputs.env || 'test', 'test')", ["prod", "test"]),
    ("contains(github.ref, 'deploy/api/test')", ["prod", "test"]),
    ("github.ref == 'refs/heads/deploy/api/test'", ["prod", "test"]),
    ("startsWith(env.env, 'te') || endsWith(env.env, 'view')", ["cps-preview", "prod", "test"]),
    ("env.env == 'test' && github.actor != 'me'", ["prod", "test"]),
    ("env.env == 'test' && env.env != 'test'", ["prod"]),
    ("env.version == 'test'", ["prod"]),
    ("github.actor != 'test'", ["prod"]),
    ("always()", ["prod"]),
    ("", ["prod"]),
]


@pytest.mark.parametrize(("condition", "names"), GUARDED)
def test_what_a_failing_step_is_about_is_protected(condition: str, names: list[str], sample: Path) -> None:
    text = STEP.format(condition=condition, script="exit 1")
    checkout = _write(sample, text.encode(), ".github/workflows/api-deploy.yml")
    assert [*protected(checkout)] == names


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("api-ci.yml", STEP.format(condition="env.env == 'test'", script="exit 1")),
        ("deploy.yml.orig", STEP.format(condition="env.env == 'test'", script="exit 1")),
        ("deploy.yml", STEP.format(condition="env.env == 'test'", script="exit 1").replace("ecs-tasks", "portal")),
        ("deploy.yml", STEP.format(condition="env.env == 'test'", script="exit 0")),
        ("deploy.yml", STEP.format(condition="env.env == 'test'", script="make || exit 1; make done")),
        ("deploy.yml", "a: &a [*a\n\t- :\n- - - x: |\n" * 50 + "infra/ecs-tasks"),
    ],
)
def test_what_else_a_workflow_does_protects_nothing(path: str, text: str, sample: Path) -> None:
    assert [*protected(_write(sample, text.encode(), f".github/workflows/{path}"))] == ["prod"]


def test_workflow_that_cannot_be_read_is_left_out(sample: Path) -> None:
    (sample / ".github/workflows").mkdir(parents=True)
    os.mkfifo(sample / ".github/workflows/deploy.yml")
    (sample / ".github/workflows/deploy-2.yml").symlink_to("/etc/passwd")
    assert [*protected(Checkout.find(sample))] == ["prod"]
