"""Two commands at once: both are right one after the other, or the second is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scaffold.cli import write
from scaffold.files.checkout import Checkout
from scaffold.files.plan import Plan
from tests.conftest import Run
from tests.helpers import restore, tree

COMMANDS = (
    "schedule plain-task 'rate(1 day)'",
    "trigger plain-task --s3-bucket agency_transfer --s3-prefix plain/",
    "remove plain-task",
    "change plain-task --cpu 2048 --memory 4096",
    "rename plain-task plainer-task",
    "rename other-task plainer-task",
    "task new-task --task-role plain_task_task_role",
    "unschedule other-task",
    "check --fix",
)


@pytest.fixture
def busy(sample: Path, run: Run) -> Path:
    """A checkout that the commands work on."""
    for command in ("task plain-task --task-role new --db", "task other-task --schedule 'rate(1 day)'"):
        assert run(command).exit_code == 0
    return sample


def errors(run: Run) -> set[tuple[str, str]]:
    findings = json.loads(run("check --format json").stdout)["findings"]
    return {(finding["rule"], finding["subject"]) for finding in findings if finding["severity"] == "error"}


def interleaved(run: Run, first: str, second: str) -> tuple[int, int, str]:
    """The exit statuses if the second command runs as a whole between reading and writing of the first."""
    statuses: list[int] = []
    real = write.write

    def late(checkout: Checkout, plan: Plan, dry_run: bool) -> None:
        patch.undo()
        statuses.append(run(second).exit_code)
        real(checkout, plan, dry_run)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write, "write", late)
        patch.setattr("scaffold.cli.commands.check.write", late)
        result = run(first)
    return result.exit_code, statuses[0], result.stderr


@pytest.mark.parametrize("first", COMMANDS)
def test_every_pair_of_commands(first: str, busy: Path, run: Run) -> None:
    before, existing = tree(busy), errors(run)
    for second in COMMANDS:
        restore(busy, before)
        alone = run(second).exit_code
        changes = tree(busy) != before
        in_turn = run(first).exit_code, tree(busy)
        restore(busy, before)
        status, other, message = interleaved(run, first, second)
        assert other == alone, second
        if status == 0 or (first == "check --fix" and "changed since" not in message):
            assert (status, tree(busy)) == in_turn, second
        else:
            assert not changes or "changed since it was read; nothing was written; run the command again" in message
        assert errors(run) <= existing, second


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("infra/ecs-tasks/template/new.tf", "remove plain-task"),
        ("api/tests/massgov/pfml/tasks/test_plain_task.md", "rename plain-task plainer-task"),
        ("infra/ecs-tasks/environments/new/main.tf", "schedule plain-task 'rate(1 day)' --toggle"),
        (".pfml-scaffold/template/snippets/schedule.tf", "schedule plain-task 'rate(1 day)'"),
        ("docs/new.md", "rename plain-task plainer-task"),
    ],
)
@pytest.mark.parametrize("dry", ["", " --dry-run"])
def test_a_file_that_appears(path: str, command: str, dry: str, busy: Path, run: Run) -> None:
    """What a command looked for and did not find matters as well."""
    before, real = tree(busy), write.write

    def late(checkout: Checkout, *rest: Any, **named: Any) -> None:
        (busy / path).parent.mkdir(parents=True, exist_ok=True)
        (busy / path).write_text("# plain-task\n")
        real(checkout, *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write, "write", late)
        result = run(command + dry)
    assert result.exit_code == 1
    changed = path.split("/")
    assert any(f"error: {'/'.join(changed[:end])} changed since it was read" in result.stderr for end in range(1, 9))
    (busy / path).unlink()
    assert tree(busy) == before


def test_every_look_is_compared(sample: Path) -> None:
    checkout = Checkout(sample)
    assert checkout.difference() is None
    (sample / ".pfml-scaffold/a").mkdir(parents=True)
    looks: dict[str, Callable[[], object]] = {
        "api/pyproject.toml": lambda: checkout.read("api/pyproject.toml"),
        "api/new.py": lambda: checkout.read("api/new.py"),
        "infra/file": lambda: checkout.is_file("infra/file"),
        "infra/folder": lambda: checkout.is_folder("infra/folder"),
        "infra/modules/new": lambda: checkout.folders("infra/modules"),
        "infra/modules/entry": lambda: checkout.entries("infra/modules"),
        "infra/ecs-tasks/template/x.tf": lambda: checkout.terraform_files("infra/ecs-tasks/template"),
        "api/tests/new.py": lambda: checkout.files("api/tests", "*.py"),
        "docs/x.md": lambda: checkout.texts_with(["needle"]),
        ".pfml-scaffold/a/b": lambda: checkout.everything_below(".pfml-scaffold"),
    }
    for look in looks.values():
        look()
    assert checkout.difference() is None
    for path in looks:
        file = sample / path
        data = file.read_bytes() if file.exists() else None
        file.parent.mkdir(parents=True, exist_ok=True)
        if path in ("infra/folder", "infra/modules/new"):
            file.mkdir()
        else:
            file.write_text("needle")
        assert checkout.difference() == path
        file.rmdir() if file.is_dir() else file.unlink() if data is None else file.write_bytes(data)
    assert checkout.difference() is None
