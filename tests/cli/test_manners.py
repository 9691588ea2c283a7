"""What users expect of any program: colors, -V, `help`, `python -m`, Ctrl-C, unknown commands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from scaffold.cli.main import COMMANDS
from scaffold.files.checkout import Checkout
from tests.conftest import Run
from tests.helpers import tree

MODULE = [sys.executable, "-m", "scaffold"]
DRY = ["task", "x-y-task", "--dry-run"]


def spawned(words: list[str], folder: Path, **environment: str) -> pexpect.spawn[str]:
    """A command that runs at a terminal."""
    variables = {**os.environ, "TERM": "xterm", **environment}
    return pexpect.spawn(MODULE[0], [*MODULE[1:], *words], cwd=str(folder), env=variables, encoding="utf-8", timeout=30)


def at_a_terminal(words: list[str], folder: Path, **environment: str) -> str:
    """What a command prints at a terminal."""
    child = spawned(words, folder, **environment)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    return f"{child.before}"


@pytest.mark.parametrize(
    ("environment", "colored"),
    [
        ({}, True),
        ({"NO_COLOR": ""}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": "0"}, False),
        ({"TERM": "dumb"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
)
@pytest.mark.parametrize("words", [DRY, ["check"]])
def test_colors_at_a_terminal(environment: dict[str, str], colored: bool, words: list[str], sample: Path) -> None:
    assert ("\x1b[" in at_a_terminal(words, sample, **environment)) == colored


@pytest.mark.parametrize(("environment", "colored"), [({}, False), ({"FORCE_COLOR": "1"}, True)])
def test_colors_in_a_pipe(environment: dict[str, str], colored: bool, sample: Path) -> None:
    result = subprocess.run([*MODULE, *DRY], env=os.environ | environment, capture_output=True, check=True)
    assert (b"\x1b[" in result.stdout) == colored


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_the_wizard_has_no_colors_either(environment: dict[str, str], sample: Path) -> None:
    child = spawned(["task"], sample, PROMPT_TOOLKIT_NO_CPR="1", **environment)
    child.expect(r"\)")
    child.sendcontrol("c")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    assert not re.search(r"\x1b\[(?:\d+;)*(?:3[0-8]|9[0-7])[;m]", f"{child.before}")


# --- widths


@pytest.mark.parametrize("columns", [50, 60, 80, 120, 200])
def test_tables_are_as_wide_as_the_terminal(columns: int, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = re.compile(r"^-[- ]+-$", re.MULTILINE)
    at_terminal = at_a_terminal(["list"], sample, COLUMNS=str(columns)).replace("\r\n", "\n")
    monkeypatch.setenv("COLUMNS", str(columns))
    in_pipe = subprocess.run([*MODULE, "list"], capture_output=True, text=True, check=True).stdout
    assert at_terminal == in_pipe
    assert max(map(len, in_pipe.splitlines())) <= columns
    assert [len(line) for line in rule.findall(in_pipe)] == [columns]


def test_in_a_pipe_a_table_has_120_columns(sample: Path) -> None:
    result = subprocess.run([*MODULE, "list"], capture_output=True, text=True, check=True)
    assert max(map(len, result.stdout.splitlines())) == 120


# --- names of the program and of its commands


@pytest.mark.parametrize("option", ["-V", "--version"])
def test_version(option: str) -> None:
    result = subprocess.run([*MODULE, option], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"pfml-scaffold, version \d+\.\d+\.\d+\n", result.stdout)


def test_the_module_is_the_program(sample: Path) -> None:
    result = subprocess.run([*MODULE, "--help"], capture_output=True, text=True, check=True)
    assert result.stdout.startswith("Usage: pfml-scaffold [OPTIONS] COMMAND")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_of_a_command(command: str, run: Run) -> None:
    assert run(f"help {command}").stdout == run(f"{command} --help").stdout


@pytest.mark.parametrize("words", ["{}", "help {}", "{} dor-import --db"])
@pytest.mark.parametrize(
    ("name", "proposal"),
    [
        ("shcedule", "Did you mean 'schedule'?"),
        ("lst", "Did you mean 'list'?"),
        ("tasks", "Did you mean 'task'?"),
        ("xyzzy", "Available: "),
    ],
)
def test_an_unknown_command_gets_the_nearest_one(words: str, name: str, proposal: str, run: Run) -> None:
    result = run(words.format(name))
    assert result.exit_code == 2
    assert f"No such command '{name}'. {proposal}" in result.stderr


# --- Ctrl-C


@pytest.mark.parametrize("command", ["list", "check", "show dor-import", "task x-y-task", "remove dor-import"])
def test_an_interrupt_before_the_write(command: str, sample: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> Checkout:
        raise KeyboardInterrupt

    before = tree(sample)
    monkeypatch.setattr(Checkout, "find", interrupted)
    result = run(command)
    assert (result.exit_code, result.stderr) == (130, "\nInterrupted. Nothing was written.\n")
    assert tree(sample) == before


def test_an_interrupt_while_the_program_is_imported() -> None:
    """Python itself reports it as a traceback."""
    script = """
import builtins, scaffold.__main__ as program
real = builtins.__import__
def interrupted(name, *words):
    if name.startswith("scaffold.cli"):
        raise KeyboardInterrupt
    return real(name, *words)
builtins.__import__ = interrupted
program.run()
"""
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (130, "")


def test_an_expression_in_the_place_of_the_task(sample: Path, run: Run) -> None:
    result = run("schedule 'rate(1 day)' dor-import")
    assert result.exit_code == 1
    assert "Write pfml-scaffold schedule dor-import 'rate(1 day)'." in result.stderr
