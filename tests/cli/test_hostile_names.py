"""Names from a checkout in all output: nothing of them is a line of its own, a terminal escape, or a shell command."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scaffold.cli.main import main
from tests.helpers import tree

TEMPLATE = "infra/ecs-tasks/template"
TASK = "dor-import"
# What follows a line break here must never begin a line of the output.
SHELL = "$(touch pwned)`touch pwned`;touch pwned;'\""
CONTROL = "\x1b[31m\x1b]0;x\x07\x9b1m\u202e"
LINES = "\nINJECTED\r\n::error::INJECTED\u2028"
ESCAPED = "".join(f"\\u{ord(char):04x}" for char in f"{CONTROL}{LINES}")


def _folder(sample: Path, name: str) -> None:
    environments = sample / "infra/ecs-tasks/environments"
    (environments / "test").rename(environments / name)


def _replace(path: str, old: str, new: str) -> Callable[[Path], None]:
    def change(sample: Path) -> None:
        file = sample / path
        data = file.read_text()
        assert old in data
        file.write_text(data.replace(old, new))

    return change


def _key(key: str) -> Callable[[Path], None]:
    return _replace(f"{TEMPLATE}/tasks.tf", f'"{TASK}" = {{', f'"{key}" = {{')


def _file(path: str, text: str) -> Callable[[Path], None]:
    def change(sample: Path) -> None:
        (sample / path).parent.mkdir(parents=True, exist_ok=True)
        (sample / path).write_text(text)

    return change


CHECKOUTS: dict[str, Callable[[Path], None]] = {
    "environment folder, shell": lambda sample: _folder(sample, SHELL),
    "environment folder, control": lambda sample: _folder(sample, f"a{CONTROL}y"),
    "environment folder, lines": lambda sample: _folder(sample, f"a{LINES}y"),
    "environment folder, bytes": lambda sample: _folder(sample, os.fsdecode(b"a\xff\xfey")),
    "environment folder, option": lambda sample: _folder(sample, "-x=y"),
    "task key, shell": _key(SHELL.replace('"', '\\"')),
    "task key, control": _key(f"x{CONTROL}"),
    "task key, command of a workflow": _key("::error::INJECTED"),
    "script": _replace("api/pyproject.toml", f"{TASK} =", f'"x{ESCAPED}" ='),
    "script that a task runs": _replace(f"{TEMPLATE}/tasks.tf", f'["{TASK}"]', f'["{SHELL[:-1]}", "x{CONTROL}"]'),
    "reference of a script": _replace("api/pyproject.toml", "import_dor:handler", f"import_dor:x{ESCAPED}"),
    "decorator": _replace("api/massgov/pfml/dor/importer/import_dor.py", f'"{TASK}"', f'"x{ESCAPED}"'),
    "bucket": _replace(
        f"{TEMPLATE}/s3_subscriptions.tf", "aws_s3_bucket.agency_transfer", f'aws_s3_bucket["{CONTROL}"]'
    ),
    "role": _replace(f"{TEMPLATE}/iam.tf", 'name               = "', f'name               = "{CONTROL}$(touch pwned)'),
    "schedule": _replace(f"{TEMPLATE}/cloudwatch.tf", '"fineos-daily-export-copy"', f'"x{CONTROL}"'),
    "alarm": _replace("infra/modules/alarms_api/alarms-aws.tf", '"reductions-', f'"{CONTROL}reductions-'),
    "Terraform file": _file(f"{TEMPLATE}/x{LINES}.tf", f'locals {{\n  x = "{TASK}"\n  y = var.none\n}}\n'),
    "broken Terraform file": _file(f"{TEMPLATE}/x{LINES}{CONTROL}.tf", f'locals {{ x = "{CONTROL}\n'),
    "test file": _file(f"api/tests/dor/test_{LINES}.py", "import massgov.pfml.dor.importer.import_dor\n"),
    "text that mentions a task": _file(f"docs/x{LINES}{CONTROL}.md", f"{TASK}\n"),
    "exceptions": _file(".pfml-scaffold/check.toml", f'[[exceptions]]\nrule = "x{ESCAPED}"\nreason = "x{ESCAPED}"\n'),
    "settings": _file(".pfml-scaffold/config.toml", f'[environments]\nprotected = ["x{ESCAPED}"]\n'),
    "workflow": _file(
        ".github/workflows/deploy.yml",
        f"name: x{CONTROL}\non:\n  workflow_dispatch:\n    inputs:\n      {CONTROL}env:\n        required: true\n"
        f"jobs:\n  a:\n    steps:\n      - if: env.env == 'prod'\n        run: |\n          echo '{CONTROL}'\n"
        "          exit 1\n      - run: cd infra/ecs-tasks\n",
    ),
    "link": _file("docs/logs.md", f"[ECS {CONTROL}](https://one.newrelic.com/{CONTROL.split()[0]})\n"),
    "template": _file(".pfml-scaffold/template/runbook.md", f"# {{{{ task }}}}\n{CONTROL}\n"),
    "file among the templates": _file(f".pfml-scaffold/template/x{LINES}{CONTROL}", "x\n"),
}
TRIGGER = ("trigger", "fineos-bucket-tool", "--s3-bucket=agency_transfer", "--s3-prefix=mine/", "--toggle")
WITHOUT_STEPS = ("broken Terraform file", "file among the templates")  # all commands refuse these
COMMANDS = (
    *("list", "list --format json", f"show {TASK}", f"show {TASK} --format json"),
    *(f"list {noun}" for noun in ("buckets", "environments", "groups", "roles", "schedules")),
    *(f"list {noun} --format {format}" for noun in ("tasks", "buckets", "roles") for format in ("markdown", "csv")),
    *("list groups --format csv", "list schedules --format markdown", "list environments --format csv"),
    *("check", "check --strict --format json", "check --format github", "check --fix --dry-run"),
    f"remove {TASK} --dry-run",
    f"rename {TASK} dor-export --dry-run",
    f"rename {TASK} dor-export --dry-run --format json",
    f"untrigger {TASK} --dry-run --format markdown",
    "task x-y-task --dry-run",
    "task x-y-task --dry-run --secret TOKEN --format json",
    "task x-y-task --dry-run --like no-such-task",
    "task x-y-task --dry-run --env no-such-group",
    "task x-y-task --schedule 'rate(1 day)' --toggle",
)


def commands_of(sample: Path) -> Iterator[list[str]]:
    """The commands, and those that need the name of the hostile environment or task."""
    yield from map(shlex.split, COMMANDS)
    for environment in sorted(os.listdir(sample / "infra/ecs-tasks/environments")):
        for options in ([], ["--format", "markdown"]):
            yield ["runbook", TASK, f"--environment={environment}", "--author=a.b", *options]
        for format in ("text", "json", "markdown"):
            yield [*TRIGGER, f"--enable-in={environment}", "--dry-run", "--format", format]


def invoke(words: list[str]) -> Result:
    return CliRunner().invoke(main, words, prog_name="pfml-scaffold")


@pytest.mark.parametrize("checkout", CHECKOUTS)
def test_no_name_is_more_than_text_on_a_line(checkout: str, sample: Path, tmp_path: Path) -> None:
    CHECKOUTS[checkout](sample)
    steps: set[str] = set()
    for words in commands_of(sample):
        result = invoke(words)
        assert result.exit_code in (0, 1, 2), result.output
        assert "internal error" not in result.output, result.output
        for line in result.output.split("\n"):
            assert line.replace("\t", "").isprintable(), (words, line)
            assert line.strip() != "INJECTED", words
        if "json" in words and result.stdout.strip():
            steps |= set(json.loads(result.stdout).get("next_steps", ()))
        if "github" in words:
            lines = result.stdout.splitlines()
            assert all(line.startswith(("::error file=", "::warning file=", "::notice file=")) for line in lines)
    assert steps or checkout in WITHOUT_STEPS
    _assert_harmless(steps, sample, tmp_path)


def _assert_harmless(steps: set[str], sample: Path, tmp_path: Path) -> None:
    """Run the commands to copy, with programs that do nothing."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("terraform", "poetry", "aws", "git"):
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)
    before = sorted(path.name for path in sample.iterdir())
    for step in steps:
        environment = {"PATH": f"{programs}:/usr/bin:/bin", "TOKEN": "x"}
        subprocess.run(["bash", "-c", step], cwd=sample, env=environment, check=True)
    assert sorted(path.name for path in sample.iterdir()) == before


@pytest.mark.parametrize("checkout", [name for name in CHECKOUTS if name.startswith(("environment", "task key"))])
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_are_plain_words(shell: str, checkout: str, sample: Path) -> None:
    CHECKOUTS[checkout](sample)
    names = set()
    for typed in ("pfml-scaffold show ", "pfml-scaffold task a-b --enable-in "):
        environment = {
            "_PFML_SCAFFOLD_COMPLETE": f"{shell}_complete",
            "COMP_WORDS": typed,
            "COMP_CWORD": str(len(typed.split()) if shell != "fish" else ""),
        }
        result = CliRunner(env=environment).invoke(
            main, [], prog_name="pfml-scaffold", complete_var="_PFML_SCAFFOLD_COMPLETE"
        )
        names |= set(result.output.split())
    assert not any(char in name for name in names for char in "$`;'\"\x1b\u202e")


@pytest.mark.parametrize("name", ["a b", 'a"b', "a\\b", "a\nb", "a\tb", "é"])
def test_a_patch_names_such_a_folder_as_git_does(name: str, sample: Path) -> None:
    _folder(sample, name)
    words = [*TRIGGER, f"--enable-in={name}"]
    patch = invoke([*words, "--dry-run", "--format", "patch"]).stdout_bytes
    assert invoke(words).exit_code == 0
    wanted = tree(sample)
    subprocess.run(["git", "init", "-q", "."], cwd=sample, check=True)
    subprocess.run(["git", "apply", "-R"], cwd=sample, input=patch, check=True)
    assert tree(sample) != wanted
    subprocess.run(["git", "apply"], cwd=sample, input=patch, check=True)
    assert tree(sample) == wanted
