"""Completion as a shell requests it: through environment variables, in a separate process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.cli.completion import beginning
from tests.conftest import Run

PROGRAM = "import sys; sys.argv[0] = 'pfml-scaffold'; from scaffold.cli.main import run; run()"


def complete(line: str, folder: Path) -> list[str]:
    """The completions of the last word of a line. A line that ends in a space starts a new word."""
    words = line.split()
    place = len(words) if line.endswith(" ") else len(words) - 1
    protocol = {"_PFML_SCAFFOLD_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(place)}
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=folder, env=os.environ | protocol, capture_output=True, text=True
    )
    assert (result.returncode, result.stderr) == (0, "")
    return [text.removeprefix("plain,") for text in result.stdout.split()]


CASES = {
    "pfml-scaffold comp": ["completion"],
    "pfml-scaffold task --sched": ["--schedule", "--schedule-name", "--schedule-arg"],
    "pfml-scaffold completion ": ["bash", "zsh", "fish"],
    "pfml-scaffold list s": ["schedules"],
    "pfml-scaffold help un": ["unschedule", "untrigger"],
    "pfml-scaffold unschedule fineos-bucket-tool f": ["fineos-daily-export-copy"],
    "pfml-scaffold unschedule dor-import f": [],
    "pfml-scaffold unschedule fineos-bucket-tool --schedule-name f": ["fineos-daily-export-copy"],
    "pfml-scaffold untrigger dor-import a": ["agency_transfer"],
    **{
        f"pfml-scaffold {command} dor": ["dor-import"]
        for command in ("schedule", "unschedule", "trigger", "untrigger", "remove", "rename", "show", "runbook")
    },
    "pfml-scaffold rename dor-import dor": [],  # its new name is new
    "pfml-scaffold schedule nothing-like-it": [],
    "pfml-scaffold task ": [],  # its name is new
    "pfml-scaffold task my-task --like re": ["reductions-process-agency-data"],
    "pfml-scaffold task my-task --env fineos": ["fineos_api_access", "fineos_s3_access"],
    "pfml-scaffold task my-task --env=em": ["emails", "emails_reductions"],
    "pfml-scaffold task my-task --env emails --env db": ["db_access"],
    "pfml-scaffold task my-task --task-role n": ["new"],
    "pfml-scaffold task my-task --execution-role t": ["task_executor"],
    "pfml-scaffold task my-task --s3-bucket ": ["agency_transfer", "reports", "business_intelligence_tool"],
    "pfml-scaffold trigger dor-import --s3-bucket a": ["agency_transfer"],
    "pfml-scaffold task my-task --toggle enable_d": ["enable_dor_import_trigger"],
    "pfml-scaffold task my-task --enable-in ": ["all", "cps-preview", "prod", "test"],
    "pfml-scaffold task my-task --enable-in all --disable-in p": ["prod"],
    "pfml-scaffold runbook dor-import --environment t": ["test"],
    "pfml-scaffold schedule dor-import x --timezone America/New_": ["America/New_York"],
    "pfml-scaffold schedule dor-import x --timezone EST": ["EST5EDT"],  # EST itself is refused
}


@pytest.mark.parametrize("line", CASES)
def test_names_of_the_checkout(line: str, sample: Path) -> None:
    assert complete(line, sample / "api") == CASES[line]


def test_the_checkout_may_be_elsewhere(sample: Path, tmp_path: Path) -> None:
    assert complete(f"pfml-scaffold task --repo {sample} my-task --env db", tmp_path) == ["db_access"]


@pytest.mark.parametrize("line", CASES)
def test_outside_of_a_checkout_it_is_silent(line: str, tmp_path: Path) -> None:
    of_no_checkout = [
        name
        for name in CASES[line]
        if " comp" in line or " list" in line or " help" in line or line.endswith("--sched") or "--timezone" in line
    ]
    assert complete(line, tmp_path) == of_no_checkout


@pytest.mark.parametrize("text", ["locals {\n  tasks = {\n", "\xff{{{", ""])
def test_a_file_that_does_not_parse_is_skipped_silently(text: str, sample: Path) -> None:
    (sample / "infra/ecs-tasks/template/tasks.tf").write_text(text, encoding="latin-1")
    assert complete("pfml-scaffold schedule ", sample) == []


def test_a_prefix() -> None:
    assert beginning(["ab", "b", "ab", "a-${var.x}"], "a") == ["ab"]


def imported(code: str, *modules: str) -> list[str]:
    """Which of these modules are imported after some code has run in a separate process."""
    code = f"import sys\n{code}\nprint(*[name for name in {modules} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return result.stdout.split()


def test_reading_the_checkout_is_not_imported_with_the_commands() -> None:
    code = "from scaffold.cli.main import main\nassert [*main.commands.values()]"
    modules = ("scaffold.cli.commands.untrigger", "scaffold.hcl", "hcl2", "zoneinfo")
    assert imported(code, *modules) == ["scaffold.cli.commands.untrigger"]


def test_a_command_is_imported_when_it_is_used() -> None:
    code = "from scaffold.cli.main import main\nmain(['show', '--help'], standalone_mode=False)"
    modules = ("scaffold.cli.commands.show", "scaffold.cli.commands.list", "scaffold.cli.commands.task")
    assert imported(code, *modules)[-1:] == ["scaffold.cli.commands.show"]


# --- the script


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_asks_this_program(shell: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(f"completion {shell}")
    assert result.exit_code == 0
    assert f"_PFML_SCAFFOLD_COMPLETE={shell}_complete" in result.stdout
    assert "pfml-scaffold" in result.stdout


def needs(shell: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(shell), reason=f"{shell} is not installed")


@pytest.mark.parametrize("shell", [pytest.param(shell, marks=needs(shell)) for shell in ("bash", "zsh", "fish")])
def test_the_shell_parses_the_script(shell: str, run: Run) -> None:
    subprocess.run([shell, "-n"], input=run(f"completion {shell}").stdout, check=True, text=True)


def test_another_shell_is_refused(run: Run) -> None:
    result = run("completion tcsh")
    assert result.exit_code == 2
    assert "'bash', 'zsh', 'fish'" in result.stderr


def test_the_help_shows_how_to_install_it(run: Run) -> None:
    assert """echo 'eval "$(pfml-scaffold completion bash)"' >> ~/.bashrc""" in run("completion --help").stdout


def _program(folder: Path) -> str:
    """Put a folder with the command first in PATH."""
    folder.mkdir()
    (folder / "pfml-scaffold").write_text(f'#!/bin/sh\nexec {sys.executable} -c "{PROGRAM}" "$@"\n')
    (folder / "pfml-scaffold").chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@needs("bash")
def test_bash_completes(sample: Path, tmp_path: Path) -> None:
    script = """
        eval "$(pfml-scaffold completion bash)"
        complete -p pfml-scaffold
        COMP_WORDS=(pfml-scaffold task my-task --env em) COMP_CWORD=4
        _pfml_scaffold_completion pfml-scaffold
        echo "${COMPREPLY[*]}"
    """
    result = subprocess.run(
        ["bash", "--norc", "-c", script],
        cwd=sample,
        env=os.environ | {"PATH": _program(tmp_path / "bin")},
        capture_output=True,
        text=True,
    )
    assert result.stderr == ""
    assert result.stdout.splitlines() == [
        "complete -o nosort -F _pfml_scaffold_completion pfml-scaffold",
        "emails emails_reductions",
    ]


@needs("fish")
def test_fish_completes(sample: Path, tmp_path: Path) -> None:
    script = 'pfml-scaffold completion fish | source; complete -C "pfml-scaffold task my-task --env em"'
    environment = os.environ | {"PATH": _program(tmp_path / "bin"), "HOME": str(tmp_path)}
    result = subprocess.run(
        ["fish", "--no-config", "-c", script], cwd=sample, env=environment, capture_output=True, text=True
    )
    assert result.stdout.split() == ["emails", "emails_reductions"], result.stderr
