"""`task` without a name, through a pseudo-terminal: what it asks, and that it does what its command line does."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pexpect
import pytest

from scaffold.cli.commands.task import task
from scaffold.cli.sample import lay_out
from scaffold.cli.wizard.choices import runs
from scaffold.cli.wizard.interview import command_line, given
from scaffold.cli.wizard.questions import QUESTIONS
from scaffold.files.checkout import Checkout
from tests.conftest import Run
from tests.helpers import tree

NAME = "my-new-task-name"
PROGRAM = [sys.executable, "-c", "from scaffold.cli.main import run; run()", "task"]
# Bracketed paste is turned on once per prompt, when it is ready for keys.
READY = "\x1b[?2004h"
ENTER, DOWN, SPACE, CLEAR, DELETE = "\r", "\x1b[B", " ", "\x15", "\x7f"
CTRL_C, CTRL_D = "\x03", "\x04"
STOPPED = "Nothing was written.\r\n"


class Terminal:
    """A run of `pfml-scaffold task` at a terminal."""

    def __init__(self, folder: Path, *options: str) -> None:
        # Without an answer to its cursor position request, prompt_toolkit would wait and then warn.
        environment = {**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
        words = [*PROGRAM[1:], *options]
        self.child = pexpect.spawn(
            PROGRAM[0], words, cwd=str(folder), env=environment, dimensions=(80, 200), encoding="utf-8", timeout=30
        )
        self.shown = ""

    def answer(self, question: str, keys: str = "") -> str:
        """Wait for the next question, which must be this one, and answer it. Returns what was shown before it."""
        self.child.expect_exact(READY)
        before = self._keep()
        self.child.expect(r"\)")
        asked = self._keep()
        assert question in asked, f"expected {question!r}, but was asked {asked!r}"
        self.child.send(keys + ENTER if keys not in (CTRL_C, CTRL_D) else keys)
        return before

    def end(self) -> int:
        self.child.expect(pexpect.EOF)
        self._keep()
        self.child.close()
        return int(self.child.exitstatus if self.child.exitstatus is not None else -1)

    def _keep(self) -> str:
        text = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", f"{self.child.before}")
        self.shown += text
        return text

    @property
    def command(self) -> str:
        """The command line that it printed at the end."""
        head, _, line = self.shown.rpartition("\r\n  pfml-scaffold ")
        assert head.endswith("The equivalent command:\r\n")
        return line.strip()


def pick(title: str) -> str:
    """Filter for the choice that has this in its title."""
    assert SPACE not in title, "a filter takes no spaces"
    return title


def mark(*titles: str) -> str:
    """For each title: filter for it, mark the choice, and clear the filter."""
    return "".join(f"{pick(title)}{SPACE}{DELETE * len(title)}" for title in titles)


@pytest.fixture
def other(tmp_path: Path) -> Path:
    lay_out(tmp_path / "other")
    return tmp_path / "other"


BAREBONES = [("What is the new task called?", NAME), ("What does it do?", ""), ("What does it need?", "")]
SCHEDULED = [
    *BAREBONES[:2],
    ("What does it need?", mark("schedule")),
    ("When does it run?", "cron(0 4 ? * MON-FRI *)"),
    ("In which time zone?", pick("New_York")),
    ("Should a variable turn it on", ""),
]
FULL = [
    ("What is the new task called?", NAME),
    ("What does it do?", 'Says "it\'s" $(done) \\'),
    (
        "What does it need?",
        mark("database", "arguments", "variables", "memory", "roles", "schedule", "trigger", "script"),
    ),
    ("Which module", pick("another")),
    ("Another module", "api/massgov/pfml/dor/mock/generate.py"),
    ("What is the function called?", "count"),
    ("What is its Poetry script called?", "count-them"),
    ("Which groups", mark("fineos_api", "emails_red")),
    ("Any environment variables of its own?", "LEVEL=${var.logging_level}"),
    ("Any environment variables of its own?", "QUOTES='\" x"),
    ("Any environment variables of its own?", ""),
    ("Any secrets of its own?", "MY_KEY"),
    ("Any secrets of its own?", ""),
    ("How many CPU units?", pick("4096")),
    ("How much memory?", DOWN),
    ("When does it run?", "cron(0 9 * * ? *)"),
    ("In which time zone?", pick("expression")),
    ("When does it run in daylight saving time?", "cron(0 8 * * ? *)"),
    ("What is the schedule called?", "my-schedule"),
    ("Any arguments for scheduled runs?", "--all"),
    ("Any arguments for scheduled runs?", "two words"),
    ("Any arguments for scheduled runs?", ""),
    ("Which bucket", pick("agency")),
    ("begin with?", "mine/"),
    ("end with?", ".csv"),
    ("Any event types", "s3:ObjectCreated:Put"),
    ("Any event types", ""),
    ("May it also write", pick("yes")),
    ("Should a variable turn it on", pick("enable_my_new_task_name")),
    ("In which environments is it on?", mark("test", "prod")),
    ("Which IAM role should the program have?", pick("new")),
    ("Which IAM role should ECS use to start it?", pick("new")),
    ("What is the new execution role called?", "my-own-role"),
]
CASES = {
    "barebones": (BAREBONES, "task my-new-task-name"),
    "scheduled": (
        SCHEDULED,
        "task my-new-task-name --schedule 'cron(0 4 ? * MON-FRI *)' --timezone America/New_York",
    ),
    "full": (
        FULL,
        "task my-new-task-name --module api/massgov/pfml/dor/mock/generate.py --function count --command count-them"
        " --description 'Says \"it'\"'\"'s\" $(done) \\' --db --args --env fineos_api_access --env emails_reductions"
        " --env-var 'LEVEL=${var.logging_level}' --env-var 'QUOTES='\"'\"'\" x' --secret MY_KEY --cpu 4096"
        " --memory 9216 --execution-role new --execution-role-name my-own-role --schedule 'cron(0 9 * * ? *)'"
        " --daylight-schedule 'cron(0 8 * * ? *)' --schedule-name my-schedule --schedule-arg=--all"
        " --schedule-arg 'two words' --s3-bucket agency_transfer --s3-prefix mine/ --s3-suffix .csv"
        " --s3-event s3:ObjectCreated:Put --s3-write --toggle --enable-in prod --enable-in test",
    ),
    "in UTC": (
        [*SCHEDULED[:4], ("In which time zone?", pick("year")), SCHEDULED[-1]],
        "task my-new-task-name --schedule 'cron(0 4 ? * MON-FRI *)' --utc",
    ),
    "on in most environments": (
        [
            *SCHEDULED[:-1],
            ("Should a variable turn it on", pick("enable_my_new_task_name")),
            ("In which environments is it on?", mark("all")),
            ("In which of them is it off?", mark("prod")),
        ],
        "task my-new-task-name --schedule 'cron(0 4 ? * MON-FRI *)' --timezone America/New_York --toggle"
        " --enable-in all --disable-in prod",
    ),
    "another": (
        [
            *BAREBONES[:2],
            ("What does it need?", mark("same")),
            ("Which task's environment", pick("reductions")),
        ],
        "task my-new-task-name --like reductions-process-agency-data",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_does_what_its_command_line_does(
    case: str, sample: Path, other: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, command = CASES[case]
    before = tree(sample)
    terminal = Terminal(sample)
    for question, keys in answers:
        terminal.answer(question, keys)
    diff = terminal.answer("Write it?", "y")
    assert terminal.end() == 0
    files, _, diff = diff.partition("diff --git")
    assert "   create  api/massgov/pfml/" in files or "   insert  api/massgov/pfml/" in files
    assert "+@background_task(" in diff and "Next, from the root of the checkout:" in terminal.shown
    assert terminal.command == command
    assert tree(sample) != before

    monkeypatch.chdir(other)
    assert run(*shlex.split(terminal.command)).exit_code == 0
    assert tree(other) == tree(sample)


def test_the_next_runs_are_shown_in_local_time_and_in_utc(sample: Path) -> None:
    terminal = Terminal(sample)
    for question, keys in SCHEDULED[:4]:
        terminal.answer(question, keys)
    in_utc = terminal.answer("In which time zone?", pick("New_York"))
    local = terminal.answer("Should a variable turn it on", CTRL_C)
    line = r"    \w{3} [\d-]{10} (\d\d:\d\d) (E[SD]T)  =  \w{3} [\d-]{10} (\d\d:\d\d) UTC\r\n"
    assert [run[2] for run in re.findall(line, in_utc)] == ["04:00"] * 3
    assert [run[0] for run in re.findall(line, local)] == ["04:00"] * 3
    assert {run[1:] for run in re.findall(line, local)} <= {("EST", "09:00"), ("EDT", "08:00")}


BAD = [
    (BAREBONES[:1], "export", "error: NAME 'export': it is a single word"),
    (SCHEDULED[:4], "0 4 * * 1", "error: --schedule '0 4 * * 1': this is a five-field Unix cron expression"),
    (FULL[:6], "class", "error: --function 'class': it is a Python keyword"),
    (FULL[:9], "1A=x", "error: --env-var '1A'"),
    (FULL[:12], "KEY=relative", "error: --secret 'KEY=relative'"),
]


@pytest.mark.parametrize(("answers", "bad", "message"), BAD)
def test_a_bad_answer_is_refused_as_the_command_line_would_and_asked_again(
    answers: list[tuple[str, str]], bad: str, message: str, sample: Path
) -> None:
    before = tree(sample)
    terminal = Terminal(sample)
    *good, (question, keys) = answers
    for earlier in good:
        terminal.answer(*earlier)
    terminal.answer(question, bad)
    again = terminal.answer(question, CLEAR + keys)
    assert f"\n{message}" in again
    terminal.answer("", CTRL_C)
    assert terminal.end() == 130
    assert tree(sample) == before


def test_a_module_in_a_package_that_has_tasks(sample: Path) -> None:
    terminal = Terminal(sample)
    terminal.answer("What is the new task called?", "dor-export")
    terminal.answer("What does it do?", "")
    terminal.answer("What does it need?", mark("module"))
    terminal.answer("Which module", "")
    assert "massgov.pfml.dor.importer.dor_export (dor-import)" in terminal.answer("What is the function called?", "")
    terminal.answer("What is its Poetry script called?", "")
    terminal.answer("Write it?", "y")
    assert terminal.end() == 0
    assert terminal.command == "task dor-export --module massgov.pfml.dor.importer.dor_export"


def test_a_time_that_one_expression_cannot_express(sample: Path) -> None:
    """A time zone that the schedule cannot follow is refused, and another can be chosen."""
    terminal = Terminal(sample)
    for question, keys in SCHEDULED[:3]:
        terminal.answer(question, keys)
    terminal.answer("When does it run?", "cron(0,15 4 * * ? *)")
    terminal.answer("In which time zone?", pick("IANA"))
    terminal.child.expect_exact("Another IANA time zone:")
    terminal.child.send("America/New_Yrok\r")
    assert "did you mean America/New_York" in terminal.answer("In which time zone?", pick("New_York"))
    terminal.answer("Should a variable", CTRL_D)
    assert terminal.end() == 1


@pytest.mark.parametrize("keys", [CTRL_C, CTRL_D])
@pytest.mark.parametrize("count", [0, 2, 4, 5])
def test_stopping_at_a_question_writes_nothing(keys: str, count: int, sample: Path) -> None:
    before = tree(sample)
    terminal = Terminal(sample)
    for question, answer in SCHEDULED[:count]:
        terminal.answer(question, answer)
    terminal.answer(SCHEDULED[count][0], keys)
    assert terminal.end() == (130 if keys == CTRL_C else 1)
    assert terminal.shown.endswith(STOPPED)
    assert tree(sample) == before


@pytest.mark.parametrize("keys", ["n", "", CTRL_C, CTRL_D])
def test_answering_no_at_the_end_writes_nothing(keys: str, sample: Path) -> None:
    before = tree(sample)
    terminal = Terminal(sample)
    for question, answer in BAREBONES:
        terminal.answer(question, answer)
    assert "+@background_task(" in terminal.answer("Write it?", keys)
    assert terminal.end() == (130 if keys == CTRL_C else 1)
    assert terminal.shown.endswith(STOPPED)
    assert tree(sample) == before


def test_options_of_the_command_line_are_not_asked(sample: Path) -> None:
    before = tree(sample)
    terminal = Terminal(sample, "--schedule=rate(1 day)", "--db", "--description=x", "--toggle", "--dry-run")
    terminal.answer("What is the new task called?", NAME)
    terminal.answer("What does it need?", "")
    terminal.answer("In which environments is it on?", mark("test"))
    assert terminal.end() == 0
    assert "Dry run: nothing was written." in terminal.shown
    assert terminal.command == (
        f"task {NAME} --description x --db --schedule 'rate(1 day)' --toggle --enable-in test --dry-run"
    )
    assert tree(sample) == before


def test_a_command_line_that_no_answer_can_fix(sample: Path) -> None:
    terminal = Terminal(sample, "--cpu=1000")
    assert terminal.end() == 1
    assert terminal.shown.startswith("error: --cpu '1000': Fargate does not offer 1000 CPU units")


def test_a_question_is_asked_if_its_default_is_refused(sample: Path) -> None:
    """The schedule's name, if the task's is too long; the execution role, if the common one may not read the
    secrets.
    """
    name = "a-name-that-is-much-too-long-for-a-rule"
    terminal = Terminal(sample)
    terminal.answer("What is the new task called?", name)
    terminal.answer("What does it do?", "")
    terminal.answer("What does it need?", mark("variables", "schedule"))
    terminal.answer("Which groups", mark("moveit"))
    terminal.answer("Any environment variables", "")
    terminal.answer("Any secrets", "")
    terminal.answer("When does it run?", "rate(1 day)")
    terminal.answer("What is the schedule called?", "")
    assert "room for 34" in terminal.answer("What is the schedule called?", "a-short-name")
    terminal.answer("Should a variable", "")
    terminal.answer("Which IAM role should ECS use to start it?", "")
    assert "--execution-role new" in terminal.answer(
        "Which IAM role should ECS use to start it?", pick("workflow_exec")
    )
    terminal.answer("Write it?", "y")
    assert terminal.end() == 0
    assert terminal.command == (
        f"task {name} --env eolwd_moveit_access --execution-role reductions_workflow_execution_role"
        " --schedule 'rate(1 day)' --schedule-name a-short-name"
    )


def test_a_filter_that_overlaps_is_refused_once_it_is_complete(sample: Path) -> None:
    terminal = Terminal(sample)
    for question, keys in BAREBONES[:2]:
        terminal.answer(question, keys)
    terminal.answer("What does it need?", mark("trigger"))
    terminal.answer("Which bucket", pick("agency"))
    terminal.answer("begin with?", "dor/received/")  # a suffix could still separate them
    terminal.answer("end with?", "")  # so could an event
    terminal.answer("Any event types", "")
    assert "overlaps" in terminal.answer("end with?", "")
    terminal.answer("Any event types", "s3:ObjectRemoved:*")
    terminal.answer("Any event types", "")
    terminal.answer("May it also write", "")
    terminal.answer("Should a variable", CTRL_C)
    assert terminal.end() == 130


def test_a_filter_that_overlaps_can_be_changed(sample: Path) -> None:
    terminal = Terminal(sample)
    for question, keys in BAREBONES[:2]:
        terminal.answer(question, keys)
    terminal.answer("What does it need?", mark("trigger"))
    terminal.answer("Which bucket", pick("agency"))
    for question, keys in (("begin with?", "dor/received/"), ("end with?", ""), ("Any event types", "")):
        terminal.answer(question, keys)
    assert "overlaps" in terminal.answer("end with?", ".txt")
    terminal.answer("Any event types", "")
    terminal.answer("May it also write", "")
    terminal.answer("Should a variable", "")
    terminal.answer("Write it?", "y")
    assert terminal.end() == 0
    assert terminal.command.endswith("--s3-bucket agency_transfer --s3-prefix dor/received/ --s3-suffix .txt")


# --- without a terminal


@pytest.mark.parametrize("options", [[], ["--db"], ["--repo", "/nowhere"]])
def test_without_a_terminal_nothing_is_asked(options: list[str], sample: Path) -> None:
    before = tree(sample)
    result = subprocess.run([*PROGRAM, *options], input="my-task\n\n\n", capture_output=True, text=True, cwd=sample)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.endswith("\n\nError: Missing argument 'NAME'.\n")
    assert tree(sample) == before


def test_with_half_a_terminal_nothing_is_asked(sample: Path) -> None:
    child = pexpect.spawn("sh", ["-c", f"{shlex.join(PROGRAM)} | cat"], cwd=str(sample), encoding="utf-8", timeout=30)
    child.expect(pexpect.EOF)
    assert "Missing argument 'NAME'" in str(child.before)


def test_questionary_is_only_imported_for_the_wizard() -> None:
    wizard = {"questionary", "prompt_toolkit", "scaffold.cli.wizard.questions"}
    code = (
        f"import sys; from scaffold.cli.main import main; [*main.commands.values()]; print({wizard} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


# --- the pure parts


def test_every_question_is_an_option_and_every_option_has_a_question() -> None:
    flags = {str(option.name): option.opts[-1] for option in task.params}
    asked = {question.key: question.flag for question in QUESTIONS if question.flag}
    assert asked | {"name": "name"} == {key: flags[key] for key in asked}
    of_the_run, needs = {"repo", "dry_run", "format"}, {"database", "arguments", "makefile"}
    # The answer to the question about the zone can be --utc; who means an odd schedule says so on the command line.
    elsewhere = {"utc", "allow_odd"}
    assert set(asked) == set(flags) - of_the_run - needs - elsewhere


def test_the_command_line_has_all_options() -> None:
    words = [NAME, "--db", "--env=a", "--env=-b", "--toggle", "--schedule-arg=a\nb", "--repo=x y", "--format=json"]
    options = task.make_context("task", list(words)).params
    line = command_line(options, task.params)
    assert line == (
        f"pfml-scaffold task {NAME} --repo 'x y' --db --env a --env=-b --schedule-arg $'a\\x0ab' --toggle --format json"
    )
    assert given(options, task.params) == {
        *("name", "database", "groups", "toggle", "schedule_arguments", "repo", "format")
    }


def test_a_schedule_shows_its_next_runs_and_what_else_starts_then(sample: Path) -> None:
    options = {"name": NAME, "schedule_name": "", "expression": "cron(15 5 * * ? *)", "timezone": "America/New_York"}
    others = {"daylight": "", "utc": False, "allow_odd": False}
    now = datetime(2026, 3, 7, 12, tzinfo=UTC)
    assert runs({**options, **others}, Checkout(sample), now) == [
        "Next runs:",
        "  Sun 2026-03-08 05:15 EDT  =  Sun 2026-03-08 09:15 UTC",
        "  Mon 2026-03-09 05:15 EDT  =  Mon 2026-03-09 09:15 UTC",
        "  Tue 2026-03-10 05:15 EDT  =  Tue 2026-03-10 09:15 UTC",
        f"Within half an hour of {NAME}, New York time: fineos-daily-export-copy at 05:30",
    ]
